import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { anchorOf } from '../anchor.ts';
import { readAsGitHub } from '../markdown.ts';
import { routeOf } from '../page.ts';
import { pagesIn } from '../pages-in.ts';
import { CONTENTS, readSidebar } from '../sidebar.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGES = pagesIn(ROOT);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

export default defineConfig({
  title: 'deploytime',
  description: 'The deploy-time service for CloudFormation',
  lang: 'en',
  srcDir: '..',
  outDir: 'dist',
  cacheDir: '../.cache/vitepress',
  // Vite 6 names browsers for which esbuild 0.28 has no way to write today's syntax.
  vite: { build: { target: 'es2022' } },
  srcExclude: everyOtherMarkdown(),
  rewrites: {
    ...Object.fromEntries(PAGES.map((file) => [file, routeOf(file)])),
    'site/source/:path*': 'source/:path*',
  },
  // Without one a browser asks for /favicon.ico.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    config: (md) => readAsGitHub(md, ROOT, PAGES),
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Contents', link: '/contents' },
      { text: version, link: '/changelog' },
    ],
    sidebar: readSidebar(readFileSync(join(ROOT, CONTENTS), 'utf8'), PAGES).map((topic) => ({
      ...topic,
      items: [...topic.items],
    })),
    outline: [2, 3],
    search: { provider: 'local' },
  },
});

/** What is Markdown and no page: the generator would look everywhere. */
function everyOtherMarkdown(): string[] {
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  return [
    ...folders.filter((name) => !['docs', 'examples', 'site'].includes(name)).map((name) => `${name}/**`),
    ...readdirSync(ROOT).filter((name) => name.endsWith('.md') && !PAGES.includes(name)),
    'examples/**/!(README).md',
    `site/!(source)/**`,
    'site/*.md',
  ];
}
