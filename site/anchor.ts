/**
 * The anchor of a heading, as GitHub makes it, so that a link with one works there and on the site.
 * @param text Without Markdown's marks.
 */
export function anchorOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}
