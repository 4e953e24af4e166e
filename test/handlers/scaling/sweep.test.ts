import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { taken } from '../../../handlers/scaling/lease.ts';
import type { RunReference } from '../../../handlers/scaling/run.ts';
import {
  COOLDOWN_MS,
  EDGE_GRACE_MS,
  type SweepFinding,
  sweepObserved,
  sweepTarget,
  targetsToSweep,
} from '../../../handlers/scaling/sweep.ts';
import type { CapacityRecord, TargetState } from '../../../handlers/scaling/target-state.ts';
import { batchService } from '../../support/scaling/observations.ts';
import {
  BATCH,
  batchStep,
  expression,
  night,
  nightly,
  ORDERS,
  ordersStep,
  storedPlan,
} from '../../support/scaling/plans.ts';

const NOW = night('02:00');
const START: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};
const RECORD: CapacityRecord = {
  plan: 'plan-1',
  recordedAt: night('01:00'),
  original: { kind: 'ecs', desiredCount: 3 },
  holder: {
    scenario: 'nightly',
    windowStart: night('01:00'),
    asked: { desiredCount: 12 },
    allowOutage: false,
    refusedClasses: [],
  },
};
const CONVERGED: TargetState = { version: 4, record: RECORD, convergedAt: night('01:10') };

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
    const state: TargetState = { version: 4, record: RECORD, repairedAt: night('01:30') };
    const early = swept(state, night('01:30') + COOLDOWN_MS - 1);
    assert.equal(early.kind, 'fine');
    assert.match(early.reason, /but not before 2026-11-20T02:30:00Z/);
    assert.equal(swept(state, night('01:30') + COOLDOWN_MS).kind, 'start');
  });

  test('does not count what was converged in a window before', () => {
    assert.equal(swept({ ...CONVERGED, convergedAt: night('01:10', -1) }).kind, 'start');
  });

  test('leaves a window alone that was given up, and not the next one', () => {
    const record = { ...RECORD, holder: { ...RECORD.holder, impossible: 'There is no capacity' } };
    const finding = swept({ version: 4, record });
    assert.equal(finding.kind, 'fine');
    assert.match(finding.reason, /was given up for this window: There is no capacity/);
    assert.equal(swept({ version: 4, record }, night('02:00', 1)).kind, 'start');
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
    assert.equal(swept({ ...CONVERGED, record: { ...RECORD, plan: 'plan-2' } }).kind, 'fine');
  });

  test('looks at a target that had its capacity', () => {
    assert.equal(swept(CONVERGED).kind, 'look');
  });
});

describe('a sweep that looks', () => {
  const looked = (
    observed: Parameters<typeof sweepObserved>[2],
    given: { enforce?: boolean; repairedAt?: number } = {},
  ) => {
    const { enforce = true, repairedAt } = given;
    const state = { ...CONVERGED, repairedAt };
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
    assert.equal(looked(drifted, { enforce: false }).kind, 'drifted');
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
