import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { LARGE, SMALL } from '../support/scaling/observations.ts';
import { END, ordersNight, START } from '../support/scaling/orders-night.ts';
import { night, nightly, ordersStep } from '../support/scaling/plans.ts';
import { type ScalingSimulator, startScalingSimulator } from '../support/scaling/simulator.ts';

/*
 * What becomes of a run when one particular thing goes wrong with AWS: the outcome, the reason that people read, and
 * what the targets have afterwards. On the simulator, over the SDK's clients.
 */

let simulator: ScalingSimulator;
before(async () => {
  simulator = await startScalingSimulator();
});
after(() => simulator.close());

const FALLBACK = 'db.r5.2xlarge';

describe('a night without trouble', () => {
  test('changes the replica, fails over once, changes the old writer, and everything back again', async () => {
    const { scene: opened, orders, failovers } = ordersNight(simulator);
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
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
  });

  test('gives a cluster with one instance a replica for the window, and leaves that instance as it is', async () => {
    const single = { id: 'orders', instances: [{ id: 'orders-1', instanceClass: SMALL }] };
    const { scene: opened, orders, failovers } = ordersNight(simulator, { cluster: single });
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
      const { scene: opened, orders, faults } = ordersNight(simulator);
      faults.plan({ action: 'FailoverDBCluster', fault: { kind: 'mishap', mishap }, times: 10 });
      const start = await opened.run(START);
      assert.equal(start.outcome, 'Failed');
      assert.match(start.reason, reason);
      assert.equal(orders()?.writer, 'orders-1');
      assert.equal(orders()?.instances['orders-1'], SMALL);
      assert.equal((await opened.store.listRecorded('plan-1')).length, 1);
    });
  }

  test('is brought back at the end, once the cluster is available again', async () => {
    const { scene: opened, orders, faults } = ordersNight(simulator);
    faults.plan({
      action: 'FailoverDBCluster',
      fault: { kind: 'mishap', mishap: 'changes-nothing' },
      times: 3,
    });
    await opened.run(START);
    assert.equal((await opened.run(END)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
  });
});

describe('a class that there is no capacity for', () => {
  const withFallback = nightly({
    steps: [ordersStep({ instanceClass: LARGE, fallbackClasses: [FALLBACK] })],
  });

  test('is followed by the fallback class, for all instances', async () => {
    const { scene: opened, orders } = ordersNight(simulator, { scenarios: [withFallback] });
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
    const { scene: opened, orders, failovers } = ordersNight(simulator);
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
    const { scene: opened, orders } = ordersNight(simulator);
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
    const { scene: opened, orders } = ordersNight(simulator);
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
    const { scene: opened, orders, stored } = ordersNight(simulator);
    await opened.run(START);
    opened.world.documentDb.limits.refuseCapacity({ instanceClass: SMALL });
    const end = await opened.run(END);
    assert.equal(end.outcome, 'Failed');
    assert.equal((await opened.store.listRecorded('plan-1')).length, 1);
    opened.world.documentDb.limits.restoreCapacity();
    await opened.playUntil(night('08:00'), stored);
    assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
    assert.equal((await opened.store.listRecorded('plan-1')).length, 0);
  });
});

describe('what is refused for good', () => {
  test('a quota leaves the cluster as it was', async () => {
    const { scene: opened, orders } = ordersNight(simulator, {
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
    const { scene: opened, orders, faults } = ordersNight(simulator);
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
    const { scene: opened, orders, faults } = ordersNight(simulator);
    faults.plan({ action: 'ModifyDBInstance', fault: { kind: 'mishap', mishap: 'pends' } });
    assert.equal((await opened.run(START)).outcome, 'Converged');
    assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
    assert.deepEqual(orders()?.unsettled, []);
  });

  test('every time fails the run: what only pends is not taken for done', async () => {
    const { scene: opened, orders, faults } = ordersNight(simulator);
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
    } = ordersNight(simulator, {
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
    } = ordersNight(simulator, {
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
    const { scene: opened, orders, faults } = ordersNight(simulator);
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
