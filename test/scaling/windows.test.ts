import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Scenario } from '../../handlers/scaling/plan/plan.ts';
import type { RunReference } from '../../handlers/scaling/run/run.ts';
import { LARGE, SMALL } from '../support/scaling/observations.ts';
import { BIGGER, END, MORE_TASKS, ordersNight, START } from '../support/scaling/orders-night.ts';
import { batchStep, night, nightly, ordersStep, storedPlan } from '../support/scaling/plans.ts';
import { type ScalingSimulator, startScalingSimulator } from '../support/scaling/simulator.ts';

/*
 * What becomes of a window when people meddle, its plan changes, or others follow at once; and of many in a row. On the
 * simulator, over the SDK's clients.
 */

let simulator: ScalingSimulator;
before(async () => {
  simulator = await startScalingSimulator();
});
after(() => simulator.close());

const MINUTE_MS = 60_000;

describe('a person who meddles', () => {
  test('and stops the cluster in the window: the end waits for it to run again', async () => {
    const { scene: opened, orders, stored } = ordersNight(simulator);
    await opened.run(START);
    opened.passTo(night('03:00'));
    opened.world.operator.stopCluster('orders');
    const end = await opened.run(END);
    assert.equal(end.outcome, 'Failed');
    assert.match(end.reason, /orders was stopped by somebody else, and takes no change until it runs again/);
    assert.equal((await opened.store.listRecorded('plan-1')).length, 1);
    opened.passTo(night('06:00'));
    opened.world.operator.startCluster('orders');
    await opened.playUntil(night('12:00'), stored);
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal(orders()?.status, 'available');
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
  });

  test('and deletes the service in the window: the run fails, and nothing is remembered of it', async () => {
    const { scene: opened } = ordersNight(simulator, { scenarios: [MORE_TASKS] });
    await opened.run(START);
    opened.world.operator.deleteService('prod', 'batch');
    opened.passTo(night('04:50'));
    const end = await opened.run(END);
    assert.equal(end.outcome, 'Failed');
    assert.match(
      end.reason,
      /ecs\/prod\/batch has not been there for 10 min: what was recorded of it is dropped/,
    );
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
    opened.passTo(night('07:00'));
    assert.deepEqual((await opened.sweep()).reports, []);
  });

  test('and resets the desired count: it is repaired once an hour', async () => {
    const { scene: opened, batch } = ordersNight(simulator, { scenarios: [MORE_TASKS] });
    await opened.run(START);
    opened.passTo(night('01:30'));
    for (const [time, count] of [
      ['01:35', 12],
      ['01:50', 3],
      ['02:40', 12],
    ] as const) {
      opened.world.operator.setDesiredCount('prod', 'batch', 3);
      opened.passTo(night(time));
      await opened.sweep();
      assert.equal(batch()?.desiredCount, count, time);
    }
  });

  test('and resets the desired count: it is only reported, with Enforce: false', async () => {
    const { scene: opened, batch } = ordersNight(simulator, {
      scenarios: [MORE_TASKS],
      more: { enforce: false },
    });
    await opened.run(START);
    opened.world.operator.setDesiredCount('prod', 'batch', 3);
    opened.passTo(night('02:00'));
    const { reports, runs } = await opened.sweep();
    assert.deepEqual(runs, []);
    assert.equal(reports[0]?.finding.kind, 'drifted');
    assert.equal(batch()?.desiredCount, 3);
  });
});

