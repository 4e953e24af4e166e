import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { routeOf } from '../../site/page.ts';
import { pagesIn } from '../../site/pages-in.ts';
import { Browser } from '../support/browser/browser.ts';
import { LEAST_CONTRAST } from '../support/browser/readable.ts';
import { contrastRatio } from '../support/browser/svg-texts.ts';
import type { LoopbackServer } from '../support/registry/loopback-server.ts';
import { brokenSiteLinks, buildSite } from '../support/site/built-site.ts';
import { diagramLabels, sidewaysPixels, type TextLook, textLooks } from '../support/site/page-look.ts';
import { serveFolder } from '../support/site/static-server.ts';
import { witness } from '../support/witness.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGES = pagesIn(ROOT).map((file) => ({
  file,
  path: routeOf(file).replace(/\.md$/, '.html'),
  markdown: readFileSync(join(ROOT, file), 'utf8'),
}));
/** Each page is opened in both: colours and width have nothing to do with each other. */
const VIEWS = {
  'in light on a desk': { colours: 'light' },
  'in dark on a telephone': { colours: 'dark', width: 375 },
} as const;
/** A property or an attribute of each type, and the heading of the page that the first result leads to. */
const FOUND = {
  OnExisting: 'Custom::EcrImage',
  ResolvedFrom: 'Custom::ImageTag',
  LatestLayerVersionArn: 'Custom::LayerFingerprint',
  FallbackClasses: 'Custom::ScheduledScaling',
} as const;
/** Of what one reads, in pixels; what stands beside it may be smaller. */
const LEAST_TEXT_PIXELS = 14;
const LEAST_LABEL_PIXELS = 11;

describe('the built site', witness('chromium'), () => {
  let folder: string;
  let built: string[];
  let server: LoopbackServer;
  let browser: Browser;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-site-'));
    built = await buildSite(folder);
    server = await serveFolder(folder);
    browser = await Browser.start('loopback');
  });
  after(async () => {
    await browser?.[Symbol.asyncDispose]();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const at = (path: string): URL => new URL(path, server.origin);

  test('has every page of the repository, and no link that leads nowhere', () => {
    assert.deepEqual(
      PAGES.filter(({ path }) => !built.includes(path)),
      [],
    );
    assert.deepEqual(brokenSiteLinks(folder, built), []);
  });

  test('shows the files that pages link to', async () => {
    const path = 'source/stacks/constructs/ecr-image.ts.html';
    const { result, said } = await browser.open(at(path), VIEWS['in dark on a telephone'], async (page) => ({
      text: await page.locator('.vp-doc pre').textContent(),
      sideways: await sidewaysPixels(page),
    }));
    assert.deepEqual(said, []);
    assert.match(result.text ?? '', /export class EcrImage /);
    assert.equal(result.sideways, 0);
  });

  for (const { file, path, markdown } of PAGES) {
    describe(file, () => {
      const diagrams = [...markdown.matchAll(/^```mermaid$/gm)].length;
      for (const [name, view] of Object.entries(VIEWS)) {
        test(`opens without an error, fits and can be read ${name}`, async () => {
          const { result, said } = await browser.open(at(path), view, async (page) => {
            await allDrawn(page);
            return {
              sideways: await sidewaysPixels(page),
              texts: await textLooks(page),
              labels: await diagramLabels(page),
              drawn: await page.locator('.diagram svg').count(),
            };
          });
          assert.deepEqual(said, []);
          assert.equal(result.sideways, 0);
          assert.ok(result.texts.length > 3);
          assert.deepEqual(result.texts.filter(isSmall), []);
          assert.deepEqual([...result.texts, ...result.labels].filter(isHardToRead), []);
          assert.deepEqual(
            result.labels.filter(({ isCut }) => isCut),
            [],
          );
          assert.equal(result.drawn, diagrams);
          assert.equal(result.labels.length > 0, diagrams > 0);
        });
      }
    });
  }

  for (const [name, page] of Object.entries(FOUND)) {
    test(`finds ${name}, and leads to its page, by the keyboard alone`, async () => {
      const { result, said } = await browser.open(at('/'), { colours: 'light' }, async (window) => {
        await awake(window);
        await window.keyboard.press('Control+k');
        await window.locator('.VPLocalSearchBox input').waitFor();
        await window.keyboard.type(name);
        await window.locator('.VPLocalSearchBox .result', { hasText: page }).first().waitFor();
        await window.keyboard.press('Enter');
        await window.locator('h1', { hasText: page }).waitFor();
        return window.locator('.vp-doc').textContent();
      });
      assert.deepEqual(said, []);
      assert.ok(result?.includes(name));
    });
  }

  test('is gone through by the keyboard: over the navigation, or from page to page', async () => {
    const { result, said } = await browser.open(at('/'), { colours: 'light' }, async (page) => {
      await page.keyboard.press('Tab');
      const first = await focusedText(page);
      await tabTo(page, 'Custom::ImageTag');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/resource-types/image-tag.html');
      await page.locator('h1', { hasText: 'Custom::ImageTag' }).waitFor();
      return first;
    });
    assert.deepEqual(said, []);
    assert.equal(result, 'Skip to content');
  });

  test('becomes dark by its switch, diagrams too', async () => {
    const { result, said } = await browser.open(
      at('architecture.html'),
      { colours: 'light' },
      async (page) => {
        await awake(page);
        const label = page.locator('.diagram text.messageText').first();
        const before = await label.evaluate('(text) => getComputedStyle(text).fill');
        await page.locator('button.VPSwitchAppearance:visible').first().click();
        await page.waitForFunction(
          `getComputedStyle(document.querySelector('.diagram text.messageText') ?? document.body).fill !== '${before}'`,
        );
        return { paper: await paperOf(page), labels: await diagramLabels(page) };
      },
    );
    assert.deepEqual(said, []);
    assert.ok(contrastRatio(result.paper, 'rgb(0, 0, 0)') < LEAST_CONTRAST, result.paper);
    assert.deepEqual(result.labels.filter(isHardToRead), []);
  });
});

/** A page can be read before it listens to keys and clicks: Vue leaves its mark once it does. */
async function awake(page: Page): Promise<void> {
  await page.waitForFunction(`document.querySelector('#app')?.__vue_app__ !== undefined`);
}

/** Or refused, which the console says. */
function allDrawn(page: Page): Promise<void> {
  return page.locator('.diagram.waiting').first().waitFor({ state: 'detached' });
}

function isHardToRead({ colour, paper, sizePixels }: TextLook): boolean {
  return contrastRatio(colour, paper) < LEAST_CONTRAST || sizePixels < LEAST_LABEL_PIXELS;
}

function isSmall({ what, sizePixels }: TextLook): boolean {
  return /^(?:p|li|td|h\d)\./.test(what) && sizePixels < LEAST_TEXT_PIXELS;
}

function paperOf(page: Page): Promise<string> {
  return page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
}

function focusedText(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.innerText.trim()');
}

/** The navigation of every page is shorter. */
const MAX_TABS = 80;

async function tabTo(page: Page, text: string): Promise<void> {
  for (let tab = 0; tab < MAX_TABS; tab += 1) {
    await page.keyboard.press('Tab');
    if ((await focusedText(page)) === text) return;
  }
  assert.fail(`${MAX_TABS} times Tab, and never at ${text}`);
}
