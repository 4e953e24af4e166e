import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { findWitness, getWitness, witness } from './witness.ts';

describe('witness', () => {
  const { PATH, CI } = process.env;
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-witness-'));
    process.env.PATH = folder;
    delete process.env.CI;
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    process.env.PATH = PATH;
    if (CI === undefined) delete process.env.CI;
    else process.env.CI = CI;
  });

  test('finds an executable file on PATH, and skips nothing then', () => {
    writeFileSync(join(folder, 'skopeo'), '');
    chmodSync(join(folder, 'skopeo'), 0o755);
    assert.equal(getWitness('skopeo'), join(folder, 'skopeo'));
    assert.deepEqual(witness('skopeo'), {});
  });

  test('takes neither a file that is not executable nor a folder for a program', () => {
    writeFileSync(join(folder, 'skopeo'), '', { mode: 0o644 });
    assert.equal(findWitness('skopeo'), undefined);
    assert.equal(findWitness('umoci'), undefined);
  });

  test('skips by name and says how to get each missing one', () => {
    assert.deepEqual(witness('skopeo', 'umoci'), {
      skip: 'skopeo is not installed: apt-get install skopeo; umoci is not installed: apt-get install umoci',
    });
    assert.throws(() => getWitness('umoci'), /umoci is not installed/);
  });

  test('throws in CI, where nothing may be skipped in silence', () => {
    process.env.CI = 'true';
    assert.throws(() => witness('skopeo'), /skopeo is not installed: apt-get install skopeo/);
  });
});
