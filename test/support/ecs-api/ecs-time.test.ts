import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DescribeServicesCommand, type Service, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { type ScalingSimulator, startScalingSimulator } from '../scaling/simulator.ts';
import type { SimulatorWorld } from '../scaling/simulator-world.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const KEY = 'prod/batch';

describe('A service of the simulator', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  function open(desiredCount: number, seed = 1): SimulatorWorld {
    const world = simulator.world({ seed });
    world.given.service({ cluster: 'prod', name: 'batch', desiredCount });
    return world;
  }

  test('starts and stops its tasks one by one, and never has more than it should or less than it had', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const world = open(2, seed);
      await update(world, { desiredCount: 8 });
      assert.deepEqual(runningCounts(world, 2 * MINUTE_MS), [2, 3, 4, 5, 6, 7, 8]);
      await update(world, { desiredCount: 3 });
      assert.deepEqual(runningCounts(world, 2 * MINUTE_MS), [8, 7, 6, 5, 4, 3]);
      const service = await getService(world);
      assert.deepEqual([service.runningCount, service.pendingCount], [3, 0]);
    }
  });

  test('goes where it was told last, when it is told otherwise on the way', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const world = open(4, seed);
      for (const desiredCount of [10, 1, 6, 0, 5]) {
        await update(world, { desiredCount });
        world.clock.advance(20 * SECOND_MS);
      }
      world.clock.advance(10 * MINUTE_MS);
      const service = await getService(world);
      assert.deepEqual([service.runningCount, service.pendingCount], [5, 0]);
      assert.equal(service.deployments?.length, 1);
    }
  });

  test('stops no task that is wanted again before it has stopped', async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const world = open(5, seed);
      await update(world, { desiredCount: 1 });
      world.clock.advance(4 * SECOND_MS);
      await update(world, { desiredCount: 5 });
      assert.deepEqual(runningCounts(world, 2 * MINUTE_MS), [5]);
    }
  });

  test('has two deployments while new tasks take the place of the old ones', async () => {
    const world = open(3);
    const before = await getService(world);
    await update(world, { forceNewDeployment: true });
    const during = await getService(world);
    assert.deepEqual(
      during.deployments?.map(({ status, rolloutState, runningCount }) => [
        status,
        rolloutState,
        runningCount,
      ]),
      [
        ['PRIMARY', 'IN_PROGRESS', 0],
        ['ACTIVE', 'COMPLETED', 3],
      ],
    );
    const counts = runningCounts(world, 5 * MINUTE_MS);
    assert.ok(
      counts.every((count) => count >= 3 && count <= 6),
      counts.join(),
    );
    const afterwards = await getService(world);
    assert.deepEqual(
      afterwards.deployments?.map(({ status, rolloutState, runningCount }) => [
        status,
        rolloutState,
        runningCount,
      ]),
      [['PRIMARY', 'COMPLETED', 3]],
    );
    assert.notEqual(afterwards.deployments[0]?.id, before.deployments?.[0]?.id);
  });

  test('keeps its old tasks where a deployment fails, until another one succeeds', async () => {
    const world = open(2);
    world.faults.plan({ fault: { kind: 'mishap', mishap: 'fails' } });
    await update(world, { forceNewDeployment: true });
    world.clock.advance(30 * MINUTE_MS);
    const failed = await getService(world);
    assert.deepEqual(
      failed.deployments?.map(({ status, rolloutState, runningCount }) => [
        status,
        rolloutState,
        runningCount,
      ]),
      [
        ['PRIMARY', 'FAILED', 0],
        ['ACTIVE', 'COMPLETED', 2],
      ],
    );
    assert.match(failed.deployments[0]?.rolloutStateReason ?? '', /tasks failed to start/);
    assert.equal(failed.deployments[0]?.failedTasks, 3);
    world.operator.deploy('prod', 'batch');
    world.clock.advance(30 * MINUTE_MS);
    const healed = await getService(world);
    assert.deepEqual([healed.deployments?.length, healed.runningCount], [1, 2]);
    assert.equal(healed.deployments?.[0]?.rolloutState, 'COMPLETED');
  });

  test('has a deployment that fails, where the tasks that it is scaled to do not start', async () => {
    const world = open(2);
    world.faults.plan({ fault: { kind: 'mishap', mishap: 'fails' } });
    await update(world, { desiredCount: 4 });
    world.clock.advance(30 * MINUTE_MS);
    const service = await getService(world);
    assert.deepEqual([service.desiredCount, service.runningCount, service.pendingCount], [4, 2, 0]);
    assert.equal(service.deployments?.[0]?.rolloutState, 'FAILED');
  });

  test('waits for ever for tasks that never start, until it is told otherwise', async () => {
    const world = open(2);
    world.faults.plan({ fault: { kind: 'mishap', mishap: 'never-ends' } });
    await update(world, { desiredCount: 4 });
    world.clock.advance(24 * 60 * MINUTE_MS);
    const stuck = await getService(world);
    assert.deepEqual([stuck.runningCount, stuck.pendingCount], [2, 2]);
    await update(world, { desiredCount: 5 });
    world.clock.advance(30 * MINUTE_MS);
    assert.equal((await getService(world)).runningCount, 5);
  });

  test('runs what it should once it is repaired, whether its tasks failed or never started', async () => {
    for (const mishap of ['fails', 'never-ends'] as const) {
      const world = open(2);
      world.faults.plan({ fault: { kind: 'mishap', mishap } });
      await update(world, { desiredCount: 4 });
      world.clock.advance(60 * MINUTE_MS);
      world.ecs.processes.repair();
      world.clock.advance(60 * MINUTE_MS);
      const service = await getService(world);
      assert.deepEqual([service.runningCount, service.deployments?.[0]?.rolloutState], [4, 'COMPLETED']);
    }
  });

  test('starts another task for one that ended by itself', async () => {
    const world = open(2);
    world.ecs.processes.loseTask(KEY);
    const service = await getService(world);
    assert.deepEqual([service.runningCount, service.pendingCount], [1, 1]);
    world.clock.advance(2 * MINUTE_MS);
    assert.equal((await getService(world)).runningCount, 2);
  });

  test('drains when it is deleted, is INACTIVE for an hour, and is then no more', async () => {
    const world = open(2);
    world.operator.deleteService('prod', 'batch');
    assert.equal((await getService(world)).status, 'DRAINING');
    await assert.rejects(update(world, { desiredCount: 1 }), { name: 'ServiceNotActiveException' });
    world.clock.advance(2 * MINUTE_MS);
    assert.equal((await getService(world)).status, 'INACTIVE');
    assert.equal((await getService(world)).runningCount, 0);
    world.clock.advance(60 * MINUTE_MS);
    const { failures } = await describeService(world);
    assert.equal(failures?.[0]?.reason, 'MISSING');
    await assert.rejects(update(world, { desiredCount: 1 }), { name: 'ServiceNotFoundException' });
  });

  test('can be scaled by a person beyond its bounds, until the bounds are set again', async () => {
    const world = simulator.world();
    world.given.service({
      cluster: 'prod',
      name: 'batch',
      desiredCount: 2,
      bounds: { minCapacity: 1, maxCapacity: 4 },
    });
    world.operator.setDesiredCount('prod', 'batch', 9);
    world.clock.advance(10 * MINUTE_MS);
    assert.equal((await getService(world)).runningCount, 9);
    world.operator.setScalableTarget('prod', 'batch', { minCapacity: 1, maxCapacity: 4 });
    assert.equal((await getService(world)).desiredCount, 4);
    world.clock.advance(10 * MINUTE_MS);
    assert.equal((await getService(world)).runningCount, 4);
    world.operator.removeScalableTarget('prod', 'batch');
    assert.equal(world.capacity().services[KEY]?.bounds, undefined);
  });
});

/** The counts that follow each other. */
function runningCounts(world: SimulatorWorld, spanMs: number): number[] {
  const counts: number[] = [];
  for (let past = 0; past <= spanMs; past += SECOND_MS / 20) {
    const count = world.capacity().services[KEY]?.runningCount ?? -1;
    if (counts.at(-1) !== count) counts.push(count);
    world.clock.advance(SECOND_MS / 20);
  }
  return counts;
}

function describeService(world: SimulatorWorld) {
  return world.clients().ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['batch'] }));
}

async function getService(world: SimulatorWorld): Promise<Service> {
  const { services } = await describeService(world);
  assert.equal(services?.length, 1);
  return services[0] ?? {};
}

function update(
  world: SimulatorWorld,
  change: { readonly desiredCount?: number; readonly forceNewDeployment?: boolean },
) {
  return world.clients().ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'batch', ...change }));
}
