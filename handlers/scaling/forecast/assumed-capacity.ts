import type { Observation } from '../decision/scaling-target.ts';
import type { DocumentDbObservation } from '../documentdb/observation.ts';
import type { EcsObservation } from '../ecs/observation.ts';
import type {
  DocumentDbCapacity,
  DocumentDbTarget,
  EcsCapacity,
  EcsTarget,
  Plan,
  Target,
} from '../plan/plan.ts';
import { targetName } from '../plan/plan.ts';

/** Stands for a class that nobody has told. */
export const OWN_CLASS = 'own-class';
const ASSUMED_INSTANCES = 3;
const ASSUMED_TASKS = 2;
/** What a serverless cluster may have at most. */
const MAX_DCU = 256;
/** On either side of 1 DCU, where a change restarts the instances. */
const SMALL_DCU = 0.5;
const LARGE_DCU = 1.5;

/**
 * What a target is taken to have outside of all windows, where nobody has told: smaller than what is asked for, so
 * that whoever asks for more sees what that takes.
 */
export function assumedCapacity(plan: Plan, target: Target): Observation {
  const name = targetName(target);
  const steps = plan.scenarios.flatMap((scenario) => scenario.steps);
  const capacities = steps.filter((step) => targetName(step.target) === name).map(({ capacity }) => capacity);
  return target.kind === 'docdb'
    ? assumedCluster(target, capacities as readonly DocumentDbCapacity[])
    : assumedService(target, capacities as readonly EcsCapacity[]);
}

function assumedCluster(
  target: DocumentDbTarget,
  asked: readonly DocumentDbCapacity[],
): DocumentDbObservation {
  const counts = asked.flatMap(({ instanceCount }) => instanceCount ?? []);
  const most = counts.length === 0 ? ASSUMED_INSTANCES : Math.min(...counts) - 1;
  const count = Math.min(ASSUMED_INSTANCES, Math.max(1, most));
  const minima = asked.flatMap(({ minCapacity }) => minCapacity ?? []);
  const mayRestart = asked.some(({ allowOutage }) => allowOutage);
  const isSmall = mayRestart || Math.min(...minima) <= 1;
  const isStopped = asked.some(({ state }) => state === 'running');
  return {
    target,
    arn: '',
    status: isStopped ? 'stopped' : 'available',
    instances: Array.from({ length: count }, (_, index) => ({
      id: index === 0 ? 'writer' : `replica-${index}`,
      instanceClass: minima.length > 0 ? 'db.serverless' : OWN_CLASS,
      status: isStopped ? 'stopped' : 'available',
      isWriter: index === 0,
      promotionTier: 1,
    })),
    ...(minima.length > 0 && {
      serverless: { minCapacity: isSmall ? SMALL_DCU : LARGE_DCU, maxCapacity: MAX_DCU },
    }),
  };
}

function assumedService(target: EcsTarget, asked: readonly EcsCapacity[]): EcsObservation {
  const bounds = asked.flatMap((capacity) => ('desiredCount' in capacity ? [] : [capacity]));
  const counts = asked.flatMap((capacity) => ('desiredCount' in capacity ? [capacity.desiredCount] : []));
  const scalableTarget = counts.length === 0 && bounds.length > 0 ? assumedBounds(bounds) : undefined;
  const desiredCount = scalableTarget?.minCapacity ?? ASSUMED_TASKS;
  return {
    target,
    arn: '',
    status: 'ACTIVE',
    desiredCount,
    runningCount: desiredCount,
    pendingCount: 0,
    deployments: [{ id: 'primary', status: 'PRIMARY', rolloutState: 'COMPLETED', failedTasks: 0 }],
    ...(scalableTarget && { scalableTarget }),
  };
}

/** Such that a bound that is asked for alone goes with the other. */
function assumedBounds(asked: readonly { readonly minCapacity?: number; readonly maxCapacity?: number }[]) {
  const alone = asked.filter(({ maxCapacity }) => maxCapacity === undefined);
  const minima = alone.flatMap(({ minCapacity }) => minCapacity ?? []);
  const maxima = asked.flatMap(({ maxCapacity }) => maxCapacity ?? []);
  return {
    minCapacity: Math.min(1, ...maxima),
    maxCapacity: Math.max(ASSUMED_TASKS, ...minima),
  };
}
