import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The first two cells of each row of each table under a heading of a page, without their backticks. */
export function tablesUnder(page: string, heading: string): string[][][] {
  const markdown = readFileSync(join(ROOT, page), 'utf8');
  const section = markdown.split(/^#{2,3} /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const tables = section
    .split(/\n(?!\|)/)
    .map((part) => part.split('\n').filter((line) => line.startsWith('|')));
  return tables
    .filter((rows) => rows.length > 2)
    .map((rows) =>
      rows.slice(2).map((row) =>
        row
          .split('|')
          .slice(1, 3)
          .map((cell) => cell.trim().replaceAll('`', '')),
      ),
    );
}

/** Every table of a page: the first cell of its head and of each row, without their backticks. */
export function tablesIn(page: string): string[][][] {
  const markdown = readFileSync(join(ROOT, page), 'utf8');
  return [...markdown.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
    const [head = '', , ...rows] = table.trimEnd().split('\n');
    return [head, ...rows].map((row) => [(row.split('|')[1] ?? '').trim().replaceAll('`', '')]);
  });
}
