import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-docdb';
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { AwsError } from '../aws-wire/aws-error.ts';
import { HOUR_MS, large, MINUTE_MS, ordersWorld, SECOND_MS } from '../documentdb-api/orders-world.ts';
import { type ScalingSimulator, startScalingSimulator } from './simulator.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('The simulator', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  test('has worlds that know nothing of each other', async () => {
    const one = ordersWorld(simulator);
    const other = ordersWorld(simulator);
    await one.modify('orders-2', 'db.r6g.xlarge');
    one.world.clock.advance(HOUR_MS);
    assert.equal((await other.instance('orders-2'))?.instanceClass, 'db.r6g.large');
    assert.notEqual(one.world.clock.now, other.world.clock.now);
    assert.equal(other.world.journal.entries.length, 0);
  });

  test('has worlds that share a clock, where they are given one', () => {
    const clock = new VirtualClock(5000);
    const worlds = [simulator.world({ clock }), simulator.world({ clock })];
    clock.advance(1000);
    assert.deepEqual(
      worlds.map((world) => world.clock.now),
      [6000, 6000],
    );
  });

  test('forgets a world that is removed', async () => {
    const { world, client } = ordersWorld(simulator);
    simulator.remove(world);
    await assert.rejects(client.send(new DescribeDBClustersCommand({})));
  });

  test('does the same for the same seed, and another for the next', async () => {
    const play = async (seed: number) => {
      const orders = ordersWorld(simulator, { seed, readLagMs: MINUTE_MS });
      const seen: unknown[] = [];
      await orders.modify('orders-2', 'db.r6g.xlarge');
      await orders.create('orders-3');
      for (let minute = 0; minute < 20; minute += 1) {
        orders.world.clock.advance(MINUTE_MS / 2);
        seen.push(await orders.instance('orders-2'), await orders.instance('orders-3'));
      }
      return seen;
    };
    assert.deepEqual(await play(7), await play(7));
    assert.notDeepEqual(await play(7), await play(8));
  });

  test('has clients that may be destroyed without harm to the others', async () => {
    const { world, client } = ordersWorld(simulator);
    client.destroy();
    const { DBClusters } = await world.clients().documentDb.send(new DescribeDBClustersCommand({}));
    assert.equal(DBClusters?.length, 1);
  });

  test('takes a snapshot of what the targets have', () => {
    const world = simulator.world();
    world.given.cluster({
      id: 'orders',
      instances: [large('orders-1'), { id: 'orders-2', instanceClass: 'db.r5.large' }],
      serverless: { minCapacity: 0.5, maxCapacity: 8 },
    });
    world.given.service({
      cluster: 'prod',
      name: 'batch',
      desiredCount: 2,
      bounds: { minCapacity: 1, maxCapacity: 4 },
    });
    assert.deepEqual(world.capacity(), {
      clusters: {
        orders: {
          status: 'available',
          writer: 'orders-1',
          instances: { 'orders-1': 'db.r6g.large', 'orders-2': 'db.r5.large' },
          unsettled: [],
          minCapacity: 0.5,
        },
      },
      services: { 'prod/batch': { status: 'ACTIVE', desiredCount: 2, runningCount: 2, bounds: [1, 4] } },
    });
    world.operator.resizeInstance('orders-2', 'db.r5.xlarge');
    assert.deepEqual(world.capacity().clusters.orders?.unsettled, ['orders-2']);
  });
});

