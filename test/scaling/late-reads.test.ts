import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunReference } from '../../handlers/scaling/run/run.ts';
import { LARGE, SMALL } from '../support/scaling/observations.ts';
import { START } from '../support/scaling/orders-night.ts';
import { night, nightly, ordersStep, storedPlan } from '../support/scaling/plans.ts';
import { ScalingScene } from '../support/scaling/scaling-scene.ts';
import { type ScalingSimulator, startScalingSimulator } from '../support/scaling/simulator.ts';

/* What was seen once may not show in the next read. On the simulator, whose reads are up to a minute late. */

let simulator: ScalingSimulator;
before(async () => {
  simulator = await startScalingSimulator();
});
after(() => simulator.close());

/** Of these, some have a read right after the failover that shows the writer from before it. */
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

test('a plan that is deleted just after a failover deletes no writer', async () => {
  for (const seed of SEEDS) {
    const scene = new ScalingScene(simulator, { start: night('00:50'), seed, readLagMs: 60_000 });
    scene.world.given.cluster({ id: 'orders', instances: [{ id: 'orders-1', instanceClass: SMALL }] });
    const stored = storedPlan([nightly({ steps: [ordersStep({ instanceClass: LARGE })] })]);
    scene.store.putPlan(stored);
    assert.equal((await scene.run(START)).outcome, 'Converged');
    scene.store.putPlan({ ...stored, status: 'removed' });
    const restoring: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: scene.now + 1000 };
    assert.equal((await scene.run(restoring)).outcome, 'Converged');
    const [deleted] = scene.world.journal.accepted('DeleteDBInstance');
    const writer = deleted?.before.documentDb.clusters.get('orders')?.writer;
    assert.equal(writer, 'orders-1', `seed ${seed}: ${deleted?.input.DBInstanceIdentifier} is deleted`);
    assert.deepEqual(scene.world.capacity().clusters.orders?.instances, { 'orders-1': SMALL });
    simulator.remove(scene.world);
  }
});
