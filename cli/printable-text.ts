const MAX_CHARACTERS = 400;

/** Text of another side as it may stand in a message: one line, printable, bounded. */
export function printable(text: string): string {
  const clean = text
    .slice(0, 2 * MAX_CHARACTERS)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return clean.length > MAX_CHARACTERS ? `${clean.slice(0, MAX_CHARACTERS)}…` : clean;
}