describe('a plan that changes in its window', () => {
  test('and is removed with restore brings everything back', async () => {
    const { scene: opened, orders, stored } = ordersNight(simulator);
    await opened.run(START);
    opened.store.putPlan({ ...stored, status: 'removed' });
    const restoring: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: night('02:30') };
    assert.equal((await opened.run(restoring)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
  });

  test('and is removed with leave changes nothing, and forgets', async () => {
    const { scene: opened, orders, stored } = ordersNight(simulator);
    await opened.run(START);
    opened.store.putPlan({ ...stored, plan: { ...stored.plan, onDelete: 'leave' }, status: 'removed' });
    const restoring: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: night('02:30') };
    assert.equal((await opened.run(restoring)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
  });

  test('and loses the scenario closes its window by the sweep', async () => {
    const { scene: opened, orders } = ordersNight(simulator);
    await opened.run(START);
    opened.store.putPlan(
      storedPlan([
        nightly({
          name: 'other',
          steps: [ordersStep({ instanceCount: 2 })],
          except: ['2026-11-20'],
        }),
      ]),
    );
    opened.passTo(night('02:30'));
    assert.equal((await opened.sweep()).ends[0]?.outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
  });
});

describe('windows one after the other', () => {
  test('hand the true original on: what the first recorded comes back after the last', async () => {
    const second = nightly({
      name: 'second',
      start: BIGGER.end.kind === 'expression' ? BIGGER.end.expression : BIGGER.start,
      end: { kind: 'duration', durationMs: 60 * MINUTE_MS },
      steps: [ordersStep({ instanceCount: 3 })],
    });
    const { scene: opened, orders } = ordersNight(simulator, { scenarios: [BIGGER, second] });
    await opened.run(START);
    const next: RunReference = { ...START, scenario: 'second', scheduledTime: night('05:00') };
    assert.equal((await opened.run(next)).outcome, 'Converged');
    assert.deepEqual(Object.values(orders()?.instances ?? {}), [SMALL, SMALL, SMALL]);
    await opened.run(END);
    assert.equal(Object.keys(orders()?.instances ?? {}).length, 3, 'the first end leaves it to the second');
    assert.equal(
      (await opened.run({ ...next, edge: 'end', scheduledTime: night('06:00') })).outcome,
      'Converged',
    );
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
  });

  test('that are too short end as Late, and the end still comes', async () => {
    const short = nightly({
      end: { kind: 'duration', durationMs: 5 * MINUTE_MS },
      steps: [ordersStep({ instanceClass: LARGE })],
    });
    const { scene: opened, orders } = ordersNight(simulator, { scenarios: [short] });
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Late');
    assert.match(
      start.reason,
      /The window of nightly ended at 2026-11-20T01:05:00Z, before docdb\/orders had what it asks for/,
    );
    assert.equal((await opened.run({ ...END, scheduledTime: night('01:05') })).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
  });

  test('whose start is delivered twice make one of it a duplicate', async () => {
    const { scene: opened, batch } = ordersNight(simulator, { scenarios: [MORE_TASKS] });
    assert.equal((await opened.run(START)).outcome, 'Converged');
    assert.equal((await opened.run(START)).outcome, 'Duplicate');
    assert.equal(batch()?.desiredCount, 12);
  });
});

describe('long times', () => {
  const stopped = (days: number): Scenario =>
    nightly({
      end: { kind: 'duration', durationMs: days * 24 * 60 * MINUTE_MS },
      start: BIGGER.start,
      steps: [ordersStep({ state: 'stopped' })],
    });

  test('eight days stopped: AWS starts the cluster after seven, and it is stopped again', async () => {
    const once = { ...stopped(8), except: daysAfter(1, 12) };
    const { scene: opened, stored, orders } = ordersNight(simulator, { scenarios: [once] });
    await opened.playUntil(night('01:00', 7), stored);
    assert.equal(orders()?.status, 'stopped');
    await opened.playUntil(night('12:00', 7), stored);
    const started = opened.world.journal.accepted('StopDBCluster').length;
    assert.equal(started, 2, 'it was stopped a second time');
    assert.equal(orders()?.status, 'stopped');
    await opened.playUntil(night('04:00', 8), stored);
    assert.equal(orders()?.status, 'available');
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
  });

  test('a month of nights leaves nothing behind', async () => {
    const scenario = nightly({
      steps: [ordersStep({ instanceClass: LARGE, instanceCount: 3 }), batchStep({ desiredCount: 12 })],
    });
    const {
      scene: opened,
      stored,
      orders,
      batch,
      failovers,
    } = ordersNight(simulator, { scenarios: [scenario] });
    const before = opened.world.capacity();
    const ends = await opened.playUntil(night('00:50', 30), stored);
    assert.equal(ends.length, 60);
    assert.deepEqual([...new Set(ends.map(({ outcome }) => outcome))], ['Converged']);
    assert.deepEqual(opened.world.capacity(), before);
    assert.equal(failovers(), 60);
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
    const state = await opened.store.getTargetState({ kind: 'docdb', clusterId: 'orders' });
    assert.equal(state.intent, undefined);
    assert.ok(JSON.stringify(state).length < 600, 'what is remembered does not grow');
    assert.equal(orders()?.unsettled.length, 0);
    assert.equal(batch()?.desiredCount, 3);
  });
});

/** Dates from so many days after the tests' night on. */
function daysAfter(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(night('12:00', first + index)).toISOString().slice(0, 10),
  );
}
