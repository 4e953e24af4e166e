import { anchorOf } from '../../../site/anchor.ts';

const FENCE = /^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\2[ ]*$/gm;

/** The anchors of a page's headings, as GitHub makes them: of two alike, the second ends in `-1`. */
export function headingAnchors(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...markdown.replaceAll(FENCE, '').matchAll(/^#{1,6} (.+?)(?: #+)?$/gm)].map(([, heading = '']) => {
    const anchor = anchorOf(textOf(heading));
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** A heading's text: links without where they lead, nothing of backticks and stars. */
function textOf(heading: string): string {
  return heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '');
}
