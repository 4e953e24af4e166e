import type { Scenario } from '../../../handlers/scaling/plan/plan.ts';
import type { RunReference } from '../../../handlers/scaling/run/run.ts';
import { LARGE, SMALL } from './observations.ts';
import { night, nightly, ordersStep, storedPlan } from './plans.ts';
import { ScalingScene } from './scaling-scene.ts';
import type { ScalingSimulator } from './simulator.ts';
import type { GivenCluster } from './simulator-givens.ts';

/* The night of the tests on the simulator: a cluster `orders` of two instances and a service `prod/batch` of three tasks. */

export const START: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};
export const END: RunReference = { ...START, edge: 'end', scheduledTime: night('05:00') };

/** From 1:00 to 5:00 both instances have a larger class. */
export const BIGGER = nightly({ steps: [ordersStep({ instanceClass: LARGE })] });
/** From 1:00 to 5:00 the service has twelve tasks. */
export const MORE_TASKS = nightly();

const TWO: GivenCluster = {
  id: 'orders',
  instances: [
    { id: 'orders-1', instanceClass: SMALL },
    { id: 'orders-2', instanceClass: SMALL },
  ],
};

export interface NightSetting {
  /** Default: BIGGER. */
  readonly scenarios?: readonly Scenario[];
  readonly cluster?: GivenCluster;
  readonly more?: Parameters<typeof storedPlan>[1];
}

/** The night at 0:50, with the plan stored. */
export function ordersNight(
  simulator: ScalingSimulator,
  { scenarios = [BIGGER], cluster = TWO, more = {} }: NightSetting = {},
) {
  const scene = new ScalingScene(simulator, { start: night('00:50') });
  scene.world.given.cluster(cluster);
  scene.world.given.service({
    cluster: 'prod',
    name: 'batch',
    desiredCount: 3,
    tags: { 'deploytime:scaling': 'true' },
  });
  const stored = storedPlan(scenarios, more);
  scene.store.putPlan(stored);
  return {
    scene,
    stored,
    orders: () => scene.world.capacity().clusters.orders,
    batch: () => scene.world.capacity().services['prod/batch'],
    failovers: () => scene.world.documentDb.account.failovers.length,
    recorded: async () => (await scene.store.listRecorded('plan-1')).length,
    faults: scene.world.faults,
  };
}
