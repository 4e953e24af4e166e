import { globSync } from 'node:fs';
import { isPage } from './page.ts';

/** All pages of a repository, by their paths from its root. */
export function pagesIn(root: string): string[] {
  return globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  })
    .filter(isPage)
    .sort();
}
