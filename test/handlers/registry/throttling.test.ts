import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { outlastThrottling, THROTTLE_POLICY } from '../../../handlers/registry/throttling.ts';

const NEVER = new AbortController().signal;
const THROTTLED = new ProviderError('Throttling', 'Rate exceeded');

/** Half of each limit is waited, and nothing really. */
function recordedTiming() {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  return { waits, timing: { now: () => 0, random: () => 0.5, sleep } };
}

describe('A throttled call', () => {
  test('is repeated until it is answered, after waits whose limit doubles up to a bound', async () => {
    const { waits, timing } = recordedTiming();
    let calls = 0;
    const call = async () => {
      calls += 1;
      if (calls < 9) throw THROTTLED;
      return calls;
    };
    assert.equal(await outlastThrottling(call, { signal: NEVER, timing }), 9);
    assert.deepEqual(waits, [200, 400, 800, 1_600, 3_200, 4_000, 4_000, 4_000]);
  });

  test('is repeated for longer than a function lives, and not without end', async () => {
    const { waits, timing } = recordedTiming();
    const call = () => Promise.reject(THROTTLED);
    await assert.rejects(outlastThrottling(call, { signal: NEVER, timing }), THROTTLED);
    assert.equal(waits.length, THROTTLE_POLICY.attempts - 1);
    assert.ok(waits.reduce((sum, ms) => sum + ms, 0) > 15 * 60 * 1_000);
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
