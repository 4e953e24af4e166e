import { type DocumentDbState, membersOf } from '../documentdb-api/documentdb-state.ts';

import { type EcsState, runningCount } from '../ecs-api/ecs-state.ts';

/** What the targets have, in a form that `deepEqual` tells about well. */
export interface CapacitySnapshot {
  /** By DBClusterIdentifier. */
  readonly clusters: Readonly<Record<string, ClusterCapacity>>;
  /** By `<cluster>/<service>`. */
  readonly services: Readonly<Record<string, ServiceCapacity>>;
}

export interface ServiceCapacity {
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  /** Of the scalable target, if there is one. */
  readonly bounds: readonly [minCapacity: number, maxCapacity: number] | undefined;
}

export interface ClusterCapacity {
  readonly status: string;
  readonly writer: string | undefined;
  /** Class by DBInstanceIdentifier; pending ones and those that are being deleted as well. */
  readonly instances: Readonly<Record<string, string>>;
  /** Of instances that are not `available`, or `stopped` with their cluster, or that have a pending class. */
  readonly unsettled: readonly string[];
  /** In DCU. */
  readonly minCapacity: number | undefined;
}

export function snapshotCapacity(state: DocumentDbState, ecs: EcsState): CapacitySnapshot {
  return {
    clusters: Object.fromEntries(
      [...state.clusters.values()].map((cluster) => {
        const members = membersOf(state, cluster.id);
        return [
          cluster.id,
          {
            status: cluster.status,
            writer: cluster.writer,
            instances: Object.fromEntries(members.map(({ id, instanceClass }) => [id, instanceClass])),
            unsettled: members
              .filter(({ status, pendingClass }) => status !== cluster.status || pendingClass !== undefined)
              .map(({ id }) => id),
            minCapacity: cluster.serverless?.minCapacity,
          },
        ];
      }),
    ),
    services: Object.fromEntries(
      [...ecs.services].map(([key, service]) => {
        const target = ecs.scalableTargets.get(key);
        return [
          key,
          {
            status: service.status,
            desiredCount: service.desiredCount,
            runningCount: runningCount(service),
            bounds: target && [target.minCapacity, target.maxCapacity],
          },
        ];
      }),
    ),
  };
}
