/** A name with more mistypings than this is another name. */
const MAX_MISTYPINGS = 3;
/** Longer texts are no mistyped name, in characters. */
const MAX_NAME_CHARACTERS = 64;

/** The name that was most likely meant, mistyped in a third of its characters at most; undefined where none is near. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  if (given.length > MAX_NAME_CHARACTERS) return undefined;
  const candidates = names
    .map((name) => ({ name, mistypings: mistypings(given.toLowerCase(), name.toLowerCase()) }))
    .filter(
      (candidate) => candidate.mistypings <= Math.min(MAX_MISTYPINGS, Math.ceil(candidate.name.length / 3)),
    )
    .sort((a, b) => a.mistypings - b.mistypings);
  return candidates[0]?.name;
}

/** How many characters must be added, removed or replaced: Levenshtein's distance, row by row. */
function mistypings(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      const removed = (row[column] ?? 0) + 1;
      const added = (next[column - 1] ?? 0) + 1;
      next.push(Math.min(replaced, removed, added));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
