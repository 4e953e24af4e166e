import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** It takes 15 s on an idle machine. */
const BUILD_LIMIT_MS = 5 * 60 * 1000;

/**
 * Builds the site into a folder, as `npm run docs` does it.
 * @returns Its pages, by their paths in the folder.
 * @throws Error with what the generator said.
 */
export async function buildSite(folder: string): Promise<string[]> {
  const program = join(ROOT, 'node_modules', '.bin', 'vitepress');
  await promisify(execFile)(program, ['build', 'site', '--outDir', folder], {
    cwd: ROOT,
    timeout: BUILD_LIMIT_MS,
    env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1' },
  });
  return globSync('**/*.html', { cwd: folder }).sort();
}

/** A link of a built page that leads to another place of the site. */
export interface SiteLink {
  readonly page: string;
  readonly href: string;
}

/** The links of built pages that lead nowhere: no such file, or nothing of that id in it. */
export function brokenSiteLinks(folder: string, pages: readonly string[]): SiteLink[] {
  const contents = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  return pages.flatMap((page) => {
    const hrefs = [...(contents.get(page) ?? '').matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    );
    return [...new Set(hrefs)]
      .filter((href) => !leadsSomewhere(page, href, contents))
      .map((href) => ({ page, href }));
  });
}

function leadsSomewhere(page: string, href: string, contents: ReadonlyMap<string, string>): boolean {
  const site = 'http://site.invalid';
  const { origin, pathname, hash } = new URL(href, `${site}/${page}`);
  if (origin !== site) return true;
  const target = decodeURIComponent(pathname)
    .slice(1)
    .replace(/(^|\/)$/, '$1index.html');
  const html = contents.get(target);
  if (html === undefined) return false;
  return hash === '' || html.includes(`id="${decodeURIComponent(hash.slice(1))}"`);
}
