import type { Bounds, DocumentDbCapacity, DocumentDbStep, EcsCapacity, Step } from './plan.ts';

/**
 * What of a step's capacity goes over the plan's bounds, a clause for each: `InstanceCount is 5, allowed by Bounds is
 * at most 4`. It is asked when a plan is read, and again before anything is changed: capacities outside the bounds
 * change nothing.
 */
export function boundMistakes(step: Step, bounds: Bounds): readonly string[] {
  return isOfCluster(step) ? clusterMistakes(step.capacity, bounds) : serviceMistakes(step.capacity, bounds);
}

function isOfCluster(step: Step): step is DocumentDbStep {
  return step.target.kind === 'docdb';
}

function clusterMistakes({ instanceCount }: DocumentDbCapacity, bounds: Bounds): readonly string[] {
  return over('InstanceCount', instanceCount, bounds.instanceCount);
}

/** A least number over the bound would put the count itself over it. */
function serviceMistakes(capacity: EcsCapacity, { desiredCount: bound }: Bounds): readonly string[] {
  if ('desiredCount' in capacity) return over('DesiredCount', capacity.desiredCount, bound);
  return [
    ...over('MinCapacity', capacity.minCapacity, bound),
    ...over('MaxCapacity', capacity.maxCapacity, bound),
  ];
}

function over(name: string, asked: number | undefined, bound: number | undefined): readonly string[] {
  if (asked === undefined || bound === undefined || asked <= bound) return [];
  return [`${name} is ${asked}, allowed by Bounds is at most ${bound}`];
}
