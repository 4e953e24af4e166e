import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide, type Situation } from '../../../../handlers/scaling/decision/decide.ts';
import {
  CHANGE_LIMIT_MS,
  MAX_ATTEMPTS,
  READ_DELAY_MS,
  SETTLE_MS,
} from '../../../../handlers/scaling/decision/intent.ts';
import { taken } from '../../../../handlers/scaling/decision/lease.ts';
import { instance, LARGE, ordersCluster, SMALL } from '../../../support/scaling/observations.ts';
import { night, nightly, ORDERS, ordersStep, storedPlan } from '../../../support/scaling/plans.ts';
import { ended, NOW, START } from './batch-situation.ts';

describe('a change that was called for', () => {
  const change = { kind: 'change-class', instance: 'orders-2', instanceClass: LARGE } as const;
  const original = {
    kind: 'docdb',
    classes: { 'orders-1': SMALL, 'orders-2': SMALL },
    writer: 'orders-1',
    ownReplicas: [],
  } as const;
  const step = ordersStep({ instanceClass: LARGE });
  const stored = storedPlan([nightly({ steps: [step] })]);
  const holder = {
    scenario: 'nightly',
    windowStart: night('01:00'),
    asked: step.capacity,
    allowOutage: false,
    refusedClasses: [],
  };
  const called = (observed: Situation['observed'], ageMs: number, attempt = 1): Situation => {
    const now = NOW + ageMs;
    return {
      stored,
      run: START,
      target: ORDERS,
      observed,
      now,
      state: {
        version: 2,
        lease: taken(undefined, START, now),
        record: { plan: 'plan-1', recordedAt: NOW, original, holder },
        changedAt: NOW,
        intent: { change, at: NOW, attempt },
      },
    };
  };
  const untouched = ordersCluster();
  const replica = (given: Parameters<typeof instance>[1]) =>
    ordersCluster({ instances: [instance('orders-1', { isWriter: true }), instance('orders-2', given)] });

  test('and does not show yet is waited for: nothing else is changed', () => {
    const decision = decide(called(untouched, SETTLE_MS - 1));
    assert.equal(decision.kind, 'wait');
    assert.match(decision.reason, /orders-2 to db\.r6g\.2xlarge was called for, and does not show yet/);
  });

  test('and never showed is called for again, and counted', () => {
    const decision = decide(called(untouched, SETTLE_MS));
    assert.deepEqual(decision.kind === 'change' && decision.change, change);
    assert.equal(decision.state.intent?.attempt, 2);
    assert.equal(decision.state.intent?.at, NOW + SETTLE_MS);
  });

  test('that only pends is no change', () => {
    const pending = replica({ pendingClass: LARGE });
    assert.equal(decide(called(pending, SETTLE_MS - 1)).kind, 'wait');
    assert.deepEqual(decide(called(pending, SETTLE_MS)).kind, 'change');
  });

  test('in vain so often has failed; the next run may try anew', () => {
    const { state } = ended(
      decide(called(untouched, SETTLE_MS, MAX_ATTEMPTS)),
      'Failed',
      /called for 3 times.*no sign of it/,
    );
    assert.equal(state.intent, undefined);
  });

  test('is waited for while it is under way', () => {
    const decision = decide(called(replica({ status: 'modifying' }), CHANGE_LIMIT_MS - 1));
    assert.equal(decision.kind, 'wait');
    assert.match(decision.reason, /is under way/);
  });

  test('and is under way for too long has failed, and is remembered', () => {
    const { state } = ended(
      decide(called(replica({ status: 'modifying' }), CHANGE_LIMIT_MS)),
      'Failed',
      /under way for 60 min; 60 min are allowed/,
    );
    assert.deepEqual(state.intent?.change, change);
  });

  test('and is done is followed by the next one', () => {
    const decision = decide(called(replica({ instanceClass: LARGE }), 60_000));
    assert.deepEqual(decision.kind === 'change' && decision.change, {
      kind: 'fail-over',
      instance: 'orders-2',
    });
    assert.equal(decision.state.intent?.attempt, 1);
  });

  describe('and was seen', () => {
    const failOver = { kind: 'fail-over', instance: 'orders-2' } as const;
    const seen = { change: failOver, at: NOW - 40_000, attempt: 1, seenAt: NOW } as const;
    const cluster = (writer: string, oldClass = SMALL) =>
      ordersCluster({
        instances: [
          instance('orders-1', { instanceClass: oldClass, isWriter: writer === 'orders-1' }),
          instance('orders-2', { instanceClass: LARGE, isWriter: writer === 'orders-2' }),
        ],
      });
    const after = (observed: Situation['observed'], ageMs: number, intent = seen): Situation => {
      const base = called(observed, ageMs);
      return { ...base, state: { ...base.state, intent } };
    };

    test('is remembered, also when the run ends', () => {
      const { seenAt: _, ...unseen } = seen;
      const { state } = ended(
        decide(after(cluster('orders-2', LARGE), 0, unseen as typeof seen)),
        'Converged',
        /orders-2 is the writer/,
      );
      assert.deepEqual(state.intent, seen);
    });

    test('is not taken for undone by a read from before it: the writer is no replica', () => {
      const decision = decide(after(cluster('orders-1'), READ_DELAY_MS - 1));
      assert.equal(decision.kind, 'wait');
      assert.match(decision.reason, /^The failover to orders-2 was seen, and does not show in this read/);
    });

    test('and was undone is called for anew, once no such read can come', () => {
      const decision = decide(after(cluster('orders-1'), READ_DELAY_MS));
      assert.deepEqual(decision.kind === 'change' && decision.change, failOver);
      assert.deepEqual(decision.state.intent, { change: failOver, at: NOW + READ_DELAY_MS, attempt: 1 });
    });
  });
});
