import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The fenced blocks of one language in a page, as they stand. @throws Error where there is none. */
export function codeBlocks(page: string, language: string): string[] {
  const markdown = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const found = blocks.flatMap(([, name, code = '']) => (name === language ? [code] : []));
  if (found.length === 0) throw new Error(`${page} has no block of ${language}`);
  return found;
}
