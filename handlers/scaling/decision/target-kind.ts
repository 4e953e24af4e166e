import { nextDocumentDbChange } from '../documentdb/next-documentdb-change.ts';
import type { DocumentDbObservation } from '../documentdb/observation.ts';
import { isAtRest as isClusterAtRest } from '../documentdb/original.ts';
import { documentDbProgress } from '../documentdb/progress.ts';
import { nextEcsChange } from '../ecs/next-ecs-change.ts';
import type { EcsObservation } from '../ecs/observation.ts';
import { ecsProgress } from '../ecs/progress.ts';
import type { Change, DocumentDbChange, EcsChange } from './change.ts';
import type { Next, Progress } from './next-change.ts';
import type { Observation } from './scaling-target.ts';
import type { CapacityGoal } from './target-goal.ts';

/* The one place that knows which kinds of targets there are: each question goes to the kind's own rules. */

export function nextChange(goal: CapacityGoal, observed: Observation): Next {
  return goal.kind === 'docdb'
    ? nextDocumentDbChange({ goal: goal.goal, observed: asCluster(observed) })
    : nextEcsChange({ goal: goal.goal, observed: asService(observed) });
}

export function progressOf(change: Change, observed: Observation): Progress {
  return isCluster(observed)
    ? documentDbProgress(change as DocumentDbChange, observed)
    : ecsProgress(change as EcsChange, observed);
}

/** Whether its present capacity is one that it keeps. A service's desired count is one at any time. */
export function isAtRest(observed: Observation): boolean {
  return isCluster(observed) ? isClusterAtRest(observed) : true;
}

function isCluster(observed: Observation): observed is DocumentDbObservation {
  return observed.target.kind === 'docdb';
}

function asCluster(observed: Observation): DocumentDbObservation {
  if (isCluster(observed)) return observed;
  throw new TypeError('A service was observed where a cluster is the target');
}

function asService(observed: Observation): EcsObservation {
  if (!isCluster(observed)) return observed;
  throw new TypeError('A cluster was observed where a service is the target');
}
