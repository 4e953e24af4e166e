import type { EcsCapacity, EcsStep } from '../../../../handlers/scaling/plan/plan.ts';
import type { GivenCluster, GivenService } from '../simulator-givens.ts';
import type { SeededRandom } from '../simulator-random.ts';

/** What is there for a case's plan to scale. */
export interface GivenTargets {
  readonly clusters: readonly GivenCluster[];
  readonly services: readonly GivenService[];
}

const PERMISSION = { 'deploytime:scaling': 'true' };
const MAX_TASKS = 12;

/** With a scalable target or without. */
export function randomService(name: string, random: SeededRandom): GivenService {
  const desiredCount = random.integer(0, MAX_TASKS);
  const bounds = {
    minCapacity: random.integer(0, desiredCount),
    maxCapacity: desiredCount + random.integer(0, MAX_TASKS),
  };
  return {
    cluster: 'prod',
    name,
    desiredCount,
    ...(random.chance(0.5) && { bounds }),
    tags: PERMISSION,
  };
}

/** Now and then it asks for what the service has not: a desired count where there is a scalable target. */
export function randomServiceStep(service: GivenService, random: SeededRandom): EcsStep {
  return {
    target: { kind: 'ecs', cluster: service.cluster, service: service.name },
    capacity: randomCapacity(service, random.chance(0.93), random),
    ...(random.chance(0.12) && { after: randomAfter(service, random) }),
  };
}

function randomCapacity({ bounds }: GivenService, isFit: boolean, random: SeededRandom): EcsCapacity {
  if ((bounds === undefined) === isFit) return { desiredCount: random.integer(0, 2 * MAX_TASKS) };
  const minCapacity = random.integer(0, MAX_TASKS);
  const maxCapacity = minCapacity + random.integer(0, MAX_TASKS);
  // With the other bound as it is that may be impossible.
  if (random.chance(0.2)) return { minCapacity };
  return random.chance(0.2) ? { maxCapacity } : { minCapacity, maxCapacity };
}

/** One that can be had. */
function randomAfter({ bounds, desiredCount }: GivenService, random: SeededRandom): EcsCapacity {
  if (bounds === undefined) return { desiredCount: random.integer(0, desiredCount) };
  return { minCapacity: random.integer(0, bounds.minCapacity), maxCapacity: bounds.maxCapacity + 1 };
}
