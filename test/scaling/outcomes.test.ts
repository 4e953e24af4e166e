import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Scenario } from '../../handlers/scaling/plan.ts';

import type { RunReference } from '../../handlers/scaling/run.ts';
import { LARGE, SMALL } from '../support/scaling/observations.ts';
import { batchStep, night, nightly, ordersStep, storedPlan } from '../support/scaling/plans.ts';
import { ScalingScene } from '../support/scaling/scaling-scene.ts';
import { type ScalingSimulator, startScalingSimulator } from '../support/scaling/simulator.ts';
import type { GivenCluster } from '../support/scaling/simulator-givens.ts';

/*
 * What becomes of a run when one particular thing goes wrong: the outcome, the reason that people read, and what the
 * targets have afterwards. On the simulator, over the SDK's clients.
 */

const MINUTE_MS = 60_000;
const FALLBACK = 'db.r5.2xlarge';
const START: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};
const END: RunReference = { ...START, edge: 'end', scheduledTime: night('05:00') };

const TWO: GivenCluster = {
  id: 'orders',
  instances: [
    { id: 'orders-1', instanceClass: SMALL },
    { id: 'orders-2', instanceClass: SMALL },
  ],
};
const BIGGER = nightly({ steps: [ordersStep({ instanceClass: LARGE })] });
const MORE_TASKS = nightly();

let simulator: ScalingSimulator;
before(async () => {
  simulator = await startScalingSimulator();
});
after(() => simulator.close());

interface Setting {
  readonly scenarios?: readonly Scenario[];
  readonly cluster?: GivenCluster;
  readonly more?: Parameters<typeof storedPlan>[1];
}

/** At 0:50 of the tests' night, with the plan stored: a cluster of two, and a service of three tasks. */
function scene({ scenarios = [BIGGER], cluster = TWO, more = {} }: Setting = {}) {
  const opened = new ScalingScene(simulator, { start: night('00:50') });
  opened.world.given.cluster(cluster);
  opened.world.given.service({
    cluster: 'prod',
    name: 'batch',
    desiredCount: 3,
    tags: { 'deploytime:scaling': 'true' },
  });
  const stored = storedPlan(scenarios, more);
  opened.store.putPlan(stored);
  const orders = () => opened.world.capacity().clusters.orders;
  const batch = () => opened.world.capacity().services['prod/batch'];
  const failovers = () => opened.world.documentDb.account.failovers.length;
  const { faults } = opened.world;
  return { scene: opened, stored, orders, batch, failovers, faults };
}

async function recordedOf({ store }: ScalingScene): Promise<number> {
  return (await store.listRecorded('plan-1')).length;
}

describe('a night without trouble', () => {
  test('changes the replica, fails over once, changes the old writer, and everything back again', async () => {
    const { scene: opened, orders, failovers } = scene();
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Converged');
    assert.match(
      start.reason,
      /^docdb\/orders: orders is available and has what it should \(scenario nightly\): 2 × db\.r6g\.2xlarge, orders-2 is the writer$/,
    );
    assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
    assert.equal(failovers(), 1);
    assert.deepEqual(
      start.events.flatMap(({ change }) => (change === undefined ? [] : [change.kind])),
      ['change-class', 'fail-over', 'change-class'],
    );
    const end = await opened.run(END);
    assert.equal(end.outcome, 'Converged');
    assert.deepEqual(orders(), {
      status: 'available',
      writer: 'orders-1',
      instances: { 'orders-1': SMALL, 'orders-2': SMALL },
      unsettled: [],
      minCapacity: undefined,
    });
    assert.equal(failovers(), 2);
    assert.equal(await recordedOf(opened), 0);
  });

  test('gives a cluster with one instance a replica for the window, and leaves that instance as it is', async () => {
    const single = { id: 'orders', instances: [{ id: 'orders-1', instanceClass: SMALL }] };
    const { scene: opened, orders, failovers } = scene({ cluster: single });
    assert.equal((await opened.run(START)).outcome, 'Converged');
    const during = orders();
    assert.deepEqual(Object.values(during?.instances ?? {}).toSorted(), [LARGE, SMALL].toSorted());
    assert.equal(during?.instances['orders-1'], SMALL);
    assert.notEqual(during?.writer, 'orders-1');
    assert.equal((await opened.run(END)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL });
    assert.equal(orders()?.writer, 'orders-1');
    assert.equal(failovers(), 2);
  });
});

