import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Situation, WAIT_LIMIT_MS } from '../../../../handlers/scaling/decision/decide.ts';
import { taken } from '../../../../handlers/scaling/decision/lease.ts';
import { afterRefusal, type Rest } from '../../../../handlers/scaling/decision/refusal.ts';
import type { Refusal } from '../../../../handlers/scaling/decision/scaling-target.ts';
import type { Intent, TargetState } from '../../../../handlers/scaling/decision/target-state.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import { LARGE, ordersCluster, SMALL } from '../../../support/scaling/observations.ts';
import { night, nightly, ORDERS, ordersStep, storedPlan } from '../../../support/scaling/plans.ts';

const START: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};
const CHANGE = { kind: 'change-class', instance: 'orders-2', instanceClass: LARGE } as const;
const FALLBACK = 'db.r5.2xlarge';

/** A refusal of the first call of a window, or of its end. */
function refused(
  kind: Refusal['kind'],
  given: {
    fallbackClasses?: readonly string[];
    now?: number;
    refusedClasses?: readonly string[];
    impossible?: string;
    intent?: Intent;
  } = {},
): { rest: Rest; before: TargetState } {
  const {
    now = night('01:05'),
    fallbackClasses = [FALLBACK],
    refusedClasses = [],
    impossible,
    intent,
  } = given;
  const step = ordersStep({ instanceClass: LARGE, fallbackClasses });
  const before: TargetState = {
    version: 3,
    lease: taken(undefined, START, night('01:00')),
    changedAt: night('00:30'),
    intent,
    record: {
      plan: 'plan-1',
      recordedAt: night('01:00'),
      original: { kind: 'docdb', classes: { 'orders-1': SMALL }, ownReplicas: [] },
      holder: {
        scenario: 'nightly',
        windowStart: night('01:00'),
        asked: step.capacity,
        allowOutage: false,
        refusedClasses,
        impossible,
      },
    },
  };
  const situation: Situation = {
    stored: storedPlan([nightly({ steps: [step] })]),
    run: START,
    target: ORDERS,
    observed: ordersCluster(),
    state: before,
    now,
  };
  const called = { ...before, changedAt: now, intent: { change: CHANGE, at: now, attempt: 1 } };
  return { before, rest: afterRefusal(situation, called, CHANGE, { kind, message: 'AWS said no' }) };
}

const isGivenUp = ({ state }: Rest): boolean => state.record?.holder.impossible !== undefined;

describe('a refusal that passes', () => {
  for (const kind of ['state', 'not-found', 'throttling'] as const) {
    test(`${kind}: nothing was called for, and it is looked at again`, () => {
      const { rest, before } = refused(kind);
      assert.equal(rest.kind, 'wait');
      assert.deepEqual(rest.state, { ...before, intent: undefined });
      assert.equal(rest.reason, 'The change of orders-2 to db.r6g.2xlarge was refused: AWS said no');
    });
  }

  for (const kind of ['state', 'not-found', 'throttling'] as const) {
    test(`${kind}: is not tried for ever`, () => {
      const limit = night('01:00') + WAIT_LIMIT_MS;
      assert.equal(refused(kind, { now: limit }).rest.kind, 'wait');
      const { rest } = refused(kind, { now: limit + 1 });
      assert.equal(rest.kind === 'end' && rest.outcome, 'Failed');
      assert.match(rest.reason, /was refused: AWS said no: so for 60 min, which is the limit$/);
      assert.equal(rest.state.lease?.released, true);
    });
  }

  test('what was seen just before the call is remembered: reads from before it may still come', () => {
    const change = { kind: 'change-class', instance: 'orders-1', instanceClass: SMALL } as const;
    const intent = { change, at: night('01:00'), attempt: 1 };
    const { rest } = refused('state', { intent });
    assert.deepEqual(rest.state.intent, { ...intent, seenAt: night('01:05') });
  });

  for (const kind of ['unknown', 'already-exists'] as const) {
    test(`${kind}: it may have been done, so its effect is looked for first`, () => {
      const { rest } = refused(kind);
      assert.equal(rest.kind, 'wait');
      assert.deepEqual(rest.state.intent?.change, CHANGE);
    });
  }
});

describe('a class without capacity', () => {
  test('is followed by the next of the fallback classes', () => {
    const { rest } = refused('capacity');
    assert.equal(rest.kind, 'wait');
    assert.match(rest.reason, /AWS said no\. db\.r5\.2xlarge of FallbackClasses is next$/);
    assert.deepEqual(rest.state.record?.holder.refusedClasses, [LARGE]);
    assert.equal(rest.state.intent, undefined);
    assert.equal(isGivenUp(rest), false);
  });

  test('and without a fallback gives the window up: what was changed is put back', () => {
    const { rest } = refused('capacity', { fallbackClasses: [] });
    assert.equal(rest.kind, 'wait');
    assert.match(rest.reason, /What was changed is put back$/);
    assert.equal(
      rest.state.record?.holder.impossible,
      'The change of orders-2 to db.r6g.2xlarge was refused: AWS said no',
    );
  });

  test('after the last fallback gives the window up as well', () => {
    assert.equal(isGivenUp(refused('capacity', { refusedClasses: [FALLBACK] }).rest), true);
  });

  test('on the way back ends the run: there is nothing to go back to', () => {
    for (const given of [{ now: night('05:05') }, { impossible: 'given up' }]) {
      const { rest } = refused('capacity', given);
      assert.equal(rest.kind === 'end' && rest.outcome, 'Failed');
      assert.equal(rest.state.lease?.released, true);
      assert.equal(rest.state.intent, undefined);
      assert.notEqual(rest.state.record, undefined);
    }
  });
});

describe('a refusal that stays', () => {
  for (const kind of ['quota', 'invalid'] as const) {
    test(`${kind}: gives the window up`, () => {
      const { rest } = refused(kind);
      assert.equal(rest.kind, 'wait');
      assert.equal(isGivenUp(rest), true);
    });
  }

  test('access: ends the run, which the sweep repeats once somebody may have mended it', () => {
    const { rest } = refused('access');
    assert.equal(rest.kind === 'end' && rest.outcome, 'Failed');
    assert.equal(isGivenUp(rest), false);
    assert.equal(rest.state.lease?.released, true);
  });
});
