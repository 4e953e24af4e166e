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
