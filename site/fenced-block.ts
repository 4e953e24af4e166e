/** A fenced code block of a page, as it stands. */
export interface FencedBlock {
  readonly file: string;
  /** Of its first line of code, counted from 1. */
  readonly line: number;
  /** The first word behind the fence; empty where there is none. */
  readonly language: string;
  /** The second word: the name of the file that a reader makes of it. Empty where there is none. */
  readonly name: string;
  readonly code: string;
}

/** @throws Error for a fence that nothing closes: GitHub would show the rest of the page as code. */
export function fencedBlocks(file: string, markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { readonly indent: string; readonly fence: string; info: string; line: number } | undefined;
  let lines: string[] = [];
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, indent = '', fence = '', rest = ''] = /^( *)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    const info = rest.trim();
    if (open === undefined) {
      if (fence !== '') open = { indent, fence, info, line: index + 2 };
      lines = [];
    } else if (fence.startsWith(open.fence) && info === '') {
      const [language = '', name = ''] = open.info.split(/\s+/);
      blocks.push({ file, line: open.line, language, name, code: lines.join('') });
      open = undefined;
    } else {
      lines.push(`${line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart()}\n`);
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line - 1} opens a fence that nothing closes`);
  return blocks;
}
