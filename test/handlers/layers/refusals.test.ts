import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { LAYER_LIMITS, type LayerLimits } from '../../../handlers/layers/limits.ts';
import { fingerprintZip } from '../../../handlers/layers/zip.ts';
import { ODD_ZIPS } from '../../support/layers/odd-zips.ts';
import { rawZip } from '../../support/layers/raw-zip.ts';
import { REFUSED_ENTRIES } from '../../support/layers/refused-entries.ts';
import { REFUSED_ZIPS } from '../../support/layers/refused-zips.ts';

describe('a zip that can be no layer', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-refusals-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const fingerprint = async (
    zip: Buffer | (() => Buffer),
    limits: Partial<LayerLimits> = {},
  ): Promise<string> => {
    const path = join(folder, 'layer.zip');
    writeFileSync(path, typeof zip === 'function' ? zip() : zip);
    return fingerprintZip(path, { name: 'the zip', limits: { ...LAYER_LIMITS, ...limits } });
  };

  for (const { what, zip, says, code = 'InvalidRequest', limits } of [...REFUSED_ZIPS, ...REFUSED_ENTRIES]) {
    test(`${what} is refused`, async () => {
      await assert.rejects(fingerprint(zip, limits), (error) => {
        assert.ok(error instanceof ProviderError, String(error));
        assert.equal(error.message, `the zip has no fingerprint: ${says}`);
        assert.equal(error.code, code);
        return true;
      });
      assert.deepEqual(readdirSync(folder), ['layer.zip']);
    });
  }

  for (const { what, zip } of ODD_ZIPS) {
    test(`${what} is not refused`, async () => {
      assert.match(await fingerprint(zip), /^[0-9a-f]{64}$/);
    });
  }

  test('a file that is not there, and a folder, are told apart', async () => {
    await assert.rejects(fingerprintZip(join(folder, 'none.zip'), { name: 'the zip' }), {
      code: 'NotFound',
      message: 'the zip has no fingerprint: it is not there',
    });
    await assert.rejects(fingerprintZip(folder, { name: 'the zip' }), {
      code: 'InvalidRequest',
      message: 'the zip has no fingerprint: it is no file',
    });
  });

  test('the reading ends with the signal', async () => {
    const path = join(folder, 'layer.zip');
    writeFileSync(path, rawZip([{ name: 'a', content: 'x' }]));
    const reason = new Error('enough');
    await assert.rejects(fingerprintZip(path, { signal: AbortSignal.abort(reason) }), reason);
  });
});
