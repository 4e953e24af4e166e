import type { Observation } from '../decision/scaling-target.ts';
import { clusterCondition } from '../documentdb/cluster-status.ts';
import type { DocumentDbObservation } from '../documentdb/observation.ts';
import type { EcsObservation } from '../ecs/observation.ts';

/** How large a target is, as people compare it. */
export type Capacity = ClusterCapacity | ServiceCapacity;

export interface ClusterCapacity {
  readonly kind: 'docdb';
  readonly state: 'running' | 'stopped';
  /** How many instances of each class, in the order of the classes' names. */
  readonly instances: readonly { readonly instanceClass: string; readonly count: number }[];
  /** In DCU, of a serverless cluster. */
  readonly minCapacity?: number;
}

export interface ServiceCapacity {
  readonly kind: 'ecs';
  readonly desiredCount: number;
  /** Of its scalable target, where it has one. The count is somewhere between them then. */
  readonly bounds?: { readonly minCapacity: number; readonly maxCapacity: number };
}

export function capacityOf(observed: Observation): Capacity {
  return 'instances' in observed ? clusterCapacity(observed) : serviceCapacity(observed);
}

/** `3 × db.r6g.2xlarge`, `stopped`, `12 tasks`, `2 to 20 tasks`. */
export function formatCapacity(capacity: Capacity): string {
  if (capacity.kind === 'ecs') {
    const { bounds, desiredCount } = capacity;
    return bounds === undefined
      ? `${desiredCount} ${desiredCount === 1 ? 'task' : 'tasks'}`
      : `${bounds.minCapacity} to ${bounds.maxCapacity} tasks`;
  }
  const { state, instances, minCapacity } = capacity;
  if (state === 'stopped') return 'stopped';
  const counts = instances.map(({ instanceClass, count }) => `${count} × ${instanceClass}`);
  return [...counts, ...(minCapacity === undefined ? [] : [`${minCapacity} DCU at least`])].join(', ');
}

function clusterCapacity({ status, instances, serverless }: DocumentDbObservation): ClusterCapacity {
  const classes = [...new Set(instances.map(({ instanceClass }) => instanceClass))].sort();
  return {
    kind: 'docdb',
    state: clusterCondition(status) === 'stopped' ? 'stopped' : 'running',
    instances: classes.map((instanceClass) => ({
      instanceClass,
      count: instances.filter((each) => each.instanceClass === instanceClass).length,
    })),
    ...(serverless && { minCapacity: serverless.minCapacity }),
  };
}

function serviceCapacity({ desiredCount, scalableTarget }: EcsObservation): ServiceCapacity {
  return { kind: 'ecs', desiredCount, ...(scalableTarget && { bounds: scalableTarget }) };
}
