import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type DescribeDBInstancesCommandOutput,
  DescribeOrderableDBInstanceOptionsCommand,
  InstanceQuotaExceededFault,
  InsufficientDBInstanceCapacityFault,
  InvalidDBClusterStateFault,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-docdb';
import { type ScalingSimulator, startScalingSimulator } from '../scaling/simulator.ts';
import type { GivenInstance } from '../scaling/simulator-givens.ts';
import { HOUR_MS, large, MINUTE_MS, type OrdersWorld, ordersWorld } from './orders-world.ts';

describe('The limits of the simulator', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  test('are a class that AWS has no room for, as often as is said', async () => {
    const orders = ordersWorld(simulator);
    orders.world.documentDb.limits.refuseCapacity({ instanceClass: 'db.r6g.xlarge', times: 2 });
    await assert.rejects(orders.modify('orders-2', 'db.r6g.xlarge'), InsufficientDBInstanceCapacityFault);
    await assert.rejects(orders.create('orders-3', 'db.r6g.xlarge'), InsufficientDBInstanceCapacityFault);
    await orders.create('orders-3', 'db.r6g.large');
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(HOUR_MS);
    assert.equal((await orders.instance('orders-2'))?.instanceClass, 'db.r6g.xlarge');
  });

  test('are a class that there is no room for in a span of time', async () => {
    const orders = ordersWorld(simulator);
    const { now } = orders.world.clock;
    orders.world.documentDb.limits.refuseCapacity({
      instanceClass: 'db.r6g.xlarge',
      from: now + HOUR_MS,
      until: now + 2 * HOUR_MS,
    });
    await orders.modify('orders-1', 'db.r6g.xlarge');
    orders.world.clock.advance(HOUR_MS);
    await assert.rejects(orders.modify('orders-2', 'db.r6g.xlarge'), InsufficientDBInstanceCapacityFault);
    orders.world.clock.advance(HOUR_MS);
    await orders.modify('orders-2', 'db.r6g.xlarge');
  });

  test('do not count what only pends, or changes nothing', async () => {
    const orders = ordersWorld(simulator);
    orders.world.documentDb.limits.refuseCapacity({ instanceClass: 'db.r6g.large' });
    orders.world.documentDb.limits.refuseCapacity({ instanceClass: 'db.r6g.xlarge' });
    await orders.modify('orders-2', 'db.r6g.large');
    await orders.modify('orders-2', 'db.r6g.xlarge', false);
  });

  test('are the quota of the account, over all its clusters', async () => {
    const orders = ordersWorld(simulator);
    orders.world.given.cluster({ id: 'others', instances: [large('others-1')] });
    orders.world.documentDb.limits.instanceQuota = 3;
    await assert.rejects(orders.create('orders-3'), InstanceQuotaExceededFault);
    orders.world.documentDb.limits.instanceQuota = 4;
    await orders.create('orders-3');
  });

  test('are 16 instances in a cluster', async () => {
    const instances = Array.from({ length: 16 }, (_, index) => large(`orders-${index + 1}`));
    const orders = ordersWorld(simulator, {}, { instances });
    await assert.rejects(orders.create('orders-17'), InstanceQuotaExceededFault);
  });

  test('let a second creation at the same time pass at times only', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      const orders = ordersWorld(simulator, { seed });
      await orders.create('orders-3');
      outcomes.add(
        await orders.create('orders-4').then(
          () => 'accepted',
          (error: Error) => error.name,
        ),
      );
      orders.world.clock.advance(HOUR_MS);
      await orders.create('orders-5');
    }
    assert.deepEqual([...outcomes].sort(), [InvalidDBClusterStateFault.name, 'accepted'].sort());
  });

  const refused: readonly [what: string, parameters: Partial<CreateDBInstanceMessage>, name: string][] = [
    ['AutoMinorVersionUpgrade', { AutoMinorVersionUpgrade: true }, 'InvalidParameterCombination'],
    [
      'a key for Performance Insights that are not enabled',
      { PerformanceInsightsKMSKeyId: 'key' },
      'InvalidParameterCombination',
    ],
    [
      'Performance Insights of a serverless instance',
      { EnablePerformanceInsights: true, DBInstanceClass: 'db.serverless' },
      'InvalidParameterCombination',
    ],
    ["an engine that is not its cluster's", { Engine: 'neptune' }, 'InvalidParameterCombination'],
    ['a maintenance window that is none', { PreferredMaintenanceWindow: 'sunday' }, 'InvalidParameterValue'],
    [
      'more than 10 tags',
      { Tags: Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: '' })) },
      'InvalidParameterValue',
    ],
    ["a tag in AWS's own name", { Tags: [{ Key: 'aws:plan', Value: 'p1' }] }, 'InvalidParameterValue'],
  ];
  for (const [what, parameters, name] of refused) {
    test(`leave no room for an instance with ${what}`, async () => {
      const { client } = ordersWorld(simulator, {}, { serverless: { minCapacity: 1, maxCapacity: 4 } });
      await assert.rejects(
        client.send(
          new CreateDBInstanceCommand({
            DBInstanceIdentifier: 'orders-3',
            DBInstanceClass: 'db.r6g.large',
            Engine: 'docdb',
            DBClusterIdentifier: 'orders',
            ...parameters,
          }),
        ),
        { name },
      );
    });
  }

  test('show at most a page, and the rest with its marker', async () => {
    const ids = (cluster: string) =>
      Array.from({ length: 16 }, (_, index) => large(`${cluster}-${String(index).padStart(2, '0')}`));
    const orders = ordersWorld(simulator, {}, { instances: ids('orders') });
    orders.world.given.cluster({ id: 'others', instances: ids('others') });
    orders.world.given.cluster({ id: 'third', instances: ids('third') });
    const seen: string[] = [];
    const pages: number[] = [];
    for (let Marker: string | undefined = '', page = 0; Marker !== undefined && page < 5; page += 1) {
      const answer: DescribeDBInstancesCommandOutput = await orders.client.send(
        new DescribeDBInstancesCommand({ MaxRecords: 20, ...(Marker !== '' && { Marker }) }),
      );
      const { DBInstances = [] } = answer;
      pages.push(DBInstances.length);
      seen.push(...DBInstances.map(({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier));
      Marker = answer.Marker;
    }
    assert.deepEqual(pages, [20, 20, 8]);
    assert.equal(new Set(seen).size, 48);
    const { DBClusters } = await orders.client.send(new DescribeDBClustersCommand({}));
    assert.deepEqual(
      DBClusters?.map(({ DBClusterIdentifier }) => DBClusterIdentifier),
      ['orders', 'others', 'third'],
    );
  });

  test('offer every class of the list, by pages', async () => {
    const { client } = ordersWorld(simulator);
    const first = await client.send(
      new DescribeOrderableDBInstanceOptionsCommand({ Engine: 'docdb', MaxRecords: 20 }),
    );
    assert.equal(first.OrderableDBInstanceOptions?.length, 20);
    assert.notEqual(first.Marker, undefined);
  });
});

