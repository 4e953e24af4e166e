import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { RegistryError } from '../../../handlers/registry/registry-error.ts';
import {
  delayBeforeRetry,
  DEFAULT_RETRY_POLICY as POLICY,
  parseRetryAfter,
  SYSTEM_TIMING,
  withRetries,
} from '../../../handlers/registry/retry-policy.ts';
import { instantTiming } from './scripted-registry.ts';

const transient = (retryAfterMs?: number) =>
  new RegistryError('GeneralServiceException', 'no', { retry: 'transient', retryAfterMs });
const wrong = new RegistryError('GeneralServiceException', 'no', { retry: 'wrong-content' });
const lasting = new RegistryError('NotFound', 'no');

test('the wait doubles, up to its bound, and half of it is left to chance', () => {
  const policy = { ...POLICY, attempts: 20 };
  const longest = [1, 2, 3, 4, 5, 6, 7].map((failed) => delayBeforeRetry(policy, transient(), failed, 1));
  assert.deepEqual(longest, [400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  assert.equal(delayBeforeRetry(policy, transient(), 1, 0), 200);
});

test('there are as many tries as the policy says, fewer where the content was wrong, one where nothing will change', () => {
  assert.notEqual(delayBeforeRetry(POLICY, transient(), 3, 0), undefined);
  assert.equal(delayBeforeRetry(POLICY, transient(), 4, 0), undefined);
  assert.notEqual(delayBeforeRetry(POLICY, wrong, 1, 0), undefined);
  assert.equal(delayBeforeRetry(POLICY, wrong, 2, 0), undefined);
  assert.equal(delayBeforeRetry(POLICY, lasting, 1, 0), undefined);
  assert.equal(delayBeforeRetry(POLICY, new Error('of another kind'), 1, 0), undefined);
});

test('a Retry-After is waited for in full, and one over the bound ends the tries', () => {
  assert.equal(delayBeforeRetry(POLICY, transient(7_000), 1, 0), 7_000);
  assert.equal(delayBeforeRetry(POLICY, transient(30_000), 1, 0), 30_000);
  assert.equal(delayBeforeRetry(POLICY, transient(30_001), 1, 0), undefined);
});

test('a Retry-After is seconds or a date, and nothing else', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(parseRetryAfter('3', now), 3_000);
  assert.equal(parseRetryAfter('0', now), 0);
  assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now), 5_000);
  assert.equal(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  assert.equal(parseRetryAfter('soon', now), undefined);
  assert.equal(parseRetryAfter(undefined, now), undefined);
});

test('an operation that recovers gives its value', async () => {
  const timing = instantTiming();
  const tries: number[] = [];
  const value = await withRetries(
    async (number) => {
      tries.push(number);
      if (number < 3) throw transient();
      return 'done';
    },
    { policy: POLICY, timing },
  );
  assert.equal(value, 'done');
  assert.deepEqual(tries, [1, 2, 3]);
  assert.deepEqual(timing.waits, [400, 800]);
});

test('the last error says how many tries there were, and is not tried again by what encloses it', async () => {
  let tries = 0;
  const operation = () =>
    withRetries(
      async () => {
        tries += 1;
        throw transient();
      },
      { policy: POLICY, timing: instantTiming() },
    );
  await assert.rejects(withRetries(operation, { policy: POLICY, timing: instantTiming() }), {
    message: 'no (tried 4 times)',
    retry: 'never',
  });
  assert.equal(tries, 4);
});

test('an aborted wait ends at once with the reason of the abort', async () => {
  const abort = new AbortController();
  const reason = new ProviderError('NotStabilized', 'out of time');
  const waiting = withRetries(
    async () => {
      setImmediate(() => abort.abort(reason));
      throw transient(20_000);
    },
    { policy: POLICY, timing: SYSTEM_TIMING, signal: abort.signal },
  );
  await assert.rejects(waiting, reason);
});
