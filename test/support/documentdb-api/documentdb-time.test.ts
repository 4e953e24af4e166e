import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { StartDBClusterCommand, StopDBClusterCommand } from '@aws-sdk/client-docdb';
import { type ScalingSimulator, startScalingSimulator } from '../scaling/simulator.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type OrdersWorld, ordersWorld, SECOND_MS } from './orders-world.ts';

/** Enough to see both ends of every range nearly. */
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);
const STEP_MS = 5 * SECOND_MS;

describe('In the time of the simulator', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  test('an instance is created in 6 to 10 minutes', async () => {
    const took: number[] = [];
    for (const seed of SEEDS) {
      const orders = ordersWorld(simulator, { seed });
      await orders.create('orders-3');
      const seen = watch(orders, 'orders-3', 15 * MINUTE_MS);
      assert.deepEqual(seen.statuses, ['creating', 'available']);
      took.push(seen.restedAfter);
    }
    assertSpread(took, 6 * MINUTE_MS, 10 * MINUTE_MS);
  });

  test('a class pends first, and is there when the instance is available again', async () => {
    const orders = ordersWorld(simulator);
    await orders.modify('orders-2', 'db.r6g.xlarge');
    assert.deepEqual(await orders.instance('orders-2'), {
      status: 'available',
      instanceClass: 'db.r6g.large',
      pendingClass: 'db.r6g.xlarge',
    });
    orders.world.clock.advance(MINUTE_MS);
    assert.deepEqual(await orders.instance('orders-2'), {
      status: 'modifying',
      instanceClass: 'db.r6g.large',
      pendingClass: 'db.r6g.xlarge',
    });
    orders.world.clock.advance(15 * MINUTE_MS);
    assert.deepEqual(await orders.instance('orders-2'), {
      status: 'available',
      instanceClass: 'db.r6g.xlarge',
      pendingClass: undefined,
    });
  });

  test('a class is changed in minutes, at times with a reboot at the end', async () => {
    const took: number[] = [];
    const ways = new Set<string>();
    for (const seed of SEEDS) {
      const orders = ordersWorld(simulator, { seed });
      await orders.modify('orders-2', 'db.r6g.xlarge');
      const seen = watch(orders, 'orders-2', 20 * MINUTE_MS);
      ways.add(seen.statuses.join(' '));
      took.push(seen.restedAfter);
    }
    assert.deepEqual(
      [...ways].sort(),
      ['available modifying available', 'available modifying rebooting available'].sort(),
    );
    assertSpread(took, 6 * MINUTE_MS, 13 * MINUTE_MS);
  });

  test('a change is taken back by asking for the present class, until it is under way', async () => {
    const orders = ordersWorld(simulator, { durations: { modifyPickup: [30_000, 30_000] } });
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(20_000);
    await orders.modify('orders-2', 'db.r6g.large');
    orders.world.clock.advance(HOUR_MS);
    assert.deepEqual(await orders.instance('orders-2'), {
      status: 'available',
      instanceClass: 'db.r6g.large',
      pendingClass: undefined,
    });
  });

  test('a later request takes the place of one that still pends', async () => {
    const orders = ordersWorld(simulator, { durations: { modifyPickup: [30_000, 30_000] } });
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(20_000);
    await orders.modify('orders-2', 'db.r6g.2xlarge');
    orders.world.clock.advance(HOUR_MS);
    assert.equal((await orders.instance('orders-2'))?.instanceClass, 'db.r6g.2xlarge');
  });

  test('without ApplyImmediately a class pends until the maintenance window', async () => {
    const orders = ordersWorld(simulator);
    await orders.modify('orders-2', 'db.r6g.xlarge', false);
    // It is Monday 00:00; the window begins on Sunday at 05:00.
    orders.world.clock.advance(6 * DAY_MS + 5 * HOUR_MS - SECOND_MS);
    assert.deepEqual(await orders.instance('orders-2'), {
      status: 'available',
      instanceClass: 'db.r6g.large',
      pendingClass: 'db.r6g.xlarge',
    });
    orders.world.clock.advance(2 * SECOND_MS);
    assert.equal((await orders.instance('orders-2'))?.status, 'modifying');
    orders.world.clock.advance(15 * MINUTE_MS);
    assert.equal((await orders.instance('orders-2'))?.instanceClass, 'db.r6g.xlarge');
  });

  test('what pends is applied by a later request that is immediate', async () => {
    const orders = ordersWorld(simulator);
    await orders.modify('orders-2', 'db.r6g.xlarge', false);
    orders.world.clock.advance(HOUR_MS);
    await orders.modify('orders-2', 'db.r6g.xlarge');
    orders.world.clock.advance(HOUR_MS);
    assert.equal((await orders.instance('orders-2'))?.instanceClass, 'db.r6g.xlarge');
  });

  test('an instance is deleted in minutes', async () => {
    const took: number[] = [];
    for (const seed of SEEDS) {
      const orders = ordersWorld(simulator, { seed });
      await orders.delete('orders-2');
      const seen = watch(orders, 'orders-2', 15 * MINUTE_MS);
      assert.deepEqual(seen.statuses, ['deleting', 'gone']);
      took.push(seen.restedAfter);
    }
    assertSpread(took, 3 * MINUTE_MS, 8 * MINUTE_MS);
  });

  test('a failover takes less than a minute, and the writer changes within it', async () => {
    for (const seed of SEEDS) {
      const orders = ordersWorld(simulator, { seed });
      const { account } = orders.world.documentDb;
      await orders.failOver('orders-2');
      const seen: string[] = [];
      for (let past = 0; past <= MINUTE_MS; past += SECOND_MS) {
        const { status, writer } = account.findCluster('orders') ?? {};
        if (seen.at(-1) !== `${status} ${writer}`) seen.push(`${status} ${writer}`);
        orders.world.clock.advance(SECOND_MS);
      }
      assert.deepEqual(seen, ['failing-over orders-1', 'failing-over orders-2', 'available orders-2']);
      assert.deepEqual(
        account.failovers.map(({ from, to, cause }) => [from, to, cause]),
        [['orders-1', 'orders-2', 'asked']],
      );
      const [outage, ...others] = account.outages;
      assert.deepEqual(others, []);
      assert.ok(outage?.until !== undefined && outage.until - outage.from < MINUTE_MS);
    }
  });

  test('a cluster stops and starts in minutes, its instances a little later', async () => {
    const orders = ordersWorld(simulator);
    await stop(orders);
    assert.equal((await orders.cluster()).status, 'stopping');
    assert.equal((await orders.instance('orders-1'))?.status, 'stopping');
    orders.world.clock.advance(9 * MINUTE_MS);
    assert.equal((await orders.cluster()).status, 'stopped');
    assert.equal((await orders.instance('orders-1'))?.status, 'stopped');
    await start(orders);
    assert.equal((await orders.cluster()).status, 'starting');
    const seen = watch(orders, 'orders-1', 15 * MINUTE_MS);
    assert.deepEqual(seen.statuses, ['starting', 'available']);
    assert.deepEqual(await orders.cluster(), { status: 'available', writers: ['orders-1'] });
  });

  test('a stopped cluster starts by itself after seven days', async () => {
    const orders = ordersWorld(simulator, { durations: { stop: [5 * MINUTE_MS, 5 * MINUTE_MS] } });
    await stop(orders);
    orders.world.clock.advance(5 * MINUTE_MS + 7 * DAY_MS - SECOND_MS);
    assert.equal((await orders.cluster()).status, 'stopped');
    orders.world.clock.advance(2 * SECOND_MS);
    assert.equal((await orders.cluster()).status, 'starting');
    orders.world.clock.advance(HOUR_MS);
    assert.equal((await orders.cluster()).status, 'available');
  });

  test('a cluster that was stopped at first does so too', async () => {
    const orders = ordersWorld(simulator, {}, { status: 'stopped' });
    assert.equal((await orders.instance('orders-2'))?.status, 'stopped');
    orders.world.clock.advance(7 * DAY_MS + HOUR_MS);
    assert.equal((await orders.cluster()).status, 'available');
  });

  test('the seven days are counted from the last stop', async () => {
    const orders = ordersWorld(simulator);
    await stop(orders);
    orders.world.clock.advance(3 * DAY_MS);
    await start(orders);
    orders.world.clock.advance(HOUR_MS);
    await stop(orders);
    orders.world.clock.advance(6 * DAY_MS);
    assert.equal((await orders.cluster()).status, 'stopped');
  });
});

function stop({ client }: OrdersWorld) {
  return client.send(new StopDBClusterCommand({ DBClusterIdentifier: 'orders' }));
}

function start({ client }: OrdersWorld) {
  return client.send(new StartDBClusterCommand({ DBClusterIdentifier: 'orders' }));
}

/** The statuses that follow each other, and after how long the last one began, nearly. */
function watch({ world }: OrdersWorld, id: string, spanMs: number) {
  const statuses: string[] = [];
  let restedAfter = 0;
  for (let past = 0; past <= spanMs; past += STEP_MS) {
    const status = world.documentDb.account.findInstance(id)?.status ?? 'gone';
    if (statuses.at(-1) !== status) {
      statuses.push(status);
      restedAfter = past;
    }
    world.clock.advance(STEP_MS);
  }
  return { statuses, restedAfter };
}

/** All within the range, and from all over it. */
function assertSpread(durations: readonly number[], least: number, most: number): void {
  const [shortest, longest] = [Math.min(...durations), Math.max(...durations)];
  assert.ok(shortest >= least && longest <= most + STEP_MS, `${shortest} to ${longest}`);
  assert.ok(longest - shortest > (most - least) / 2, `${shortest} to ${longest}`);
}
