import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { taken } from '../../../../handlers/scaling/decision/lease.ts';
import {
  COOLDOWN_MS,
  EDGE_GRACE_MS,
  type SweepFinding,
  sweepObserved,
  sweepTarget,
  targetsToSweep,
} from '../../../../handlers/scaling/decision/sweep.ts';
import type { TargetState } from '../../../../handlers/scaling/decision/target-state.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import { batchService } from '../../../support/scaling/observations.ts';
import {
  BATCH,
  BATCH_RECORD,
  batchStep,
  expression,
  night,
  nightly,
  ORDERS,
  ordersStep,
  storedPlan,
} from '../../../support/scaling/plans.ts';

const NOW = night('02:00');
const START: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};
/** There was no capacity, and what was there before has been put back. */
const GIVEN_UP: TargetState = {
  version: 4,
  record: { ...BATCH_RECORD, holder: { ...BATCH_RECORD.holder, impossible: 'There is no capacity' } },
  restoredAt: night('01:20'),
};
const CONVERGED: TargetState = { version: 4, record: BATCH_RECORD, convergedAt: night('01:10') };

function swept(state: TargetState, now = NOW, stored = storedPlan()): SweepFinding {
  return sweepTarget(stored, { target: BATCH, state }, now);
}

function started(finding: SweepFinding): RunReference {
  assert.equal(finding.kind, 'start', finding.reason);
  return finding.run;
}

describe('targetsToSweep', () => {
  const cluster = nightly({
    name: 'cluster',
    start: expression('cron(0 3 * * ? *)'),
    steps: [ordersStep({ instanceCount: 3 })],
  });
  const stored = storedPlan([nightly(), cluster]);

  test('are those of the windows that are open', () => {
    assert.deepEqual(targetsToSweep(stored, [], NOW), [BATCH]);
    assert.deepEqual(targetsToSweep(stored, [], night('03:30')), [BATCH, ORDERS]);
    assert.deepEqual(targetsToSweep(stored, [], night('12:00')), []);
  });

  test('and those of which something is recorded, each once', () => {
    assert.deepEqual(targetsToSweep(stored, [ORDERS, BATCH], NOW), [BATCH, ORDERS]);
    assert.deepEqual(targetsToSweep(stored, [ORDERS], night('12:00')), [ORDERS]);
  });
});

describe('a sweep', () => {
  test('leaves a target alone while a run is at work, and sees to it once that is not heard of any more', () => {
    const state = { version: 1, lease: taken(undefined, START, night('01:30')) };
    assert.equal(swept(state, night('01:40')).kind, 'fine');
    assert.deepEqual(started(swept(state, night('01:45'))), {
      ...START,
      scheduledTime: night('01:45'),
      isRepair: true,
    });
  });

  test('repeats a start that never came, after some minutes', () => {
    assert.equal(swept({ version: 0 }, night('01:00') + EDGE_GRACE_MS - 1).kind, 'fine');
    const finding = swept({ version: 0 }, night('01:00') + EDGE_GRACE_MS);
    assert.equal(started(finding).edge, 'start');
    assert.equal(
      finding.reason,
      'ecs/prod/batch does not have what nightly asks for since 2026-11-20T01:00:00Z: its start is repeated',
    );
  });

  test('repeats a start that failed once an hour', () => {
    const state: TargetState = { version: 4, record: BATCH_RECORD, repairedAt: night('01:30') };
    const early = swept(state, night('01:30') + COOLDOWN_MS - 1);
    assert.equal(early.kind, 'fine');
    assert.match(early.reason, /but not before 2026-11-20T02:30:00Z/);
    assert.equal(swept(state, night('01:30') + COOLDOWN_MS).kind, 'start');
  });

  test('does not count what was converged in a window before', () => {
    assert.equal(swept({ ...CONVERGED, convergedAt: night('01:10', -1) }).kind, 'start');
  });

  test('leaves a window alone that was given up, and not the next one', () => {
    const finding = swept(GIVEN_UP);
    assert.equal(finding.kind, 'fine');
    assert.match(finding.reason, /was given up for this window: There is no capacity/);
    assert.equal(swept(GIVEN_UP, night('02:00', 1)).kind, 'start');
  });

  test('goes on where a window was given up, and what was there has not come back', () => {
    const finding = swept({ ...GIVEN_UP, restoredAt: undefined });
    assert.equal(started(finding).edge, 'start');
    assert.match(finding.reason, /has not got back what was there before nightly.*There is no capacity/);
  });

  test('repeats the start of a target that was made anew in its window, and of which nothing is recorded', () => {
    assert.equal(swept({ ...CONVERGED, record: undefined }).kind, 'start');
  });

  test('leaves an end to the run of its own that is on its way', () => {
    const finding = swept(CONVERGED, night('05:00') + EDGE_GRACE_MS - 1);
    assert.deepEqual(finding, { kind: 'fine', reason: 'The end of nightly is on its way' });
    assert.equal(started(swept(CONVERGED, night('05:00') + EDGE_GRACE_MS)).edge, 'end');
  });

  test('leaves what comes after a window of a higher priority to the end of that window', () => {
    const above = nightly({
      name: 'above',
      priority: 1,
      start: expression('cron(0 2 * * ? *)'),
      end: { kind: 'duration', durationMs: 3_600_000 },
      steps: [batchStep({ desiredCount: 20 })],
    });
    const stored = storedPlan([nightly(), above]);
    const holder = { ...BATCH_RECORD.holder, scenario: 'above', windowStart: night('02:00') };
    const state = { ...CONVERGED, record: { ...BATCH_RECORD, holder }, convergedAt: night('02:10') };
    assert.equal(
      swept(state, night('03:00') + EDGE_GRACE_MS - 1, stored).reason,
      'The end of above is on its way',
    );
    assert.equal(swept(state, night('03:00') + EDGE_GRACE_MS, stored).kind, 'look');
  });

  test('brings back what an end has left, for all of the plan’s targets in one run', () => {
    assert.deepEqual(started(swept(CONVERGED, night('05:30'))), {
      plan: 'plan-1',
      edge: 'end',
      scheduledTime: night('05:30'),
      isRepair: true,
    });
  });

  test('brings back what a removed plan has left', () => {
    assert.equal(started(swept(CONVERGED, NOW, storedPlan([nightly()], { status: 'removed' }))).edge, 'end');
  });

  test('leaves a target without window and record to its owner', () => {
    assert.deepEqual(swept({ version: 7 }, night('12:00')), {
      kind: 'fine',
      reason: 'No window is open for ecs/prod/batch',
    });
  });

  test('leaves a target to the plan that has recorded it', () => {
    assert.equal(swept({ ...CONVERGED, record: { ...BATCH_RECORD, plan: 'plan-2' } }).kind, 'fine');
  });

  test('looks at a target that had its capacity', () => {
    assert.equal(swept(CONVERGED).kind, 'look');
  });
});