describe('A late read', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  test('shows what was true at most so long ago', async () => {
    const orders = ordersWorld(simulator, { readLagMs: 30 * SECOND_MS });
    await orders.delete('orders-2');
    const early = new Set<string | undefined>();
    for (let second = 0; second < 30; second += 1) {
      early.add((await orders.instance('orders-2'))?.status);
      orders.world.clock.advance(SECOND_MS);
    }
    assert.deepEqual([...early].sort(), ['available', 'deleting']);
    for (let read = 0; read < 20; read += 1) {
      assert.equal((await orders.instance('orders-2'))?.status, 'deleting');
    }
  });

  test('shows the cluster of another instant than its instances', async () => {
    const orders = ordersWorld(simulator, { readLagMs: MINUTE_MS });
    await orders.create('orders-3');
    const combinations = new Set<string>();
    for (let read = 0; read < 60; read += 1) {
      orders.world.clock.advance(SECOND_MS);
      const { DBClusters } = await orders.client.send(new DescribeDBClustersCommand({}));
      const { DBInstances } = await orders.client.send(new DescribeDBInstancesCommand({}));
      combinations.add(`${DBClusters?.[0]?.DBClusterMembers?.length} ${DBInstances?.length}`);
    }
    assert.deepEqual([...combinations].sort(), ['2 2', '2 3', '3 2', '3 3']);
  });

  test('knows neither an instance that is new nor its tags', async () => {
    const orders = ordersWorld(simulator, { readLagMs: MINUTE_MS });
    await orders.create('orders-3');
    orders.world.clock.advance(SECOND_MS);
    const arn = `${orders.world.documentDb.arnPrefix}:db:orders-3`;
    const outcomes = new Set<string>();
    for (let read = 0; read < 200; read += 1) {
      const name = await orders.client.send(new ListTagsForResourceCommand({ ResourceName: arn })).then(
        () => 'there',
        (error: Error) => error.name,
      );
      outcomes.add(name);
    }
    assert.deepEqual([...outcomes].sort(), ['DBInstanceNotFoundFault', 'there']);
  });

  test('does not change what is refused: that goes by the truth', async () => {
    const orders = ordersWorld(simulator, { readLagMs: MINUTE_MS });
    await orders.failOver('orders-2');
    await assert.rejects(orders.failOver('orders-2'), { name: 'InvalidDBClusterStateFault' });
  });

  test('is of services as well', async () => {
    const world = simulator.world({ readLagMs: MINUTE_MS });
    world.given.service({ cluster: 'prod', name: 'batch', desiredCount: 2 });
    const { ecs } = world.clients();
    await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'batch', desiredCount: 5 }));
    const seen = new Set<number | undefined>();
    for (let read = 0; read < 60; read += 1) {
      const { services } = await ecs.send(
        new DescribeServicesCommand({ cluster: 'prod', services: ['batch'] }),
      );
      seen.add(services?.[0]?.desiredCount);
      world.clock.advance(SECOND_MS);
    }
    assert.deepEqual([...seen].sort(), [2, 5]);
  });

  test('can be turned off, and is never later than a minute', async () => {
    const orders = ordersWorld(simulator, { readLagMs: MINUTE_MS });
    orders.world.readLagMs = 0;
    await orders.delete('orders-2');
    assert.equal((await orders.instance('orders-2'))?.status, 'deleting');
    assert.throws(() => {
      orders.world.readLagMs = MINUTE_MS + 1;
    }, RangeError);
    assert.throws(() => simulator.world({ readLagMs: -1 }), RangeError);
  });
});