describe('a failover that never completes', () => {
  for (const { mishap, reason } of [
    {
      mishap: 'never-ends',
      reason: /The failover to orders-2 has been under way for \d+ min; 10 min are allowed/,
    },
    {
      mishap: 'changes-nothing',
      reason:
        /The failover to orders-2 was called for 3 times, and 5 min after the last there is no sign of it/,
    },
  ] as const) {
    test(`(${mishap}) fails the run; the old writer is not touched`, async () => {
      const { scene: opened, orders, faults } = scene();
      faults.plan({ action: 'FailoverDBCluster', fault: { kind: 'mishap', mishap }, times: 10 });
      const start = await opened.run(START);
      assert.equal(start.outcome, 'Failed');
      assert.match(start.reason, reason);
      assert.equal(orders()?.writer, 'orders-1');
      assert.equal(orders()?.instances['orders-1'], SMALL);
      assert.equal(await recordedOf(opened), 1);
    });
  }

  test('is brought back at the end, once the cluster is available again', async () => {
    const { scene: opened, orders, faults } = scene();
    faults.plan({
      action: 'FailoverDBCluster',
      fault: { kind: 'mishap', mishap: 'changes-nothing' },
      times: 3,
    });
    await opened.run(START);
    assert.equal((await opened.run(END)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal(await recordedOf(opened), 0);
  });
});

describe('a class that there is no capacity for', () => {
  const withFallback = nightly({
    steps: [ordersStep({ instanceClass: LARGE, fallbackClasses: [FALLBACK] })],
  });

  test('is followed by the fallback class, for all instances', async () => {
    const { scene: opened, orders } = scene({ scenarios: [withFallback] });
    // The replica gets it, the old writer doesn't.
    opened.world.faults.plan({
      action: 'ModifyDBInstance',
      skip: 1,
      fault: { kind: 'error', code: 'InsufficientDBInstanceCapacity' },
    });
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': FALLBACK, 'orders-2': FALLBACK });
    assert.equal((await opened.run(END)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
  });

  test('and without a fallback leaves the cluster as it was, and says so', async () => {
    const { scene: opened, orders, failovers } = scene();
    const before = orders();
    opened.world.documentDb.limits.refuseCapacity({ instanceClass: LARGE });
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Failed');
    assert.match(
      start.reason,
      /The change of orders-2 to db\.r6g\.2xlarge was refused: .*InsufficientDBInstanceCapacity.*It has the capacity from before again/s,
    );
    assert.deepEqual(orders(), before);
    assert.equal(failovers(), 0);
  });

  test('half-way puts back what was changed', async () => {
    const { scene: opened, orders } = scene();
    opened.world.faults.plan({
      action: 'ModifyDBInstance',
      skip: 1,
      fault: { kind: 'error', code: 'InsufficientDBInstanceCapacity' },
    });
    assert.equal((await opened.run(START)).outcome, 'Failed');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.deepEqual(orders()?.unsettled, []);
  });

  test('is not tried again in that window, and in the next one', async () => {
    const { scene: opened, orders } = scene();
    opened.world.documentDb.limits.refuseCapacity({ instanceClass: LARGE });
    await opened.run(START);
    opened.passTo(night('03:30'));
    assert.deepEqual((await opened.sweep()).runs, []);
    assert.equal((await opened.run(END)).outcome, 'Converged');
    opened.world.documentDb.limits.restoreCapacity();
    const next = { ...START, scheduledTime: night('01:00', 1) };
    assert.equal((await opened.run(next)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
  });

  test('on the way back fails the run, and the sweep brings it back when there is capacity again', async () => {
    const { scene: opened, orders, stored } = scene();
    await opened.run(START);
    opened.world.documentDb.limits.refuseCapacity({ instanceClass: SMALL });
    const end = await opened.run(END);
    assert.equal(end.outcome, 'Failed');
    assert.equal(await recordedOf(opened), 1);
    opened.world.documentDb.limits.restoreCapacity();
    await opened.playUntil(night('08:00'), stored);
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal(await recordedOf(opened), 0);
  });
});

describe('what is refused for good', () => {
  test('a quota leaves the cluster as it was', async () => {
    const { scene: opened, orders } = scene({
      scenarios: [nightly({ steps: [ordersStep({ instanceCount: 4 })] })],
    });
    const before = orders();
    opened.world.documentDb.limits.instanceQuota = 3;
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Failed');
    assert.match(start.reason, /InstanceQuotaExceeded.*It has the capacity from before again/s);
    assert.deepEqual(orders(), before);
  });

  test('missing access fails the run, names the tag, and is tried again after an hour', async () => {
    const { scene: opened, orders, faults } = scene();
    faults.plan({ action: 'ModifyDBInstance', fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Failed');
    assert.match(start.reason, /deploytime:scaling=true/);
    opened.passTo(night('01:15'));
    assert.deepEqual(
      (await opened.sweep()).ends.map(({ outcome }) => outcome),
      ['Converged'],
    );
    assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
  });
});

describe('a change that is accepted and not made', () => {
  test('(a dropped ApplyImmediately) is called for again', async () => {
    const { scene: opened, orders, faults } = scene();
    faults.plan({ action: 'ModifyDBInstance', fault: { kind: 'mishap', mishap: 'pends' } });
    assert.equal((await opened.run(START)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
    assert.deepEqual(orders()?.unsettled, []);
  });

  test('every time fails the run: what only pends is not taken for done', async () => {
    const { scene: opened, orders, faults } = scene();
    faults.plan({ action: 'ModifyDBInstance', fault: { kind: 'mishap', mishap: 'pends' }, times: 99 });
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Failed');
    assert.match(start.reason, /The change of orders-2 to db\.r6g\.2xlarge was called for 3 times/);
    assert.equal(orders()?.instances['orders-1'], SMALL);
  });
});

describe('an instance that fails', () => {
  test('of ours is deleted and made again', async () => {
    const {
      scene: opened,
      orders,
      faults,
    } = scene({
      scenarios: [nightly({ steps: [ordersStep({ instanceCount: 3 })] })],
    });
    faults.plan({ action: 'CreateDBInstance', fault: { kind: 'mishap', mishap: 'fails' } });
    assert.equal((await opened.run(START)).outcome, 'Converged');
    assert.equal(Object.keys(orders()?.instances ?? {}).length, 3);
    assert.equal((await opened.run(END)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
  });

  test('of ours again and again fails the run, and nothing of it is left at the end', async () => {
    const {
      scene: opened,
      orders,
      faults,
    } = scene({
      scenarios: [nightly({ steps: [ordersStep({ instanceCount: 3 })] })],
    });
    faults.plan({ action: 'CreateDBInstance', fault: { kind: 'mishap', mishap: 'fails' }, times: 99 });
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Failed');
    assert.match(start.reason, /No replica is added to orders: \S+-1 is failed, \S+-2 is failed/);
    assert.equal((await opened.run(END)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
  });

  test('of somebody else fails the run when everything else is done, by a replica in its place', async () => {
    const { scene: opened, orders, faults } = scene();
    faults.plan({ action: 'ModifyDBInstance', fault: { kind: 'mishap', mishap: 'fails' } });
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Failed');
    assert.match(start.reason, /Instance orders-2 of orders is failed: a person has to repair or delete it/);
    assert.deepEqual(Object.keys(orders()?.instances ?? {}), ['orders-1', 'orders-2']);
    assert.equal(orders()?.instances['orders-1'], LARGE);
    const causes = opened.world.documentDb.account.outages.map(({ cause }) => cause);
    assert.deepEqual([...new Set(causes)], ['asked'], 'failovers alone');
  });
});

describe('a person who meddles', () => {
  test('and stops the cluster in the window: the end waits for it to run again', async () => {
    const { scene: opened, orders, stored } = scene();
    await opened.run(START);
    opened.passTo(night('03:00'));
    opened.world.operator.stopCluster('orders');
    const end = await opened.run(END);
    assert.equal(end.outcome, 'Failed');
    assert.match(end.reason, /orders was stopped by somebody else, and takes no change until it runs again/);
    assert.equal(await recordedOf(opened), 1);
    opened.passTo(night('06:00'));
    opened.world.operator.startCluster('orders');
    await opened.playUntil(night('12:00'), stored);
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal(orders()?.status, 'available');
    assert.equal(await recordedOf(opened), 0);
  });

  test('and deletes the service in the window: the run fails, and nothing is remembered of it', async () => {
    const { scene: opened } = scene({ scenarios: [MORE_TASKS] });
    await opened.run(START);
    opened.world.operator.deleteService('prod', 'batch');
    opened.passTo(night('04:50'));
    const end = await opened.run(END);
    assert.equal(end.outcome, 'Failed');
    assert.match(
      end.reason,
      /ecs\/prod\/batch has not been there for 10 min: what was recorded of it is dropped/,
    );
    assert.equal(await recordedOf(opened), 0);
    opened.passTo(night('07:00'));
    assert.deepEqual((await opened.sweep()).reports, []);
  });

  test('and resets the desired count: it is repaired once an hour', async () => {
    const { scene: opened, batch } = scene({ scenarios: [MORE_TASKS] });
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
    const { scene: opened, batch } = scene({ scenarios: [MORE_TASKS], more: { enforce: false } });
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
    const { scene: opened, orders, stored } = scene();
    await opened.run(START);
    opened.store.putPlan({ ...stored, status: 'removed' });
    const restoring: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: night('02:30') };
    assert.equal((await opened.run(restoring)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal(await recordedOf(opened), 0);
  });

  test('and is removed with leave changes nothing, and forgets', async () => {
    const { scene: opened, orders, stored } = scene();
    await opened.run(START);
    opened.store.putPlan({ ...stored, plan: { ...stored.plan, onDelete: 'leave' }, status: 'removed' });
    const restoring: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: night('02:30') };
    assert.equal((await opened.run(restoring)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
    assert.equal(await recordedOf(opened), 0);
  });

  test('and loses the scenario closes its window by the sweep', async () => {
    const { scene: opened, orders } = scene();
    await opened.run(START);
    opened.store.putPlan(
      storedPlan([
        nightly({
          name: 'other',
          steps: [ordersStep({ instanceCount: 2 })],
          start: nightly().end.kind === 'expression' ? BIGGER.start : BIGGER.start,
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
    const { scene: opened, orders } = scene({ scenarios: [BIGGER, second] });
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
    const { scene: opened, orders } = scene({ scenarios: [short] });
    const start = await opened.run(START);
    assert.equal(start.outcome, 'Late');
    assert.match(
      start.reason,
      /The window of nightly ended at 2026-11-20T01:05:00Z, before docdb\/orders had what it asks for/,
    );
    assert.equal((await opened.run({ ...END, scheduledTime: night('01:05') })).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal(await recordedOf(opened), 0);
  });

  test('whose start is delivered twice make one of it a duplicate', async () => {
    const { scene: opened, batch } = scene({ scenarios: [MORE_TASKS] });
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
    const { scene: opened, stored, orders } = scene({ scenarios: [once] });
    await opened.playUntil(night('01:00', 7), stored);
    assert.equal(orders()?.status, 'stopped');
    await opened.playUntil(night('12:00', 7), stored);
    const started = opened.world.journal.accepted('StopDBCluster').length;
    assert.equal(started, 2, 'it was stopped a second time');
    assert.equal(orders()?.status, 'stopped');
    await opened.playUntil(night('04:00', 8), stored);
    assert.equal(orders()?.status, 'available');
    assert.equal(await recordedOf(opened), 0);
  });

  test('a month of nights leaves nothing behind', async () => {
    const scenario = nightly({
      steps: [ordersStep({ instanceClass: LARGE, instanceCount: 3 }), batchStep({ desiredCount: 12 })],
    });
    const { scene: opened, stored, orders, batch, failovers } = scene({ scenarios: [scenario] });
    const before = opened.world.capacity();
    const ends = await opened.playUntil(night('00:50', 30), stored);
    assert.equal(ends.length, 60);
    assert.deepEqual([...new Set(ends.map(({ outcome }) => outcome))], ['Converged']);
    assert.deepEqual(opened.world.capacity(), before);
    assert.equal(failovers(), 60);
    assert.equal(await recordedOf(opened), 0);
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
