import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pagesIn } from '../../../site/pages-in.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A fenced code block of a page, as it stands. */
export interface FencedBlock {
  readonly file: string;
  /** Of its first line of code, counted from 1. */
  readonly line: number;
  /** The first word behind the fence; empty where there is none. */
  readonly language: string;
  readonly code: string;
}

/** Where a block stands, for people and for editors: `docs/start.md:12`. */
export function placeOf({ file, line }: FencedBlock): string {
  return `${file}:${line}`;
}

/** All fenced blocks of one language, or of any, in all pages. */
export function allFencedBlocks(...languages: readonly string[]): FencedBlock[] {
  return pagesIn(ROOT)
    .flatMap((file) => fencedBlocks(file, readFileSync(join(ROOT, file), 'utf8')))
    .filter(({ language }) => languages.length === 0 || languages.includes(language));
}

/** @throws Error for a fence that nothing closes: GitHub would show the rest of the page as code. */
export function fencedBlocks(file: string, markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { indent: string; fence: string; language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^( *)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== '') {
        open = { indent, fence, language: info.trim().split(/\s/)[0] ?? '', line: index + 2, lines: [] };
      }
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      const { language, lines } = open;
      blocks.push({ file, line: open.line, language, code: lines.map((each) => `${each}\n`).join('') });
      open = undefined;
    } else {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart());
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line - 1} opens a fence that nothing closes`);
  return blocks;
}
