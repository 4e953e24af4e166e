import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Holding, holdingAt } from '../../../../handlers/scaling/decision/holding.ts';
import {
  capacityAfterwards,
  capacityBefore,
  capacityOfWindow,
  holderOf,
  targetGoal,
  wantedClass,
} from '../../../../handlers/scaling/decision/target-goal.ts';
import type { CapacityRecord, Original } from '../../../../handlers/scaling/decision/target-state.ts';
import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import { LARGE, SMALL } from '../../../support/scaling/observations.ts';
import {
  BATCH,
  batchStep,
  night,
  nightly,
  ORDERS,
  ordersStep,
  storedPlan,
} from '../../../support/scaling/plans.ts';

const CLUSTER: Original = {
  kind: 'docdb',
  classes: { 'orders-1': SMALL, 'orders-2': 'db.r6g.xlarge' },
  writer: 'orders-1',
  ownReplicas: [],
};

function holdingOf(stored: StoredPlan, target: typeof ORDERS | typeof BATCH): Holding {
  const holding = holdingAt(stored, target, night('02:00'));
  assert.ok(holding);
  return holding;
}

/** A record of a window that is open, and its holding. */
function opened(scenario: Scenario, original: Original): { record: CapacityRecord; holding: Holding } {
  const holding = holdingOf(storedPlan([scenario]), original.kind === 'docdb' ? ORDERS : BATCH);
  const record = { plan: 'plan-1', recordedAt: night('01:00'), original, holder: holderOf(holding) };
  return { record, holding };
}

describe('targetGoal', () => {
  const { record } = opened(nightly(), { kind: 'ecs', desiredCount: 3 });

  test('is the window that is open', () => {
    const goal = targetGoal(storedPlan(), BATCH, undefined, night('02:00'));
    assert.equal(goal.kind === 'window' && goal.holding.scenario.name, 'nightly');
  });

  test('is to restore where no window is open and something is recorded', () => {
    const goal = targetGoal(storedPlan(), BATCH, record, night('06:00'));
    assert.equal(goal.kind, 'restore');
    assert.equal(goal.because, 'what was recorded at 2026-11-20T01:00:00Z, before nightly');
  });

  test('is nothing where nothing is recorded: the target is its owner’s', () => {
    assert.deepEqual(targetGoal(storedPlan(), BATCH, undefined, night('06:00')), {
      kind: 'none',
      reason: 'No window is open for ecs/prod/batch, and nothing is to be brought back',
    });
  });

  test('is to restore where the plan was removed in its window, or is gone', () => {
    const removed = storedPlan([nightly()], { status: 'removed' });
    assert.equal(targetGoal(removed, BATCH, record, night('02:00')).kind, 'restore');
    assert.equal(targetGoal(undefined, BATCH, record, night('02:00')).kind, 'restore');
  });

  test('is to leave it where the plan was removed with OnDelete: leave', () => {
    const removed = storedPlan([nightly()], { status: 'removed', onDelete: 'leave' });
    assert.deepEqual(targetGoal(removed, BATCH, record, night('02:00')), {
      kind: 'leave',
      reason: 'The plan was deleted with OnDelete: leave, so ecs/prod/batch keeps what nightly gave it',
    });
  });

  test('OnDelete: leave says nothing of windows that end while the plan is there', () => {
    const stored = storedPlan([nightly()], { onDelete: 'leave' });
    assert.equal(targetGoal(stored, BATCH, record, night('06:00')).kind, 'restore');
  });
});

