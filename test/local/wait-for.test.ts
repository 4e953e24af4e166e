import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LocalError } from '../../local/local-error.ts';
import { waitFor } from '../../local/wait-for.ts';

const NEVER = new AbortController().signal;

describe('a wait', () => {
  test('looks until something is there', async () => {
    const looks = [undefined, undefined, 'it'];
    const found = await waitFor({ what: 'it', limitMs: 10_000, signal: NEVER }, async () => looks.shift());
    assert.equal(found, 'it');
    assert.deepEqual(looks, []);
  });

  test('says what did not come in time', async () => {
    await assert.rejects(
      waitFor({ what: 'the execution 7', limitMs: 1, signal: NEVER }, async () => undefined),
      (error) =>
        error instanceof LocalError && /^the execution 7 did not come to its end in 0 s$/.test(error.message),
    );
  });

  test('ends at once where it is interrupted', async () => {
    await assert.rejects(
      waitFor({ what: 'it', limitMs: 10_000, signal: AbortSignal.abort() }, async () => undefined),
      { name: 'AbortError' },
    );
  });
});
