import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { fingerprintZip } from '../../../handlers/layers/zip.ts';
import { Dice, treeOf } from '../../support/layers/tree.ts';
import { zipByYazl } from '../../support/layers/zip-writers.ts';

const ZIPS = 40;
const DAMAGES = 25;

/** What can happen to an archive between its writer and its reader. */
const DAMAGE: readonly ((zip: Buffer, dice: Dice) => Buffer)[] = [
  (zip, dice) => zip.fill(dice.roll(256), dice.roll(zip.length)).subarray(0),
  (zip, dice) => zip.subarray(0, dice.roll(zip.length)),
  (zip, dice) => zip.subarray(dice.roll(zip.length)),
  (zip, dice) => setByte(zip, dice.roll(zip.length), dice.roll(256)),
  // The directory, where almost every byte means something.
  (zip, dice) => setByte(zip, zip.length - 1 - dice.roll(Math.min(200, zip.length)), dice.roll(256)),
  (zip, dice) => setByte(zip, zip.length - 1 - dice.roll(22), 0xff),
];

describe('a damaged zip', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-damaged-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  test('is refused with a sentence, or read as what it is by now', async () => {
    const path = join(folder, 'layer.zip');
    let refused = 0;
    for (let number = 0; number < ZIPS; number += 1) {
      const zip = await zipByYazl(treeOf(`damaged ${number}`), `${number}`);
      writeFileSync(path, zip);
      const whole = await fingerprintZip(path);
      const dice = new Dice(`damage ${number}`);
      for (let turn = 0; turn < DAMAGES; turn += 1) {
        const damage = DAMAGE[dice.roll(DAMAGE.length)] ?? assert.fail();
        const damaged = damage(Buffer.from(zip), dice);
        writeFileSync(path, damaged);
        try {
          await fingerprintZip(path);
        } catch (error) {
          assert.ok(error instanceof ProviderError, `zip ${number}, turn ${turn}: ${error}`);
          assert.ok(['InvalidRequest', 'ServiceLimitExceeded'].includes(error.code), error.code);
          refused += 1;
        }
      }
      writeFileSync(path, zip);
      assert.equal(await fingerprintZip(path), whole);
    }
    assert.ok(refused > (ZIPS * DAMAGES) / 2, `${refused} were refused`);
  });
});

function setByte(zip: Buffer, at: number, value: number): Buffer {
  zip[at] = value;
  return zip;
}