describe('the capacity of a window', () => {
  const asking = (capacity: Parameters<typeof ordersStep>[0]) =>
    opened(nightly({ steps: [ordersStep(capacity)] }), CLUSTER);

  test('is what its step asks for', () => {
    const { record, holding } = asking({ instanceClass: LARGE, instanceCount: 3 });
    assert.deepEqual(capacityOfWindow(record, holding), {
      kind: 'docdb',
      goal: {
        plan: 'plan-1',
        because: 'scenario nightly',
        allowOutage: false,
        classes: { kind: 'uniform', instanceClass: LARGE },
        count: { kind: 'total', instanceCount: 3 },
        preferredWriter: 'orders-1',
      },
    });
  });

  test('is over what was recorded: what the step does not name goes back to it', () => {
    const { record, holding } = asking({ instanceCount: 3 });
    const { goal } = capacityOfWindow(record, holding);
    assert.deepEqual('classes' in goal && goal.classes, { kind: 'recorded', classes: CLUSTER.classes });
  });

  test('takes the first class that was not refused', () => {
    const { record, holding } = asking({
      instanceClass: LARGE,
      fallbackClasses: ['db.r5.2xlarge', 'db.r5.xlarge'],
    });
    const refused = { ...record, holder: { ...record.holder, refusedClasses: [LARGE] } };
    const { goal } = capacityOfWindow(refused, holding);
    assert.deepEqual('classes' in goal && goal.classes, { kind: 'uniform', instanceClass: 'db.r5.2xlarge' });
  });

  test('of a service is its desired count, or the bounds over those that were recorded', () => {
    const count = opened(nightly(), { kind: 'ecs', desiredCount: 3 });
    assert.deepEqual(capacityOfWindow(count.record, count.holding).goal, {
      because: 'scenario nightly',
      asked: { kind: 'desired-count', desiredCount: 12 },
    });
    const bounds = { minCapacity: 2, maxCapacity: 10 };
    const scalable = opened(nightly({ steps: [batchStep({ maxCapacity: 40 })] }), { kind: 'ecs', bounds });
    assert.deepEqual(capacityOfWindow(scalable.record, scalable.holding).goal, {
      because: 'scenario nightly',
      asked: { kind: 'bounds', minCapacity: 2, maxCapacity: 40 },
    });
  });
});

describe('the capacity after a window', () => {
  test('is what was recorded', () => {
    const { record } = opened(nightly({ steps: [ordersStep({ instanceClass: LARGE })] }), CLUSTER);
    const { goal } = capacityAfterwards(record, 'the end');
    assert.deepEqual(goal, {
      plan: 'plan-1',
      because: 'the end',
      allowOutage: false,
      classes: { kind: 'recorded', classes: CLUSTER.classes },
      count: { kind: 'own', replicas: [] },
      preferredWriter: 'orders-1',
      isLasting: true,
    });
  });

  test('is what After names, and for the rest what was recorded', () => {
    const { record } = opened(
      nightly({ steps: [ordersStep({ instanceCount: 5 }, { instanceCount: 3 })] }),
      CLUSTER,
    );
    const { goal } = capacityAfterwards(record, 'the end');
    assert.deepEqual('count' in goal && goal.count, { kind: 'total', instanceCount: 3 });
    assert.deepEqual('classes' in goal && goal.classes, { kind: 'recorded', classes: CLUSTER.classes });
  });

  test('is not After where the window was given up: it never had its capacity', () => {
    const { record } = opened(
      nightly({ steps: [ordersStep({ instanceCount: 5 }, { instanceCount: 3 })] }),
      CLUSTER,
    );
    const { goal } = capacityBefore(record, 'given up');
    assert.deepEqual('count' in goal && goal.count, { kind: 'own', replicas: [] });
  });

  test('needs the outage that the way there needed', () => {
    const { record } = opened(nightly({ steps: [ordersStep({ minCapacity: 4, allowOutage: true })] }), {
      kind: 'docdb',
      minCapacity: 0.5,
    });
    const { goal } = capacityAfterwards(record, 'the end');
    assert.deepEqual(goal, {
      plan: 'plan-1',
      because: 'the end',
      allowOutage: true,
      minCapacity: 0.5,
      isLasting: true,
    });
  });

  test('of a service is the count or the bounds that it had', () => {
    const { record } = opened(nightly(), { kind: 'ecs', desiredCount: 0 });
    assert.deepEqual(capacityAfterwards(record, 'the end').goal, {
      because: 'the end',
      asked: { kind: 'desired-count', desiredCount: 0 },
    });
  });
});

test('wantedClass is the first class of the list that was not refused, and undefined after the last', () => {
  const capacity = { instanceClass: 'a', fallbackClasses: ['b', 'c'], allowOutage: false };
  assert.equal(wantedClass(capacity, []), 'a');
  assert.equal(wantedClass(capacity, ['a']), 'b');
  assert.equal(wantedClass(capacity, ['a', 'b', 'c']), undefined);
  assert.equal(wantedClass({ allowOutage: false }, []), undefined);
});
