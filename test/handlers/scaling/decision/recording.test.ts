import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { holdingAt } from '../../../../handlers/scaling/decision/holding.ts';
import { READ_DELAY_MS } from '../../../../handlers/scaling/decision/intent.ts';
import { type Recording, recordBefore } from '../../../../handlers/scaling/decision/recording.ts';
import type { Observation } from '../../../../handlers/scaling/decision/scaling-target.ts';
import type { CapacityRecord, TargetState } from '../../../../handlers/scaling/decision/target-state.ts';
import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import {
  batchService,
  instance,
  LARGE,
  ordersCluster,
  SMALL,
} from '../../../support/scaling/observations.ts';
import {
  BATCH,
  batchStep,
  expression,
  night,
  nightly,
  ORDERS,
  ordersStep,
  planOf,
  storedPlan,
} from '../../../support/scaling/plans.ts';

const NOW = night('01:01');

function recording(
  scenario: Scenario,
  observed: Observation,
  state: Pick<TargetState, 'record' | 'restoredAt'> = {},
): Recording {
  const target = 'instances' in observed ? ORDERS : BATCH;
  const holding = holdingAt(storedPlan([scenario]), target, NOW);
  assert.ok(holding);
  return recordBefore(planOf([scenario]), holding, observed, state, NOW);
}

function stored(given: Recording): CapacityRecord {
  assert.equal(given.kind, 'store');
  return given.record;
}

const BIGGER = nightly({ steps: [ordersStep({ instanceClass: LARGE })] });
const MORE = nightly({ name: 'more', steps: [ordersStep({ instanceCount: 4 })] });

