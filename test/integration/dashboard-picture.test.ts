import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../support/browser/browser.ts';
import { assertReadable } from '../support/browser/readable.ts';
import { drawnPicture } from '../support/browser/svg-texts.ts';
import { witness } from '../support/witness.ts';

const PICTURE = join(import.meta.dirname, '..', '..', 'docs', 'images', 'dashboard.svg');

describe('the picture of the dashboard in a browser', witness('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await Browser.start();
  });
  after(() => browser[Symbol.asyncDispose]());

  for (const colours of ['light', 'dark'] as const) {
    test(`can be read in ${colours}`, async () => {
      const { result, said } = await browser.open(PICTURE, { colours }, drawnPicture);
      assert.deepEqual(said, []);
      assertReadable(result);
    });
  }
});
