/** A link or an image of a page. */
export interface MarkdownLink {
  readonly href: string;
  readonly isImage: boolean;
}

const FENCE = /^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[ ]*$/gm;
/** It ends with its paragraph at the latest. */
const CODE_SPAN = /(?<!`)(`+)(?!`)(?:(?!\n\s*\n)[\s\S])*?[^`]\1(?!`)/g;
const INLINE = /(!?)\[(?:[^\][]|\[[^\]]*\](?:\([^)]*\))?)*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const DEFINITION = /^ {0,3}\[[^\]^]+\]:\s*<?([^\s>]+)>?/gm;
const AUTOLINK = /<(https?:[^>\s]+)>/g;
const TAG = /<(a|img)\s[^>]*?(?:href|src)="([^"]+)"/g;

/** The page without its code, in which a link is none. */
export function withoutCode(markdown: string): string {
  return markdown.replaceAll(FENCE, '').replaceAll(CODE_SPAN, (code) => code.replaceAll(/[[\]()<>]/g, ' '));
}

/** All links and images of a page: inline, by reference, bare and in tags. Code has none. */
export function linksIn(markdown: string): MarkdownLink[] {
  const text = withoutCode(markdown);
  const inline = [...text.matchAll(INLINE)].flatMap(([whole, bang, href = '']) => [
    { href, isImage: bang === '!' },
    // A picture that is a link.
    ...linksIn(whole.slice(1, whole.lastIndexOf(']('))),
  ]);
  return [
    ...inline,
    ...[...text.matchAll(DEFINITION)].map(([, href = '']) => ({ href, isImage: false })),
    ...[...text.matchAll(AUTOLINK)].map(([, href = '']) => ({ href, isImage: false })),
    ...[...text.matchAll(TAG)].map(([, tag, href = '']) => ({ href, isImage: tag === 'img' })),
  ];
}
