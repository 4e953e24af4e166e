import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anchorOf } from '../../site/anchor.ts';
import { siteLink } from '../../site/link.ts';
import { routeOf } from '../../site/page.ts';
import { readSidebar } from '../../site/sidebar.ts';

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'docs/README.md',
  'docs/a.md',
  'docs/b/c.md',
  'examples/d/README.md',
];

describe('a page on the site', () => {
  const routes = [
    ['README.md', 'index.md'],
    ['CHANGELOG.md', 'changelog.md'],
    ['SECURITY.md', 'reporting.md'],
    ['docs/security.md', 'security.md'],
    ['docs/README.md', 'contents.md'],
    ['docs/b/c.md', 'b/c.md'],
    ['examples/d/README.md', 'examples/d/index.md'],
  ] as const;
  for (const [file, route] of routes) {
    test(`${file} is ${route}`, () => assert.equal(routeOf(file), route));
  }
});

describe('a link on the site', () => {
  const links = [
    ['docs/b/c.md', '../a.md#part', '/a.md#part'],
    ['docs/a.md', 'b/c.md', '/b/c.md'],
    ['docs/a.md', '../README.md', '/index.md'],
    ['docs/a.md', '#part', '#part'],
    ['docs/a.md', 'https://example.com/a.md', 'https://example.com/a.md'],
    ['README.md', 'docs/a.md', '/a.md'],
    ['README.md', 'docs/', '/contents.md'],
    ['README.md', 'examples/d/', '/examples/d/index.md'],
    ['README.md', 'stacks/examples/', '/source/stacks/examples.md'],
    ['docs/a.md', '../stacks/app.ts', '/source/stacks/app.ts.md'],
    ['docs/a.md', '../LICENSE', '/source/LICENSE.md'],
    ['README.md', '.github/workflows/a.yml', '/source/dot-github/workflows/a.yml.md'],
    ['docs/a.md', '../events/README.md', '/source/events/README-md.md'],
  ] as const;
  for (const [from, href, expected] of links) {
    test(`of ${from} to ${href} leads to ${expected}`, () =>
      assert.equal(siteLink(from, href, PAGES), expected));
  }
});

describe('an anchor', () => {
  const anchors = [
    ['What it decides', 'what-it-decides'],
    ['Custom::EcrImage', 'customecrimage'],
    ['Output of deploytime tag --json', 'output-of-deploytime-tag---json'],
    ['A page’s «quote», and more', 'a-pages-quote-and-more'],
    ['under_score 1.2', 'under_score-12'],
  ] as const;
  for (const [heading, anchor] of anchors) {
    test(`of «${heading}» is ${anchor}`, () => assert.equal(anchorOf(heading), anchor));
  }
});

test('the sidebar is read out of the list of contents', () => {
  const contents =
    '# Contents\n\n[x](a.md)\n\n## One\n\n- [`A`](a.md): first\n- [C](b/c.md)\n\n## Two\n\n- [Top](../README.md)\n';
  assert.deepEqual(readSidebar(contents, PAGES), [
    {
      text: 'One',
      collapsed: false,
      items: [
        { text: 'A', link: '/a.md' },
        { text: 'C', link: '/b/c.md' },
      ],
    },
    { text: 'Two', collapsed: false, items: [{ text: 'Top', link: '/index.md' }] },
  ]);
});
