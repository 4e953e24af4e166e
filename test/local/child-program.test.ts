import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram } from '../../local/child-program.ts';

const LIMIT_MS = 20_000;
const options = { env: process.env, limitMs: LIMIT_MS };

function node(code: string, more: Partial<Parameters<typeof runProgram>[2]> = {}) {
  return runProgram(process.execPath, ['--eval', code], { ...options, ...more });
}

describe('a program', () => {
  test('ends with its exit code and output', async () => {
    const result = await node('console.log("out"); console.error("err"); process.exitCode = 3');
    assert.equal(result.exitCode, 3);
    assert.equal(result.stdout, 'out\n');
    assert.deepEqual(result.tail.split('\n').sort(), ['err', 'out']);
  });

  test('that does not exist has no exit code, and says so', async () => {
    const result = await runProgram('no-such-program', [], options);
    assert.equal(result.exitCode, undefined);
    assert.match(result.tail, /ENOENT/);
  });

  test('that takes too long is ended, with what it started', async () => {
    // The grandchild holds the pipe open: only when it is gone too, the streams close.
    const result = await node(
      `require('node:child_process').spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       setInterval(() => {}, 1000)`,
      { limitMs: 500 },
    );
    assert.equal(result.exitCode, undefined);
    assert.match(result.tail, /ended after 0\.5 s/);
  });

  test('is ended when we are told to stop', async () => {
    const stop = new AbortController();
    const running = node('setInterval(() => {}, 1000)', { signal: stop.signal });
    stop.abort();
    assert.equal((await running).exitCode, undefined);
  });

  test('keeps no more than the end of its output', async () => {
    const result = await node('for (let i = 0; i < 100; i++) console.log("line " + i)');
    assert.equal(result.tail.split('\n').length, 25);
    assert.match(result.tail, /line 99$/);
  });
});
