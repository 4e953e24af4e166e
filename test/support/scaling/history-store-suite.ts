import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { MAX_REASON_CHARACTERS, type ScalingEvent } from '../../../handlers/scaling/run/scaling-event.ts';
import type { HistorySpan, HistoryStore } from '../../../handlers/scaling/store/history-store.ts';
import { night } from './plans.ts';

/** What every history does. @param open Called once for each test; the history is empty. */
export function testHistoryStore(name: string, open: (context: TestContext) => Promise<HistoryStore>): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(TESTS)) {
      test(title, async (context) => check(await open(context)));
    }
  });
}

const NEVER = new AbortController().signal;

const TESTS: Readonly<Record<string, (history: HistoryStore) => Promise<void>>> = {
  'what happened is listed, the newest first': async (history) => {
    const events = [
      told('01:00', { outcome: 'Started', reason: 'the start of nightly begins' }),
      told('01:01', {
        outcome: 'Changed',
        target: 'docdb/orders',
        change: { kind: 'change-class', instance: 'orders-1', instanceClass: 'db.r6g.2xlarge' },
      }),
      told('01:20', { outcome: 'Converged' }),
    ];
    await history.appendHistory(events.slice(0, 2), NEVER);
    await history.appendHistory(events.slice(2), NEVER);
    assert.deepEqual(await list(history), events.toReversed());
  },

  'a plan that has no history has none': async (history) => {
    await history.appendHistory([told('01:00')], NEVER);
    await history.appendHistory([], NEVER);
    assert.deepEqual(await history.listHistory('plan-2', { since: 0 }, NEVER), []);
  },

  'it is listed from an instant on, which is included, and so many at most': async (history) => {
    const events = ['01:00', '01:01', '01:02', '01:03'].map((time) => told(time));
    await history.appendHistory(events, NEVER);
    assert.deepEqual(await list(history, { since: night('01:02') }), events.slice(2).toReversed());
    assert.deepEqual(await list(history, { since: night('01:02') + 1 }), events.slice(3));
    assert.deepEqual(await list(history, { since: 0, limit: 2 }), events.slice(2).toReversed());
    assert.deepEqual(await list(history, { since: night('02:00') }), []);
  },

  'what happened at one instant is all there': async (history) => {
    const first = [told('01:00', { target: 'docdb/orders' }), told('01:00', { target: 'docdb/orders' })];
    const other = [told('01:00', { target: 'docdb/orders', execution: 'execution-2' })];
    await history.appendHistory(first, NEVER);
    await history.appendHistory(other, NEVER);
    assert.equal((await list(history)).length, 3);
  },

  'what is appended twice stands once': async (history) => {
    const events = [told('01:00'), told('01:00', { target: 'docdb/orders' })];
    await history.appendHistory(events, NEVER);
    await history.appendHistory(events, NEVER);
    assert.equal((await list(history)).length, 2);
  },

  'a reason without end is cut': async (history) => {
    await history.appendHistory([told('01:00', { reason: 'no '.repeat(200_000) })], NEVER);
    const [event] = await list(history);
    assert.equal(event?.reason.length, MAX_REASON_CHARACTERS);
    assert.ok(event.reason.endsWith('…'));
  },
};

function list(history: HistoryStore, span: HistorySpan = { since: 0 }): Promise<readonly ScalingEvent[]> {
  return history.listHistory('plan-1', span, NEVER);
}

function told(time: string, given: Partial<ScalingEvent> = {}): ScalingEvent {
  return {
    at: night(time),
    outcome: 'Started',
    reason: 'the start of nightly begins',
    run: { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:00') },
    execution: 'execution-1',
    ...given,
  };
}
