/** Attributes of an element; a number is written with two decimals at most, what is undefined is left out. */
export type SvgAttributes = Readonly<Record<string, string | number | undefined>>;

/** An element of SVG, escaped. @param children Elements, as this function gives them. Default: none. */
export function element(name: string, attributes: SvgAttributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : escapeText(String(value))}"`,
    )
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** An element that holds text, and nothing else but its tooltip. */
export function textElement(name: string, attributes: SvgAttributes, text: string, tooltip?: string): string {
  const title = tooltip === undefined ? [] : [element('title', {}, [escapeText(tooltip)])];
  return element(name, attributes, [...title, escapeText(text)]);
}

/** XML has no way to write most control characters, and no half of a surrogate pair. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The same digits on every machine. */
export function rounded(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

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
