import { type DocumentDbState, membersOf } from '../documentdb-api/documentdb-state.ts';

/** What the targets have, in a form that `deepEqual` tells about well. */
export interface CapacitySnapshot {
  /** By DBClusterIdentifier. */
  readonly clusters: Readonly<Record<string, ClusterCapacity>>;
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

export function snapshotCapacity(state: DocumentDbState): CapacitySnapshot {
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
  };
}
