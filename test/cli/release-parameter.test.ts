import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRelease } from '../../cli/release-parameter.ts';
import { MemoryParameter } from './memory-parameter.ts';
import { testReleaseParameter } from './release-parameter-suite.ts';

testReleaseParameter('a parameter in memory', async () => new MemoryParameter());

describe('what a parameter holds', () => {
  const DIGEST = `sha256:${'5'.repeat(64)}` as const;

  test('is a tag, a digest, or both', () => {
    assert.deepEqual(read('v1'), { tag: 'v1' });
    assert.deepEqual(read(DIGEST), { digest: DIGEST });
    assert.deepEqual(read(`v1@${DIGEST}`), { tag: 'v1', digest: DIGEST });
  });

  test('is left alone where it is a secret or a list', () => {
    for (const type of ['SecureString', 'StringList']) {
      assert.throws(() => readRelease('/app/tag', { type, value: 'v1', version: 1 }), {
        code: 'UnusableParameter',
        message: `The parameter /app/tag is a ${type}; only a String is written. Name another parameter, or delete this one first`,
      });
    }
  });

  test('is left alone where it is something else, and never shown', () => {
    for (const value of ['postgres://user:hunter2@db/app', '', 'v1 v2', 'v1@sha256:12', `${DIGEST}@v1`]) {
      assert.throws(
        () => read(value),
        (error: Error) => {
          assert.match(error.message, new RegExp(`names no image: its value of ${value.length} characters `));
          assert.ok(value === '' || !error.message.includes(value));
          return true;
        },
      );
    }
  });

  test('is not guessed where white space is around it', () => {
    assert.throws(
      () => read('v1\n'),
      /its value of 3 characters begins or ends with white space, .* It is left alone/,
    );
  });
});

function read(value: string) {
  return readRelease('/app/tag', { type: 'String', value, version: 1 });
}
