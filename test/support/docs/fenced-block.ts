import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FencedBlock, fencedBlocks } from '../../../site/fenced-block.ts';
import { pagesIn } from '../../../site/pages-in.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

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
