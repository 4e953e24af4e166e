/** What an answer of the Query protocol is made of. */
export type XmlValue =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/**
 * Writes elements in the order given; what is undefined is left out.
 * @param members The name of a list's members, by the name of the list.
 */
export function writeXml(value: XmlValue, members: Readonly<Record<string, string>>): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) throw new Error('A list has to stand under its name');
  let text = '';
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    text += `<${name}>${Array.isArray(inner) ? writeList(name, inner, members) : writeXml(inner, members)}</${name}>`;
  }
  return text;
}

function writeList(
  name: string,
  list: readonly XmlValue[],
  members: Readonly<Record<string, string>>,
): string {
  const member = members[name];
  if (member === undefined) throw new Error(`How the members of ${name} are called is not said`);
  return list.map((inner) => `<${member}>${writeXml(inner, members)}</${member}>`).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escapeText(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '') : text;
}