describe('a sweep that looks', () => {
  const looked = (
    observed: Parameters<typeof sweepObserved>[2],
    { enforce = true, ...remembered }: Partial<TargetState> & { enforce?: boolean } = {},
  ) => {
    const state = { ...CONVERGED, ...remembered };
    return sweepObserved(storedPlan([nightly()], { enforce }), { target: BATCH, state }, observed, NOW);
  };
  const drifted = batchService({ desiredCount: 3 });

  test('finds nothing where the capacity is there', () => {
    assert.equal(looked(batchService({ desiredCount: 12 })).kind, 'fine');
  });

  test('finds nothing while a service replaces its tasks', () => {
    assert.equal(looked(batchService({ desiredCount: 12, runningCount: 9 })).kind, 'fine');
  });

  test('starts a repair where it drifted', () => {
    const finding = looked(drifted);
    assert.deepEqual(started(finding), { ...START, scheduledTime: NOW, isRepair: true });
    assert.match(finding.reason, /^ecs\/prod\/batch has drifted: .*12/);
  });

  test('reports it only, with Enforce: false', () => {
    const finding = looked(drifted, { enforce: false });
    assert.equal(finding.kind, 'drifted');
    assert.match(finding.reason, /^ecs\/prod\/batch has drifted, and is left so with Enforce: false\. .*12/);
  });

  test('does not take for drift what the window before has left: its end was missed, or the plan has changed', () => {
    for (const changed of [{ scenario: 'before' }, { asked: { desiredCount: 3 } }]) {
      const record = { ...BATCH_RECORD, holder: { ...BATCH_RECORD.holder, ...changed } };
      const finding = looked(drifted, { enforce: false, record });
      assert.deepEqual(started(finding), { ...START, scheduledTime: NOW, isRepair: true });
      assert.match(finding.reason, /^ecs\/prod\/batch does not have what nightly asks for: .*12/);
    }
  });

  test('finds nothing while the last change does not show yet: the read may be from before it', () => {
    const change = { kind: 'set-desired-count', desiredCount: 12 } as const;
    const finding = looked(drifted, {
      intent: { change, at: NOW - 60_000, attempt: 1, seenAt: NOW - 30_000 },
    });
    assert.equal(finding.kind, 'fine');
    assert.match(finding.reason, /The change of the desired count to 12 was seen/);
  });

  test('repairs and reports at most once an hour', () => {
    for (const enforce of [true, false]) {
      assert.equal(looked(drifted, { enforce, repairedAt: NOW - COOLDOWN_MS + 1 }).kind, 'fine');
      assert.notEqual(looked(drifted, { enforce, repairedAt: NOW - COOLDOWN_MS }).kind, 'fine');
    }
  });

  test('finds that a target is not there any more', () => {
    assert.match(looked(undefined).reason, /is not there any more/);
    assert.equal(looked(undefined).kind, 'start');
  });

  test('finds nothing where a step was added to the window that has not been recorded', () => {
    const stored = storedPlan([nightly({ steps: [batchStep({ desiredCount: 12 })] })]);
    assert.equal(sweepObserved(stored, { target: BATCH, state: { version: 0 } }, drifted, NOW).kind, 'fine');
  });
});