describe('recordBefore', () => {
  test('records each instance’s class, the writer and our replicas before a class is changed', () => {
    assert.deepEqual(stored(recording(BIGGER, ordersCluster())).original, {
      kind: 'docdb',
      classes: { 'orders-1': SMALL, 'orders-2': SMALL },
      writer: 'orders-1',
      ownReplicas: [],
    });
  });

  test('records only what the step changes, at its start or at its end', () => {
    const capacity = (given: Scenario['steps'][number]) =>
      stored(
        recording(
          nightly({ steps: [given] }),
          ordersCluster({ serverless: { minCapacity: 1, maxCapacity: 8 } }),
        ),
      ).original;
    assert.deepEqual(capacity(ordersStep({ state: 'stopped' })), { kind: 'docdb', state: 'running' });
    assert.deepEqual(capacity(ordersStep({ minCapacity: 4 })), { kind: 'docdb', minCapacity: 1 });
    assert.deepEqual(capacity(ordersStep({ state: 'running' }, { minCapacity: 2 })), {
      kind: 'docdb',
      state: 'running',
      minCapacity: 1,
    });
  });

  test('records a service’s desired count, or its bounds where it is a scalable target', () => {
    assert.deepEqual(stored(recording(nightly(), batchService())).original, { kind: 'ecs', desiredCount: 3 });
    const scalableTarget = { minCapacity: 2, maxCapacity: 10 };
    const scenario = nightly({ steps: [batchStep({ minCapacity: 8 })] });
    assert.deepEqual(stored(recording(scenario, batchService({ scalableTarget }))).original, {
      kind: 'ecs',
      bounds: scalableTarget,
    });
  });

  test('waits until nothing is under way: what is there then is what is kept', () => {
    const moving = ordersCluster({
      instances: [instance('orders-1', { isWriter: true }), instance('orders-2', { status: 'modifying' })],
    });
    assert.equal(recording(BIGGER, moving).kind, 'wait');
  });

  test('waits where a window was closed just now: a late read would show its capacity', () => {
    const given = recording(BIGGER, ordersCluster(), { restoredAt: NOW - READ_DELAY_MS + 1 });
    assert.equal(given.kind, 'wait');
    assert.equal(recording(BIGGER, ordersCluster(), { restoredAt: NOW - READ_DELAY_MS }).kind, 'store');
  });

  test('keeps what was recorded, whatever is there now', () => {
    const record = stored(recording(BIGGER, ordersCluster()));
    const changed = ordersCluster({
      instances: [
        instance('orders-1', { instanceClass: LARGE }),
        instance('orders-2', { instanceClass: LARGE, isWriter: true }),
      ],
    });
    assert.deepEqual(recording(BIGGER, changed, { record }), { kind: 'complete', record });
  });

  test('another window takes over what was recorded, with refusals of its own', () => {
    const first = stored(recording(BIGGER, ordersCluster()));
    const record = {
      ...first,
      holder: { ...first.holder, refusedClasses: [LARGE], impossible: 'no capacity' },
    };
    const other = nightly({ name: 'other', steps: [ordersStep({ instanceClass: 'db.r6g.4xlarge' })] });
    const next = stored(recording(other, ordersCluster(), { record }));
    assert.deepEqual(next.original, record.original);
    assert.deepEqual(next.holder.refusedClasses, []);
    assert.equal(next.holder.impossible, undefined);
    assert.equal(next.holder.scenario, 'other');
  });

  test('a replica of ours is nothing to come back to, even where it is all that is left', () => {
    const record = stored(recording(BIGGER, ordersCluster()));
    const ours = ordersCluster({ instances: [instance('ours-1', { isWriter: true, owner: 'plan-1' })] });
    assert.deepEqual(recording(BIGGER, ours, { record }), { kind: 'complete', record });
  });

  test('an outage that a window before allowed is allowed on the way back', () => {
    const allowing = nightly({ steps: [ordersStep({ instanceClass: LARGE, allowOutage: true })] });
    const record = stored(recording(allowing, ordersCluster()));
    const other = nightly({ name: 'other', steps: [ordersStep({ instanceClass: 'db.r6g.4xlarge' })] });
    assert.equal(stored(recording(other, ordersCluster(), { record })).holder.allowOutage, true);
    assert.equal(stored(recording(other, ordersCluster())).holder.allowOutage, false);
  });

  test('a plan that asks for something else in an open window is tried anew', () => {
    const first = stored(recording(BIGGER, ordersCluster()));
    const record = {
      ...first,
      holder: { ...first.holder, refusedClasses: [LARGE], impossible: 'no capacity' },
    };
    const changed = nightly({
      steps: [ordersStep({ instanceClass: LARGE, fallbackClasses: ['db.r5.2xlarge'] })],
    });
    const given = recording(changed, ordersCluster(), { record });
    assert.equal(
      given.kind === 'store' && given.reason,
      'nightly asks for something else, or in another window, than before',
    );
    assert.equal(stored(given).holder.impossible, undefined);
    assert.deepEqual(stored(given).original, first.original);
  });

  test('what was changed under an outage may need one on its way back, whoever’s window is the last', () => {
    const outage = nightly({ steps: [ordersStep({ instanceClass: LARGE, allowOutage: true })] });
    const record = stored(recording(outage, ordersCluster()));
    assert.equal(stored(recording(MORE, ordersCluster(), { record })).holder.allowOutage, true);
  });

  test('the same scenario’s next window takes over as well', () => {
    const first = stored(recording(BIGGER, ordersCluster()));
    const record = { ...first, holder: { ...first.holder, windowStart: night('01:00', -1) } };
    assert.equal(stored(recording(BIGGER, ordersCluster(), { record })).holder.windowStart, night('01:00'));
  });

  test('a window that asks for more adds what those before had left alone', () => {
    const record = stored(recording(MORE, ordersCluster()));
    assert.deepEqual(record.original, { kind: 'docdb', writer: 'orders-1', ownReplicas: [] });
    const added = stored(recording(BIGGER, ordersCluster(), { record }));
    assert.deepEqual(added.original, {
      ...record.original,
      classes: { 'orders-1': SMALL, 'orders-2': SMALL },
    });
    assert.equal(added.recordedAt, record.recordedAt);
  });

  test('an instance that somebody adds in the window is recorded before it is changed', () => {
    const record = stored(recording(BIGGER, ordersCluster()));
    const three = ordersCluster({
      instances: [
        instance('orders-1', { instanceClass: LARGE, isWriter: true }),
        instance('orders-2', { instanceClass: LARGE }),
        instance('orders-3'),
      ],
    });
    const { original, holder } = stored(recording(BIGGER, three, { record }));
    assert.deepEqual(original.kind === 'docdb' && original.classes, {
      'orders-1': SMALL,
      'orders-2': SMALL,
      'orders-3': SMALL,
    });
    assert.deepEqual(holder, record.holder);
  });

  test('the holder remembers how the window ends', () => {
    const scenario = nightly({
      start: expression('cron(0 1 * * ? *)'),
      steps: [ordersStep({ instanceCount: 4, allowOutage: true }, { instanceCount: 3 })],
    });
    assert.deepEqual(stored(recording(scenario, ordersCluster())).holder, {
      scenario: 'nightly',
      windowStart: night('01:00'),
      asked: { instanceCount: 4, allowOutage: true },
      after: { instanceCount: 3, allowOutage: false },
      allowOutage: true,
      refusedClasses: [],
    });
  });
});
