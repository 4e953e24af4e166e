import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import { LARGE, SMALL } from '../observations.ts';
import { batchStep, night, nightly, ordersStep, storedPlan } from '../plans.ts';
import type { GivenCluster } from '../simulator-givens.ts';
import { NO_TROUBLE, type ScalingCase } from './scaling-case.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Time for everything, also where a run is lost and the sweep has to see to it. */
const WINDOW_MS = 90 * MINUTE_MS;
/** Long enough to be seen at several polls, and no longer. */
const DURATIONS = {
  create: [50 * SECOND_MS, 70 * SECOND_MS],
  modify: [50 * SECOND_MS, 70 * SECOND_MS],
  delete: [40 * SECOND_MS, 60 * SECOND_MS],
} as const;

/** Nights in which nothing goes wrong, and nobody meddles: for tests that add the one thing that does. */
export const QUIET_NIGHTS = {
  'three instances of two classes, a fourth, and a service': quiet(
    [
      { id: 'orders-1', instanceClass: SMALL },
      { id: 'orders-2', instanceClass: 'db.t4g.medium' },
      { id: 'orders-3', instanceClass: SMALL },
    ],
    nightly({
      steps: [ordersStep({ instanceClass: LARGE, instanceCount: 4 }), batchStep({ minCapacity: 6 })],
    }),
  ),
  'a single instance and the replica that stands in for it': quiet(
    [{ id: 'orders-1', instanceClass: SMALL }],
    nightly({ steps: [ordersStep({ instanceClass: LARGE })] }),
  ),
} satisfies Record<string, ScalingCase>;

function quiet(instances: GivenCluster['instances'], scenario: Scenario): ScalingCase {
  const start = night('00:50');
  const calm = night('01:00') + WINDOW_MS + 5 * MINUTE_MS;
  return {
    seed: 1,
    start,
    clusters: [{ id: 'orders', instances, writer: 'orders-1' }],
    services: [
      {
        cluster: 'prod',
        name: 'batch',
        desiredCount: 3,
        bounds: { minCapacity: 2, maxCapacity: 10 },
        tags: { 'deploytime:scaling': 'true' },
      },
    ],
    plans: [
      { at: start, stored: storedPlan([{ ...scenario, end: { kind: 'duration', durationMs: WINDOW_MS } }]) },
    ],
    acts: [],
    trouble: { ...NO_TROUBLE, durations: DURATIONS },
    calm,
    end: calm + 4 * WINDOW_MS,
  };
}
