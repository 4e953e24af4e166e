import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { witness } from '../support/witness.ts';

const PLACEHOLDER = join(import.meta.dirname, '..', '..', 'placeholder');

describe('the placeholder’s parsers under sanitizers', witness('gcc'), () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-fuzz-'));
    execFileSync(join(PLACEHOLDER, 'fuzz', 'build.sh'), ['replay', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const harness of ['http-request', 'runtime-response']) {
    test(`${harness}: what the fuzzer found is read without a fault, the same whole and in pieces`, () => {
      const corpus = join(PLACEHOLDER, 'corpus', harness);
      const files = readdirSync(corpus).map((name) => join(corpus, name));
      assert.ok(files.length > 30);
      const said = execFileSync(join(folder, harness), files, { encoding: 'utf8' });
      assert.equal(said, `${files.length} replayed\n`);
    });
  }
});
