import { posix } from 'node:path';
import { routeOf, sourceRouteOf } from './page.ts';

/** A link of Markdown, taken apart. */
interface Link {
  /** The file or folder that it leads to, from the repository's root; a folder without a slash behind it. */
  readonly file: string;
  /** With its `#`; empty where there is none. */
  readonly anchor: string;
}

/** Where a relative link of a file leads; undefined for what is outside of the repository, such as `https:`. */
export function readLink(from: string, href: string): Link | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(href)) return undefined;
  const [path = '', ...rest] = href.split('#');
  const anchor = rest.length === 0 ? '' : `#${rest.join('#')}`;
  if (path === '') return { file: from, anchor };
  const file = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(from), decodeURI(path));
  return { file: posix.normalize(file).replace(/\/$/, ''), anchor };
}

/**
 * The same link on the site: to a page, or to the text of a file that is none.
 * @param from The page that has the link, from the repository's root.
 * @param pages All pages there are. A folder that has a README is that page.
 */
export function siteLink(from: string, href: string, pages: readonly string[]): string {
  const link = href.startsWith('#') ? undefined : readLink(from, href);
  if (link === undefined) return href;
  const { file, anchor } = link;
  const page = [file, posix.join(file, 'README.md')].find((path) => pages.includes(path));
  return page === undefined ? `/${sourceRouteOf(file)}` : `/${routeOf(page)}${anchor}`;
}
