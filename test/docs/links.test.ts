import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readLink } from '../../site/link.ts';
import { linksIn } from '../../site/markdown-links.ts';
import { pagesIn } from '../../site/pages-in.ts';
import { CONTENTS, readSidebar } from '../../site/sidebar.ts';
import { headingAnchors } from '../support/docs/heading-anchors.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** All Markdown that is ours, pages or not. */
const FILES = globSync('**/*.md', {
  cwd: ROOT,
  exclude: (path) => /(?:^|\/)(?:node_modules|\.venv|\.cache|dist|cdk\.out)$/.test(path),
})
  .filter((path) => !path.includes('['))
  .sort();

describe('links in the repository', () => {
  for (const file of FILES) {
    test(`of ${file} lead somewhere on GitHub`, () => {
      assert.deepEqual(brokenLinks(file), []);
    });
  }

  test('are not passed over: a broken file, anchor or address is found', () => {
    const markdown = [
      '# One\n[a](missing.md) [b](#two) [c](http://exa mple) ![d](no.svg)',
      '`[no link](nowhere.md)` [e]: gone.md',
      '[e]: gone.md',
      '```\n[no link](nowhere.md)\n```',
      '[f](README.md#nothing) [g](https:/one.slash) [h](README.md)',
    ].join('\n\n');
    assert.deepEqual(brokenLinks('page.md', markdown), [
      'missing.md is not there',
      '#two: page.md has no such heading',
      'no.svg is not there',
      'README.md#nothing: README.md has no such heading',
      'https:/one.slash is no address',
      'gone.md is not there',
    ]);
  });

  function brokenLinks(file: string, markdown = read(file)): string[] {
    return linksIn(markdown).flatMap(({ href, isImage }) => {
      const link = readLink(file, href);
      if (link === undefined) return isAddress(href) ? [] : [`${href} is no address`];
      const path = join(ROOT, link.file);
      if (link.file !== file && !existsSync(path)) return [`${href} is not there`];
      if (isImage && statSync(path).isDirectory()) return [`${href} is no picture`];
      if (link.anchor === '') return [];
      const anchors = headingAnchors(link.file === file ? markdown : read(link.file));
      return anchors.includes(decodeURIComponent(link.anchor.slice(1)))
        ? []
        : [`${href}: ${link.file} has no such heading`];
    });
  }
});

/** Nobody is asked: a test needs no network. */
function isAddress(href: string): boolean {
  return href.startsWith('mailto:') || (/^https?:\/\/[^/]/.test(href) && URL.canParse(href));
}

describe('the list of contents', () => {
  test('names every page of docs/ once, and every page under a topic', () => {
    const listed = linksIn(read(CONTENTS).split(/^## /m).slice(1).join('\n## '))
      .map(({ href }) => readLink(CONTENTS, href)?.file)
      .sort();
    assert.deepEqual(
      listed,
      pagesIn(ROOT)
        .filter((page) => page !== CONTENTS)
        .sort(),
    );
  });

  test('has the topics of the sidebar, in their order', () => {
    const topics = readSidebar(read(CONTENTS), pagesIn(ROOT));
    assert.deepEqual(
      topics.map(({ text }) => text),
      [
        'Start',
        'Resource types',
        'Guides',
        'How it works',
        'Operations and security',
        'Reference',
        'Decisions',
      ],
    );
    for (const { text, items } of topics) assert.ok(items.length > 0, text);
  });
});
