import type { DocumentDbTarget } from '../plan/plan.ts';

/** A DocumentDB cluster as the API showed it. Reads are eventually consistent: it may be some seconds old. */
export interface DocumentDbObservation {
  readonly target: DocumentDbTarget;
  /** DBClusterArn. */
  readonly arn: string;
  /** As AWS writes it: `available`, `stopped`, `stopping`, `starting`, `failing-over`, `modifying`, … */
  readonly status: string;
  /** Ordered by id. */
  readonly instances: readonly InstanceObservation[];
  /** ServerlessV2ScalingConfiguration, in DCU; undefined where the cluster has none. */
  readonly serverless?: { readonly minCapacity: number; readonly maxCapacity: number };
}

export interface InstanceObservation {
  /** DBInstanceIdentifier. */
  readonly id: string;
  /** DBInstanceClass: the one it has now. */
  readonly instanceClass: string;
  /** The class that PendingModifiedValues names. */
  readonly pendingClass?: string;
  /** As AWS writes it: `available`, `creating`, `modifying`, `deleting`, `failed`, … */
  readonly status: string;
  /** IsClusterWriter, of the cluster's members. */
  readonly isWriter: boolean;
  /** 0 to 15; the lowest is promoted first. */
  readonly promotionTier: number;
  /** The plan whose id stands in its tag `deploytime:plan`: the service made it for that plan. Undefined: not ours. */
  readonly owner?: string;
}
