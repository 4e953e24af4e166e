import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { readLink } from '../link.ts';
import { linksIn } from '../markdown-links.ts';
import { isPage, sourceRouteOf } from '../page.ts';
import { pagesIn } from '../pages-in.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** A page for each file that a page of the documentation links to and that is none itself: the site needs no other. */
export default {
  paths() {
    const files = pagesIn(ROOT).flatMap((page) =>
      linksIn(readFileSync(join(ROOT, page), 'utf8'))
        .filter(({ isImage }) => !isImage)
        .flatMap(({ href }) => readLink(page, href)?.file ?? []),
    );
    return [...new Set(files)]
      .filter((file) => !isPage(file) && existsSync(join(ROOT, file)))
      .map((file) => ({
        params: { path: sourceRouteOf(file).replace(/^source\/|\.md$/g, '') },
        content: contentOf(file),
      }));
  },
};

function contentOf(file: string): string {
  const path = join(ROOT, file);
  const text = statSync(path).isDirectory()
    ? readdirSync(path).sort().join('\n')
    : readFileSync(path, 'utf8');
  const fence = '`'.repeat(1 + Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  return `# ${file}\n\n${fence}${extname(file).slice(1) || 'text'}\n${text.trimEnd()}\n${fence}\n`;
}
