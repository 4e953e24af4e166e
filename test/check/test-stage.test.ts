import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { StageResult } from './program-stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const STAGE = join(import.meta.dirname, 'test-stage.ts');

/** Small test files, each with one way to end. */
const FILES = {
  passes: `import { test } from 'node:test'; test('right', () => {});`,
  nested: `import { describe, test } from 'node:test'; describe('suite', () => { test('one', () => {}); test('two', () => {}); });`,
  fails: `import { test } from 'node:test'; test('wrong', () => { throw new Error('the reason'); });`,
  skips: `import { test } from 'node:test'; test('right', () => {}); test('waits', { skip: 'no skopeo' }, () => {});`,
  postpones: `import { test } from 'node:test'; test('right', () => {}); test('later', { todo: true }, () => {});`,
  exits: `process.exit(3);`,
  unloadable: `import './missing.mjs';`,
  empty: `export {};`,
};

const DRIVER = `import { runTestStage } from ${JSON.stringify(STAGE)};
process.stdout.write(JSON.stringify(await runTestStage(process.argv.slice(2))));`;

describe('a stage of tests', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-stage-'));
    await writeFile(join(folder, 'driver.mjs'), DRIVER);
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, `${name}.test.mjs`), text);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Runs the stage in a process of its own: the runner refuses to run inside itself. */
  async function stage(...names: (keyof typeof FILES)[]): Promise<StageResult> {
    const files = names.map((name) => relative(ROOT, join(folder, `${name}.test.mjs`)));
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'driver.mjs'), ...files], {
      env,
    });
    return JSON.parse(stdout) as StageResult;
  }

  test('counts the tests of all files, suites not', async () => {
    const { isOk, tests } = await stage('passes', 'nested');
    assert.equal(isOk, true);
    assert.deepEqual(tests, { passed: 3, failed: 0, skipped: [] });
  });

  test('fails where a test fails, and shows why', async () => {
    const { isOk, tests, output } = await stage('passes', 'fails');
    assert.equal(isOk, false);
    assert.deepEqual(tests, { passed: 1, failed: 1, skipped: [] });
    assert.match(output, /the reason/);
  });

  test('names what was skipped or put off', async () => {
    const { isOk, tests } = await stage('skips', 'postpones');
    assert.equal(isOk, true);
    assert.deepEqual(tests, { passed: 2, failed: 0, skipped: ['later (todo)', 'waits (no skopeo)'] });
  });

  const faults = {
    exits: 'ends its process',
    unloadable: "can't be loaded",
    empty: 'holds no test',
  } as const;
  for (const [name, fault] of Object.entries(faults) as [keyof typeof faults, string][]) {
    test(`fails where a file ${fault}`, async () => {
      const { isOk, tests } = await stage('passes', name);
      assert.equal(isOk, false);
      assert.deepEqual(tests, { passed: 1, failed: 1, skipped: [] });
    });
  }

  test('fails where there is nothing to run', async () => {
    assert.equal((await stage()).isOk, false);
  });
});
