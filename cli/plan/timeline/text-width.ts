/** Of a character of the widest fonts that are common, in em. */
const CHARACTER_EM = 0.64;
const BOLD_EM = 0.71;

/** How wide a text is at most, in pixels. It isn't measured, so that a picture is the same everywhere. */
export function widthOf(text: string, fontSize: number, weight: 'normal' | 'bold' = 'normal'): number {
  const wide = [...text].reduce((sum, character) => sum + (character > '\u{2E7F}' ? 2 : 1), 0);
  return wide * fontSize * (weight === 'bold' ? BOLD_EM : CHARACTER_EM);
}

/** The text, or its beginning and end where it is wider than that; the end tells more than the middle. */
export function fitted(
  text: string,
  width: number,
  fontSize: number,
  weight: 'normal' | 'bold' = 'normal',
): string {
  if (widthOf(text, fontSize, weight) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 1; kept -= 1) {
    const head = Math.ceil(kept / 2);
    const short = `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (kept - head)).join('')}`;
    if (widthOf(short, fontSize, weight) <= width) return short;
  }
  return '…';
}
