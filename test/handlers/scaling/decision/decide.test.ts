import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  decide,
  MISSING_LIMIT_MS,
  type Situation,
  WAIT_LIMIT_MS,
} from '../../../../handlers/scaling/decision/decide.ts';
import { LEASE_MS, taken } from '../../../../handlers/scaling/decision/lease.ts';
import type { TargetState } from '../../../../handlers/scaling/decision/target-state.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import { batchService, LARGE, ordersCluster } from '../../../support/scaling/observations.ts';
import { batchStep, night, nightly, ORDERS, ordersStep, storedPlan } from '../../../support/scaling/plans.ts';
import { END, ended, NOW, RECORD, START, situation, withState } from './batch-situation.ts';

describe('the lease', () => {
  test('a run takes the target before anything else', () => {
    const decision = decide(withState({ lease: undefined, record: undefined }));
    assert.equal(decision.kind, 'store');
    assert.equal(decision.reason, 'ecs/prod/batch is taken by the start of nightly at 2026-11-20T01:00:00Z');
    assert.deepEqual(decision.state.lease, { run: START, fence: 1, until: NOW + LEASE_MS, since: NOW });
  });

  test('a later run takes it over with a higher fence, and keeps the record and the intent', () => {
    const intent = { change: { kind: 'set-desired-count', desiredCount: 12 }, at: NOW, attempt: 1 } as const;
    const decision = decide(
      withState({ lease: taken(undefined, START, NOW), intent }, { run: END, now: night('05:00') }),
    );
    assert.equal(decision.kind, 'store');
    assert.match(decision.reason, /the end of nightly at .*, after the start of nightly/);
    assert.equal(decision.state.lease?.fence, 2);
    assert.deepEqual(decision.state.record, RECORD);
    assert.deepEqual(decision.state.intent, intent);
  });

  test('a lease that is half over is prolonged while waiting', () => {
    const waiting = withState(
      { intent: { change: { kind: 'set-desired-count', desiredCount: 12 }, at: NOW, attempt: 1 } },
      { now: NOW + LEASE_MS / 2 },
    );
    const busy = { ...waiting, observed: batchService({ desiredCount: 12, runningCount: 5 }) };
    const lease = taken(undefined, START, NOW);
    const decision = decide({ ...busy, state: { ...busy.state, lease } });
    assert.equal(decision.kind, 'wait', decision.reason);
    assert.equal(decision.state.lease?.until, NOW + LEASE_MS / 2 + LEASE_MS);
  });
});

describe('a window', () => {
  test('is recorded before anything is changed', () => {
    const decision = decide(withState({ record: undefined }));
    assert.equal(decision.kind, 'store');
    assert.equal(decision.reason, 'Its present capacity is recorded before nightly changes it');
    assert.deepEqual(decision.state.record, { ...RECORD, holder: { ...RECORD.holder, after: undefined } });
  });

  test('has its capacity called for, with the intent in the state', () => {
    const decision = decide(situation());
    assert.equal(decision.kind, 'change');
    assert.deepEqual(decision.change, { kind: 'set-desired-count', desiredCount: 12 });
    assert.deepEqual(decision.state.intent, { change: decision.change, at: NOW, attempt: 1 });
    assert.equal(decision.state.changedAt, NOW);
    assert.match(decision.reason, /\S/);
  });

  test('has converged once its capacity is seen, and gives the target back', () => {
    const { state } = ended(
      decide(situation({ observed: batchService({ desiredCount: 12 }) })),
      'Converged',
      /12/,
    );
    assert.equal(state.convergedAt, NOW);
    assert.equal(state.lease?.released, true);
    assert.deepEqual(state.record, RECORD);
  });

  test('has converged in its window, also where its run begins some seconds early', () => {
    const now = night('01:00') - 5_000;
    const { state } = ended(
      decide(situation({ now, observed: batchService({ desiredCount: 12 }) })),
      'Converged',
      /12/,
    );
    assert.equal(state.convergedAt, night('01:00'));
  });

  test('over the bounds changes nothing', () => {
    const stored = storedPlan([nightly()], { bounds: { desiredCount: 10 } });
    ended(decide(situation({ stored })), 'Failed', /DesiredCount is 12, allowed by Bounds is at most 10/);
  });

  test('that was given up goes back to what was there, and has failed then', () => {
    const record = { ...RECORD, holder: { ...RECORD.holder, impossible: 'There is no capacity' } };
    const back = decide(withState({ record }, { observed: batchService({ desiredCount: 12 }) }));
    assert.deepEqual(back.kind === 'change' && back.change, { kind: 'set-desired-count', desiredCount: 3 });
    const { state } = ended(
      decide(withState({ record })),
      'Failed',
      /^There is no capacity\. It has the capacity from before again$/,
    );
    assert.deepEqual(state.record, record);
  });

  test('waits an hour for what makes no progress, and has failed then', () => {
    const moving = ordersCluster({ status: 'upgrading' });
    const original = { kind: 'docdb', classes: {}, writer: 'orders-1', ownReplicas: [] } as const;
    const scenario = nightly({ steps: [ordersStep({ instanceClass: LARGE })] });
    const at = (now: number) =>
      decide(
        withState(
          {
            record: { ...RECORD, original },
            lease: { ...taken(undefined, START, NOW), until: now + LEASE_MS },
          },
          { stored: storedPlan([scenario]), target: ORDERS, observed: moving, now },
        ),
      );
    assert.equal(at(NOW + WAIT_LIMIT_MS).kind, 'wait');
    ended(at(NOW + WAIT_LIMIT_MS + 1), 'Failed', /so for 60 min, which is the limit/);
  });
});

