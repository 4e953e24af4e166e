import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Decision,
  decide,
  MISSING_LIMIT_MS,
  type Situation,
  WAIT_LIMIT_MS,
} from '../../../handlers/scaling/decide.ts';
import { LEASE_MS, taken } from '../../../handlers/scaling/lease.ts';
import type { RunReference } from '../../../handlers/scaling/run.ts';
import type { CapacityRecord, TargetState } from '../../../handlers/scaling/target-state.ts';
import { batchService, LARGE, ordersCluster } from '../../support/scaling/observations.ts';
import {
  BATCH,
  batchStep,
  night,
  nightly,
  ORDERS,
  ordersStep,
  storedPlan,
} from '../../support/scaling/plans.ts';

const START: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};
const END: RunReference = { ...START, edge: 'end', scheduledTime: night('05:00') };
const NOW = night('01:01');

const RECORD: CapacityRecord = {
  plan: 'plan-1',
  recordedAt: NOW,
  original: { kind: 'ecs', desiredCount: 3 },
  holder: {
    scenario: 'nightly',
    windowStart: night('01:00'),
    asked: { desiredCount: 12 },
    allowOutage: false,
    refusedClasses: [],
  },
};

/** A service with three tasks at the start of a window that asks for twelve; the run has it, and it is recorded. */
function situation(given: Partial<Situation> = {}): Situation {
  const { run = START, now = NOW } = given;
  const state: TargetState = { version: 2, lease: taken(undefined, run, now), record: RECORD };
  return { stored: storedPlan(), run, target: BATCH, observed: batchService(), state, now, ...given };
}

function withState(given: Partial<TargetState>, more: Partial<Situation> = {}): Situation {
  const base = situation(more);
  return { ...base, state: { ...base.state, ...given } };
}

function ended(decision: Decision, outcome: string, reason: RegExp): Extract<Decision, { kind: 'end' }> {
  assert.equal(decision.kind, 'end', decision.reason);
  assert.equal(decision.outcome, outcome);
  assert.match(decision.reason, reason);
  return decision;
}

describe('whose turn it is', () => {
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

  for (const released of [undefined, true] as const) {
    test(`an earlier run is superseded, ${released ? 'also after the later one has ended' : 'and writes nothing'}`, () => {
      const start = withState({ lease: { ...taken(undefined, END, NOW), released } });
      const { state } = ended(
        decide(start),
        'Superseded',
        /^The end of nightly at .* has taken ecs\/prod\/batch over/,
      );
      assert.equal(state, start.state);
    });
  }

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

  test('a target that another plan has not brought back is left alone', () => {
    const decision = decide(withState({ record: { ...RECORD, plan: 'plan-2' } }));
    ended(decision, 'Failed', /in the hands of the plan plan-2.*one plan at a time/);
  });

  test('a run of that plan keeps its lease, although it began earlier', () => {
    const run = { plan: 'plan-2', scenario: 'other', edge: 'start', scheduledTime: night('00:30') } as const;
    const lease = taken(undefined, run, night('01:00'));
    const decision = decide(withState({ lease, record: { ...RECORD, plan: 'plan-2' } }));
    assert.deepEqual(ended(decision, 'Failed', /in the hands of the plan plan-2/).state.lease, lease);
  });
});

describe('a start that comes too late', () => {
  test('is Late where its window is over, and gives the target back', () => {
    const decision = decide(situation({ now: night('05:00') }));
    const { state } = ended(decision, 'Late', /The window of nightly ended at 2026-11-20T05:00:00Z/);
    assert.equal(state.lease?.released, true);
    assert.deepEqual(state.record, RECORD);
  });

  test('is superseded where the plan has no such start any more', () => {
    const except = nightly({ except: ['2026-11-20'] });
    ended(
      decide(situation({ stored: storedPlan([except]) })),
      'Superseded',
      /does not start at 2026-11-20T01:00:00Z: the plan, its Except or an override/,
    );
    ended(
      decide(situation({ stored: storedPlan([nightly({ name: 'other' })]) })),
      'Superseded',
      /no scenario nightly any more/,
    );
    ended(decide(situation({ stored: undefined })), 'Superseded', /no scenario nightly/);
  });

  test('is superseded where a person closed the window', () => {
    const overrides = [
      { scenario: 'nightly', hold: 'closed', from: night('00:30'), until: night('05:00') },
    ] as const;
    ended(decide(situation({ stored: storedPlan([nightly()], { overrides }) })), 'Superseded', /override/);
  });

  test('is none where the schedule fires some seconds before this clock', () => {
    const decision = decide(situation({ now: START.scheduledTime - 2000 }));
    assert.equal(decision.kind, 'change');
  });

  test('does not matter to an end: it brings back what there is', () => {
    const decision = decide(
      situation({ run: END, now: night('09:00'), observed: batchService({ desiredCount: 12 }) }),
    );
    assert.deepEqual(decision.kind === 'change' && decision.change, {
      kind: 'set-desired-count',
      desiredCount: 3,
    });
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

  test('and is there again is gone on with', () => {
    const decision = decide(withState({ missingSince: NOW - MISSING_LIMIT_MS }));
    assert.equal(decision.kind, 'change');
    assert.equal(decision.state.missingSince, undefined);
  });
});
