import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { InvalidDBClusterStateFault, InvalidDBInstanceStateFault } from '@aws-sdk/client-docdb';
import { type ScalingSimulator, startScalingSimulator } from '../scaling/simulator.ts';
import { HOUR_MS, large, MINUTE_MS, ordersWorld, SECOND_MS } from './orders-world.ts';

describe('The writer of the simulator', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  for (const [what, replicas, successor] of [
    ['the replica of the lowest tier', [large('orders-2', 3), large('orders-3', 2)], 'orders-3'],
    [
      'among those of one tier the largest',
      [
        large('orders-2', 1),
        { id: 'orders-3', instanceClass: 'db.r5.4xlarge', promotionTier: 1 },
        { id: 'orders-4', instanceClass: 'db.r6g.2xlarge', promotionTier: 1 },
      ],
      'orders-3',
    ],
    [
      'the lowest tier before the largest',
      [{ id: 'orders-2', instanceClass: 'db.r5.4xlarge', promotionTier: 2 }, large('orders-3', 1)],
      'orders-3',
    ],
  ] as const) {
    test(`is followed by ${what}`, async () => {
      const orders = ordersWorld(simulator, {}, { instances: [large('orders-1', 0), ...replicas] });
      await orders.failOver();
      orders.world.clock.advance(MINUTE_MS);
      assert.deepEqual(await orders.cluster(), { status: 'available', writers: [successor] });
    });
  }

  test('is followed by any of those that nothing tells apart', async () => {
    const successors = new Set<string | undefined>();
    for (let seed = 0; seed < 20; seed += 1) {
      const instances = [large('orders-1'), large('orders-2'), large('orders-3')];
      const orders = ordersWorld(simulator, { seed }, { instances });
      await orders.failOver();
      orders.world.clock.advance(MINUTE_MS);
      successors.add((await orders.cluster()).writers[0]);
    }
    assert.deepEqual([...successors].sort(), ['orders-2', 'orders-3']);
  });

  test('is followed by whom the failover names, whatever the tiers', async () => {
    const orders = ordersWorld(
      simulator,
      {},
      {
        instances: [large('orders-1', 0), large('orders-2', 0), large('orders-3', 15)],
      },
    );
    await orders.failOver('orders-3');
    orders.world.clock.advance(MINUTE_MS);
    assert.deepEqual((await orders.cluster()).writers, ['orders-3']);
  });

  test('is followed by another, where the one that was named breaks on the way', async () => {
    const orders = ordersWorld(
      simulator,
      {},
      {
        instances: [large('orders-1'), large('orders-2'), large('orders-3')],
      },
    );
    await orders.failOver('orders-3');
    orders.world.documentDb.processes.failInstance('orders-3');
    orders.world.clock.advance(MINUTE_MS);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-2'] });
  });

  test('stays, where nobody is left to follow on the way', async () => {
    const orders = ordersWorld(simulator);
    await orders.failOver('orders-2');
    orders.world.documentDb.processes.failInstance('orders-2');
    orders.world.clock.advance(MINUTE_MS);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-1'] });
    assert.deepEqual(orders.world.documentDb.account.failovers, []);
    assert.ok(orders.world.documentDb.account.outages.every(({ until }) => until !== undefined));
  });

  test('is found again, where all that could follow broke on the way and another came', async () => {
    const orders = ordersWorld(simulator, {
      durations: { create: [49_000, 49_000], failover: [50_000, 50_000] },
    });
    const { processes } = orders.world.documentDb;
    await orders.create('orders-3');
    await orders.delete('orders-1');
    processes.failInstance('orders-2');
    orders.world.clock.advance(MINUTE_MS);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-3'] });
    assert.ok(orders.world.documentDb.account.outages.every(({ until }) => until !== undefined));
  });

  test('is found again at the latest when the one that is deleted is gone', async () => {
    const durations = {
      modifyPickup: [SECOND_MS, SECOND_MS],
      modify: [MINUTE_MS, MINUTE_MS],
      reboot: [0, 0],
      modifyCluster: [MINUTE_MS, MINUTE_MS],
      delete: [5 * MINUTE_MS, 5 * MINUTE_MS],
    } as const;
    const orders = ordersWorld(simulator, { durations });
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(2 * SECOND_MS);
    await orders.delete('orders-1');
    orders.world.clock.advance(30 * SECOND_MS);
    // The replica comes back while the cluster is busy with something else.
    orders.world.operator.scaleServerless('orders', { minCapacity: 1, maxCapacity: 2 });
    orders.world.clock.advance(6 * MINUTE_MS);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-2'] });
  });

  test('can not be failed over to itself, to what is no member, or without a replica that is available', async () => {
    const orders = ordersWorld(simulator);
    await assert.rejects(orders.failOver('orders-1'), InvalidDBInstanceStateFault);
    await assert.rejects(orders.failOver('others-1'), InvalidDBInstanceStateFault);
    await orders.delete('orders-2');
    await assert.rejects(orders.failOver('orders-2'), InvalidDBInstanceStateFault);
    await assert.rejects(orders.failOver(), InvalidDBClusterStateFault);
  });

  test('is not touched while the cluster fails over, and neither is anything else', async () => {
    const orders = ordersWorld(simulator);
    await orders.failOver('orders-2');
    await assert.rejects(orders.failOver('orders-2'), InvalidDBClusterStateFault);
    await assert.rejects(orders.modify('orders-1', 'db.r6g.xlarge'), InvalidDBInstanceStateFault);
    await assert.rejects(orders.modify('orders-2', 'db.r6g.xlarge'), InvalidDBInstanceStateFault);
    await assert.rejects(orders.create('orders-3'), InvalidDBClusterStateFault);
    await assert.rejects(orders.delete('orders-1'), InvalidDBClusterStateFault);
  });

  test('that is deleted is followed by a replica, after an outage', async () => {
    const orders = ordersWorld(simulator);
    const { account } = orders.world.documentDb;
    await orders.delete('orders-1');
    await assert.rejects(orders.delete('orders-1'), InvalidDBInstanceStateFault);
    assert.equal((await orders.cluster()).status, 'failing-over');
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-2'] });
    assert.deepEqual(
      account.failovers.map(({ from, to, cause }) => [from, to, cause]),
      [['orders-1', 'orders-2', 'writer-deleted']],
    );
    assert.equal(account.outages.length, 1);
  });

  test('that is deleted as the last instance leaves a cluster without one, until another is created', async () => {
    const orders = ordersWorld(simulator, {}, { instances: [large('orders-1')] });
    const { account } = orders.world.documentDb;
    await orders.delete('orders-1');
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual((await orders.cluster()).writers, []);
    assert.equal(account.outages[0]?.until, undefined);
    await orders.create('orders-2');
    assert.deepEqual((await orders.cluster()).writers, []);
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual((await orders.cluster()).writers, ['orders-2']);
    assert.deepEqual(
      account.failovers.map(({ from, to, cause }) => [from, to, cause]),
      [[undefined, 'orders-2', 'writer-lost']],
    );
    assert.notEqual(account.outages[0]?.until, undefined);
  });

  test('that breaks is followed by a replica', async () => {
    const orders = ordersWorld(simulator);
    orders.world.documentDb.processes.failInstance('orders-1');
    orders.world.clock.advance(MINUTE_MS);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-2'] });
    assert.equal((await orders.instance('orders-1'))?.status, 'failed');
    assert.equal(orders.world.documentDb.account.failovers[0]?.cause, 'writer-failed');
    await assert.rejects(orders.modify('orders-1', 'db.r6g.xlarge'), InvalidDBInstanceStateFault);
    await orders.delete('orders-1');
    orders.world.clock.advance(HOUR_MS);
    assert.equal(await orders.instance('orders-1'), undefined);
  });

  test('that is changed in place fails over, where there is a replica', async () => {
    const orders = ordersWorld(simulator);
    const { account } = orders.world.documentDb;
    await orders.modify('orders-1', 'db.r6g.xlarge');
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual((await orders.cluster()).writers, ['orders-2']);
    assert.equal((await orders.instance('orders-1'))?.instanceClass, 'db.r6g.xlarge');
    assert.deepEqual(
      account.failovers.map(({ cause }) => cause),
      ['writer-modified'],
    );
    assert.equal(account.outages.length, 1);
  });

  test('that is changed in place is out for all that time, where there is none', async () => {
    const orders = ordersWorld(simulator, {}, { instances: [large('orders-1')] });
    const { account } = orders.world.documentDb;
    await orders.modify('orders-1', 'db.r6g.xlarge');
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-1'] });
    assert.deepEqual(account.failovers, []);
    const [outage] = account.outages;
    assert.equal(outage?.cause, 'writer-modified');
    assert.ok((outage.until ?? 0) - outage.from > 6 * MINUTE_MS);
  });

  test('that is failed over to before its change is under way is changed as the writer', async () => {
    const orders = ordersWorld(simulator, { durations: { modifyPickup: [45_000, 45_000] } });
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(SECOND_MS);
    await orders.failOver('orders-2');
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual(
      orders.world.documentDb.account.failovers.map(({ to, cause }) => [to, cause]),
      [
        ['orders-2', 'asked'],
        ['orders-1', 'writer-modified'],
      ],
    );
  });
});
