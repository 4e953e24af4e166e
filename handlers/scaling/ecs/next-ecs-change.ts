import type { Next } from '../decision/next-change.ts';
import { nextDesiredCount } from './desired-count.ts';
import type { EcsGoal } from './goal.ts';
import type { EcsObservation } from './observation.ts';
import { nextScalableBounds } from './scalable-bounds.ts';
import { serviceName } from './service-name.ts';
import { ECS_WAIT_SECONDS, stability } from './stability.ts';

/**
 * The one next change that brings a service nearer to its goal, and then the wait until its tasks are there. A
 * deployment that is under way is no reason to wait before: the number of tasks can be changed beside it.
 */
export function nextEcsChange({
  goal,
  observed,
}: {
  readonly goal: EcsGoal;
  readonly observed: EcsObservation;
}): Next {
  const name = serviceName(observed);
  switch (observed.status) {
    case 'ACTIVE':
      return nextOfActive(goal, observed);
    case 'DRAINING':
    case 'INACTIVE':
      return { kind: 'impossible', reason: `${name} is ${observed.status}: it is being deleted` };
    default:
      return { kind: 'wait', seconds: ECS_WAIT_SECONDS, reason: `${name} is ${observed.status}` };
  }
}

function nextOfActive({ asked, because }: EcsGoal, observed: EcsObservation): Next {
  switch (asked.kind) {
    case 'desired-count':
      return nextDesiredCount(asked.desiredCount, observed) ?? stability(observed, because);
    case 'bounds':
      return nextScalableBounds(asked, observed) ?? stability(observed, because);
  }
}
