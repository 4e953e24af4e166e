/**
 * How wide characters are at most, in em, in the fonts that are common: DejaVu Sans is the widest of them. What is in
 * none of these is as wide as it is high.
 */
const WIDTHS_EM: readonly (readonly [characters: RegExp, em: number])[] = [
  [/[ .,:;|!'iljtfrI()[\]/-]/, 0.42],
  [/[a-lnopqrstuvxyz0-9_*?<>=+]/, 0.65],
  [/[ABCDEFGHJKLNOPQRSTUVXYZ&#×w]/, 0.84],
  [/[mMW@%…]/, 1.01],
];
const OTHERS_EM = 1.15;
const BOLD_FACTOR = 1.15;

/** How wide a text is at most, in pixels. It isn't measured, so that a picture is the same everywhere. */
export function widthOf(text: string, fontSize: number, weight: 'normal' | 'bold' = 'normal'): number {
  const em = [...text].reduce((sum, character) => sum + emOf(character), 0);
  return em * fontSize * (weight === 'bold' ? BOLD_FACTOR : 1);
}

function emOf(character: string): number {
  return WIDTHS_EM.find(([characters]) => characters.test(character))?.[1] ?? OTHERS_EM;
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
