import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { answersOf } from '../../../local/placeholder/answers-of-program.ts';

const BINARY = join(
  import.meta.dirname,
  ...['..', '..', '..', 'placeholder', 'binaries', 'placeholder-linux-amd64'],
);
const canRun = process.platform === 'linux' && process.arch === 'x64';

describe('a program that is asked as Lambda and as a load balancer would', () => {
  test('tells both what it is', { skip: !canRun && 'it is for linux/amd64' }, async () => {
    const { lambda, http } = await answersOf(BINARY, {
      DEPLOYTIME_REPOSITORY: 'team/app',
      DEPLOYTIME_TAG: 'initial',
    });
    assert.equal(lambda?.statusCode, 503);
    assert.equal(http?.statusCode, 200);
    for (const answer of [lambda, http])
      assert.match(answer?.message ?? '', /placeholder for repository team\/app, tag initial\./);
  });

  test('has no answers where it only ends, or is not there', { skip: !canRun }, async () => {
    for (const path of [process.execPath, '/no/such/program']) {
      assert.deepEqual(await answersOf(path, {}), { lambda: undefined, http: undefined });
    }
  });
});