describe('The journal', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  test('has every change with its instant, its caller and the truth right before', async () => {
    const { world } = ordersWorld(simulator);
    world.given.service({ cluster: 'prod', name: 'batch', desiredCount: 2 });
    const { ecs } = world.clients('run-1');
    world.clock.advance(MINUTE_MS);
    world.operator.failOver('orders', 'orders-2');
    world.clock.advance(MINUTE_MS);
    await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'batch', desiredCount: 5 }));
    const [failover, update, ...more] = world.journal.entries;
    assert.deepEqual(more, []);
    assert.deepEqual(
      [failover?.caller, failover?.action, failover?.outcome, failover?.at],
      ['operator', 'FailoverDBCluster', 'accepted', Date.UTC(2026, 2, 2, 0, 1)],
    );
    assert.equal(failover?.before.documentDb.clusters.get('orders')?.writer, 'orders-1');
    assert.equal(failover.before.documentDb.clusters.get('orders')?.status, 'available');
    assert.deepEqual([update?.caller, update?.service], ['run-1', 'ecs']);
    assert.equal(update?.before.ecs.services.get('prod/batch')?.desiredCount, 2);
    assert.equal(update.before.documentDb.clusters.get('orders')?.writer, 'orders-2');
  });

  test('tells who was the writer in the last minute', async () => {
    const orders = ordersWorld(simulator, { durations: { failover: [10_000, 10_000] } });
    await orders.failOver('orders-2');
    orders.world.clock.advance(30 * SECOND_MS);
    orders.world.operator.resizeInstance('orders-2', 'db.r6g.large');
    orders.world.clock.advance(MINUTE_MS);
    orders.world.operator.resizeInstance('orders-2', 'db.r6g.large');
    assert.deepEqual(
      orders.world.journal.entries.slice(1).map(({ before }) => before.recentWriters.orders),
      [['orders-1', 'orders-2'], ['orders-2']],
    );
  });

  test('counts every call, and has what was refused beside what was accepted', async () => {
    const orders = ordersWorld(simulator);
    await orders.cluster();
    await orders.cluster();
    await orders.delete('orders-2');
    await assert.rejects(orders.delete('orders-2'));
    const { journal } = orders.world;
    assert.deepEqual(
      [...journal.counts],
      [
        ['DescribeDBClusters', 2],
        ['DeleteDBInstance', 2],
      ],
    );
    assert.deepEqual(
      journal.entries.map(({ outcome }) => outcome),
      ['accepted', 'InvalidDBInstanceState'],
    );
    assert.equal(journal.accepted('DeleteDBInstance').length, 1);
    assert.equal(journal.accepted('CreateDBInstance').length, 0);
  });
});

describe('The operator', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  test('adds, changes and deletes instances, fails over, stops and starts, by the same rules', () => {
    const { world } = ordersWorld(simulator, {}, { serverless: { minCapacity: 1, maxCapacity: 8 } });
    const { operator, clock } = world;
    const deeds: [() => void, expected: unknown][] = [
      [() => operator.addInstance('orders', 'orders-3', 'db.r5.large', 2), ['orders-1', 3, 'available']],
      [() => operator.resizeInstance('orders-3', 'db.r5.xlarge'), ['orders-1', 3, 'available']],
      [() => operator.failOver('orders', 'orders-3'), ['orders-3', 3, 'available']],
      [() => operator.deleteInstance('orders-1'), ['orders-3', 2, 'available']],
      [
        () => operator.scaleServerless('orders', { minCapacity: 2, maxCapacity: 8 }),
        ['orders-3', 2, 'available'],
      ],
      [() => operator.stopCluster('orders'), ['orders-3', 2, 'stopped']],
      [() => operator.startCluster('orders'), ['orders-3', 2, 'available']],
      [() => operator.failOver('orders'), ['orders-2', 2, 'available']],
    ];
    for (const [deed, expected] of deeds) {
      deed();
      clock.advance(HOUR_MS);
      const cluster = world.capacity().clusters.orders;
      const count = Object.keys(cluster?.instances ?? {}).length;
      assert.deepEqual([cluster?.writer, count, cluster?.status], expected);
    }
    assert.equal(world.capacity().clusters.orders?.instances['orders-3'], 'db.r5.xlarge');
    assert.equal(world.capacity().clusters.orders?.minCapacity, 2);
  });

  test('is refused what AWS refuses', () => {
    const { world } = ordersWorld(simulator);
    world.operator.failOver('orders');
    assert.throws(() => world.operator.failOver('orders'), { code: 'InvalidDBClusterStateFault' });
    assert.throws(() => world.operator.deleteInstance('none'), AwsError);
    assert.deepEqual(
      world.journal.entries.map(({ caller, outcome }) => [caller, outcome]),
      [
        ['operator', 'accepted'],
        ['operator', 'InvalidDBClusterStateFault'],
        ['operator', 'DBInstanceNotFound'],
      ],
    );
  });

  test('meets no fault and no late read', () => {
    const { world } = ordersWorld(simulator, { readLagMs: MINUTE_MS });
    world.faults.decide = () => ({ kind: 'error', code: 'Throttling' });
    world.operator.deleteInstance('orders-2');
    assert.equal(world.documentDb.account.findInstance('orders-2')?.status, 'deleting');
  });
});