describe('a window of a plan with Enforce: false', () => {
  const longer = nightly({
    name: 'longer',
    priority: 1,
    end: { kind: 'duration', durationMs: 6 * 3_600_000 },
    steps: [batchStep({ desiredCount: 20 })],
  });
  const drifted = (run: RunReference, more: Partial<TargetState> = {}): Situation => {
    const holder = { ...RECORD.holder, scenario: 'longer', asked: { desiredCount: 20 } };
    return withState(
      { record: { ...RECORD, holder }, convergedAt: night('01:10'), ...more },
      { run, stored: storedPlan([nightly(), longer], { enforce: false }), now: night('05:00') },
    );
  };
  const own: RunReference = { ...START, scenario: 'longer', scheduledTime: night('04:59') };

  for (const [what, run] of [
    ['a repair for another target', { ...own, isRepair: true }],
    ['the end of another window', END],
  ] as const) {
    test(`that has drifted is left so by ${what}`, () => {
      ended(
        decide(drifted(run)),
        'Converged',
        /^ecs\/prod\/batch had what longer asks for at 2026-11-20T01:10:00Z; what differs since is only reported \(Enforce: false\)$/,
      );
    });
  }

  test('that has drifted is brought back by a start of its own, such as a person’s', () => {
    assert.equal(decide(drifted(own)).kind, 'change');
  });

  test('that was not reached yet is gone on with', () => {
    assert.equal(decide(drifted(END, { convergedAt: undefined })).kind, 'change');
  });
});

describe('after the window', () => {
  const end = (given: Partial<Situation> = {}): Situation =>
    situation({ run: END, now: night('05:00'), ...given });

  test('what was recorded comes back', () => {
    const decision = decide(end({ observed: batchService({ desiredCount: 12 }) }));
    assert.deepEqual(decision.kind === 'change' && decision.change, {
      kind: 'set-desired-count',
      desiredCount: 3,
    });
  });

  test('the record goes once everything is back', () => {
    const { state } = ended(decide(end()), 'Converged', /./);
    assert.equal(state.record, undefined);
    assert.equal(state.restoredAt, night('05:00'));
  });

  test('After holds in place of what was recorded', () => {
    const holder = { ...RECORD.holder, after: { desiredCount: 1 } };
    const decision = decide({ ...end(), state: { ...end().state, record: { ...RECORD, holder } } });
    assert.deepEqual(decision.kind === 'change' && decision.change, {
      kind: 'set-desired-count',
      desiredCount: 1,
    });
  });

  test('a target of which nothing is recorded is left alone', () => {
    const before = end();
    const decision = decide({ ...before, state: { ...before.state, record: undefined } });
    ended(decision, 'Converged', /nothing is to be brought back/);
  });

  test('the end of one scenario leaves the target to another one that holds it', () => {
    const longer = nightly({
      name: 'longer',
      end: { kind: 'duration', durationMs: 6 * 3_600_000 },
      priority: 1,
      steps: [batchStep({ desiredCount: 20 })],
    });
    const decision = decide(end({ stored: storedPlan([nightly(), longer]) }));
    assert.equal(decision.kind, 'store');
    assert.equal(decision.reason, 'longer takes over from nightly');
    assert.deepEqual(decision.state.record?.original, RECORD.original);
  });

  test('a plan that was removed with leave forgets what it recorded, and changes nothing', () => {
    const stored = storedPlan([nightly()], { status: 'removed', onDelete: 'leave' });
    const { state } = ended(decide(end({ stored, now: night('02:00') })), 'Converged', /OnDelete: leave/);
    assert.equal(state.record, undefined);
  });

  test('a plan that was removed with restore closes its open window', () => {
    const stored = storedPlan([nightly()], { status: 'removed' });
    const run = { plan: 'plan-1', edge: 'end', scheduledTime: night('02:00') } as const;
    const decision = decide(
      situation({ run, stored, now: night('02:00'), observed: batchService({ desiredCount: 12 }) }),
    );
    assert.deepEqual(decision.kind === 'change' && decision.change, {
      kind: 'set-desired-count',
      desiredCount: 3,
    });
  });
});

describe('a target that is not there', () => {
  test('has failed at once where nothing is recorded of it', () => {
    ended(
      decide(withState({ record: undefined }, { observed: undefined })),
      'Failed',
      /^ecs\/prod\/batch is not there$/,
    );
  });

  test('is believed to be gone after ten minutes: one read may be wrong, and a record is not to be had again', () => {
    const first = decide(situation({ observed: undefined }));
    assert.equal(first.kind, 'wait');
    assert.equal(first.state.missingSince, NOW);
    const gone = situation({ observed: undefined, now: NOW + MISSING_LIMIT_MS });
    const { state } = ended(
      decide({ ...gone, state: first.state }),
      'Failed',
      /has not been there for 10 min: what was recorded of it is dropped/,
    );
    assert.equal(state.record, undefined);
    assert.equal(state.missingSince, undefined);
  });

  test('is not believed to be gone by what an earlier run has seen, and one read more', () => {
    const now = night('05:01');
    const missingSince = night('01:30');
    const decision = decide(withState({ missingSince }, { run: END, now, observed: undefined }));
    assert.equal(decision.kind, 'wait', decision.reason);
    assert.equal(decision.state.missingSince, now);
  });

  test('and is there again is gone on with', () => {
    const decision = decide(withState({ missingSince: NOW - MISSING_LIMIT_MS }));
    assert.equal(decision.kind, 'change');
    assert.equal(decision.state.missingSince, undefined);
  });
});
