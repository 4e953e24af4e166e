import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runCommand } from '../cli/command.ts';
import { PICTURES, pictureOf } from '../cli/plan-pictures.ts';
import { Browser } from '../support/browser/browser.ts';
import { assertReadable, LEAST_CONTRAST } from '../support/browser/readable.ts';
import { contrastRatio, drawnPicture } from '../support/browser/svg-texts.ts';
import { witness } from '../support/witness.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PICTURE = join('docs', 'images', 'plan-daylight-saving.svg');

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deploytime-pictures-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('the picture in the documentation is what deploytime plan draws', async () => {
  const path = join(folder, 'plan.svg');
  const files = ['template', 'present'].map((name) => PICTURE.replace(/svg$/, `${name}.yaml`));
  const [template = '', present = ''] = files;
  const span = ['--from', '2026-10-24', '--to', '2026-10-27', '--now', '2026-10-24T00:00:00Z'];
  const end = await runCommand(['plan', template, '--present', present, ...span, '--svg', path], {
    cwd: ROOT,
  });
  assert.deepEqual([end.exitCode, end.stderr], [0, '']);
  assert.equal(
    await readFile(join(ROOT, PICTURE), 'utf8'),
    await readFile(path, 'utf8'),
    `${PICTURE} is old; its template says how it is made`,
  );
});

describe('the timeline in a browser', witness('chromium'), () => {
  let browser: Browser;
  before(async () => {
    browser = await Browser.start();
  });
  after(() => browser[Symbol.asyncDispose]());

  const pictures: readonly (readonly [name: string, svg: () => string | Promise<string>])[] = [
    ['the picture in the documentation', () => readFile(join(ROOT, PICTURE), 'utf8')],
    ...Object.entries(PICTURES).map(([name, given]) => [name, () => pictureOf(given)] as const),
  ];
  for (const [name, svg] of pictures) {
    for (const colours of ['light', 'dark'] as const) {
      test(`can be read in ${colours}: ${name}`, async () => {
        const path = join(folder, `${colours}.svg`);
        await writeFile(path, await svg());
        const { result, said } = await browser.open(path, { colours }, drawnPicture);
        assert.deepEqual(said, []);
        assertReadable(result);
        const paperIsDark = contrastRatio(result.paper, 'rgb(0, 0, 0)') < LEAST_CONTRAST;
        assert.equal(paperIsDark, colours === 'dark');
      });
    }
  }
});
