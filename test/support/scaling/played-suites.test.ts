import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const SUITES = join(import.meta.dirname, 'played-suites.ts');
const PROGRAM = `import { declarePlayed } from ${JSON.stringify(SUITES)};
await declarePlayed({ plays: {
  'that end well': async () => {},
  'that end badly': async () => { throw new Error('the reason'); },
  'that end badly at once': () => { throw undefined; },
} });`;

test('a play that fails is a test that fails, with its reason, and keeps no other from its own', () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--test-reporter=tap', '--input-type=module', '--eval', PROGRAM],
    { env, encoding: 'utf8' },
  );
  assert.equal(status, 1, stdout);
  assert.match(stdout, /^ {4}ok 1 - that end well$/m);
  assert.match(stdout, /^ {4}not ok 2 - that end badly$/m);
  assert.match(stdout, /^ {4}not ok 3 - that end badly at once$/m);
  assert.match(stdout, /error: 'the reason'/);
});
