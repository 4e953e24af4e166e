import { posix } from 'node:path';

/** Files of the repository that are pages besides those of docs/: what is not, is shown as its text. */
const PAGES =
  /^(?:README|CONTRIBUTING|CHANGELOG|SECURITY)\.md$|^docs\/.+\.md$|^examples\/(?:.+\/)?README\.md$/;

/** Whether a file of the repository, named by its path from the root, is a page of its own. */
export function isPage(file: string): boolean {
  return PAGES.test(file);
}

/**
 * Where a page stands on the site, with the ending `.md`: docs/ is the site's root, and a README its folder's index.
 * @example routeOf('docs/resource-types/image-tag.md') // 'resource-types/image-tag.md'
 */
export function routeOf(file: string): string {
  if (file === 'README.md') return 'index.md';
  if (file === 'docs/README.md') return 'contents.md';
  // Its own name in lower case is that of docs/security.md.
  if (file === 'SECURITY.md') return 'reporting.md';
  if (file.startsWith('docs/')) return file.slice('docs/'.length);
  return posix.basename(file) === 'README.md'
    ? posix.join(posix.dirname(file), 'index.md')
    : file.toLowerCase();
}

/**
 * Where the text of a file that is no page stands. VitePress would take a second `.md` away, and hosts of static files
 * leave out what begins with a dot.
 */
export function sourceRouteOf(file: string): string {
  return `source/${file.replace(/\.md$/, '-md').replaceAll(/(^|\/)\./g, '$1dot-')}.md`;
}
