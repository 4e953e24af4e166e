import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import {
  delayAfterThrottling,
  outlastThrottling,
  THROTTLE_POLICY,
} from '../../../handlers/registry/throttling.ts';

const NEVER = new AbortController().signal;
const THROTTLED = new ProviderError('Throttling', 'Rate exceeded');

/** Chance is always in the middle, and nothing is waited really. */
function recordedTiming() {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  return { waits, timing: { now: () => 0, random: () => 0.5, sleep } };
}

describe('A throttled call', () => {
  test('is repeated until it is answered, after waits that grow up to a bound', async () => {
    const { waits, timing } = recordedTiming();
    let calls = 0;
    const call = async () => {
      calls += 1;
      if (calls < 9) throw THROTTLED;
      return calls;
    };
    assert.equal(await outlastThrottling(call, { signal: NEVER, timing }), 9);
    assert.deepEqual(waits, [1_000, 1_750, 2_875, 4_562.5, 6_000, 6_000, 6_000, 6_000]);
  });

  test('is repeated for longer than a function lives, and not without end', async () => {
    const { waits, timing } = recordedTiming();
    const call = () => Promise.reject(THROTTLED);
    await assert.rejects(outlastThrottling(call, { signal: NEVER, timing }), THROTTLED);
    assert.equal(waits.length, THROTTLE_POLICY.attempts - 1);
    assert.ok(waits.reduce((sum, ms) => sum + ms, 0) > 15 * 60 * 1_000);
  });

  test('waits between the shortest wait and three times the last one, as chance has it', () => {
    const { minDelayMs, maxDelayMs } = THROTTLE_POLICY;
    const after = (last: number | undefined, random: number) =>
      delayAfterThrottling(THROTTLE_POLICY, last, random);
    for (const last of [undefined, minDelayMs, 1_000, maxDelayMs]) assert.equal(after(last, 0), minDelayMs);
    assert.equal(after(undefined, 1), 3 * minDelayMs);
    assert.equal(after(1_000, 1), 3_000);
    assert.equal(after(maxDelayMs, 1), maxDelayMs);
  });

  test('ends with the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('the deadline');
    const call = () => {
      controller.abort(reason);
      return Promise.reject(THROTTLED);
    };
    await assert.rejects(outlastThrottling(call, { signal: controller.signal }), reason);
  });

  test('is another thing than one that failed', async () => {
    const failure = new ProviderError('AccessDenied', 'no');
    let calls = 0;
    const call = () => {
      calls += 1;
      return Promise.reject(failure);
    };
    await assert.rejects(outlastThrottling(call, { signal: NEVER }), failure);
    assert.equal(calls, 1);
  });
});