describe('A serverless cluster of the simulator', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  const serverless = (id: string): GivenInstance => ({ id, instanceClass: 'db.serverless' });
  for (const [what, from, to, restarts] of [
    ['a minimum above 1', [1.5, 8], [4, 8], false],
    ['a minimum of 1 at the most', [1, 8], [0.5, 8], false],
    ['a minimum that crosses 1 upwards', [1, 8], [1.5, 8], true],
    ['a minimum that crosses 1 downwards', [1.5, 8], [1, 8], true],
    ['a maximum', [1, 8], [1, 9], true],
    ['nothing', [1, 8], [1, 8], false],
  ] as const) {
    test(`${restarts ? 'restarts' : 'does not restart'} its instances for ${what}`, async () => {
      const orders = ordersWorld(
        simulator,
        {},
        {
          serverless: { minCapacity: from[0], maxCapacity: from[1] },
          instances: [serverless('orders-1'), serverless('orders-2'), large('orders-3')],
        },
      );
      await scale(orders, to);
      assert.equal((await orders.cluster()).status, 'modifying');
      await assert.rejects(scale(orders, [1, 16]), InvalidDBClusterStateFault);
      const statuses = new Set<string>();
      for (let second = 0; second < 180; second += 1) {
        orders.world.clock.advance(1000);
        const { account } = orders.world.documentDb;
        for (const { id, status } of account.membersOf('orders')) statuses.add(`${id} ${status}`);
      }
      assert.equal(statuses.has('orders-1 rebooting') && statuses.has('orders-2 rebooting'), restarts);
      assert.equal(statuses.has('orders-3 rebooting'), false);
      assert.equal(orders.world.documentDb.account.outages.length, restarts ? 1 : 0);
      assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-1'] });
      orders.world.clock.advance(MINUTE_MS);
      assert.deepEqual(orders.world.capacity().clusters.orders?.minCapacity, to[0]);
    });
  }

  test('is what db.serverless needs', async () => {
    const orders = ordersWorld(simulator);
    await assert.rejects(orders.modify('orders-2', 'db.serverless'), { name: 'InvalidParameterCombination' });
    await scale(orders, [1, 8]);
    orders.world.clock.advance(HOUR_MS);
    await orders.modify('orders-2', 'db.serverless');
  });

  test('needs both bounds at first, and a change', async () => {
    const { client } = ordersWorld(simulator);
    for (const ServerlessV2ScalingConfiguration of [{ MinCapacity: 2 }, { MaxCapacity: 2 }, undefined]) {
      await assert.rejects(
        client.send(
          new ModifyDBClusterCommand({ DBClusterIdentifier: 'orders', ServerlessV2ScalingConfiguration }),
        ),
        { name: 'InvalidParameterCombination' },
      );
    }
  });

  test('has instances whose tier can be changed alone, at once', async () => {
    const orders = ordersWorld(simulator);
    await orders.client.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'orders-2', PromotionTier: 7 }),
    );
    assert.equal(orders.world.documentDb.account.findInstance('orders-2')?.promotionTier, 7);
    assert.equal((await orders.instance('orders-2'))?.status, 'available');
  });
});

function scale({ client }: OrdersWorld, [MinCapacity, MaxCapacity]: readonly [number, number]) {
  return client.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier: 'orders',
      ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity },
    }),
  );
}
