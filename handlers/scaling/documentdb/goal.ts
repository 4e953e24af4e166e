/** What a cluster should have, whatever it has now. What is undefined is left alone. */
export interface DocumentDbGoal {
  /** The plan's id: whose replicas are ours, and what new ones are named for. */
  readonly plan: string;
  /** A person's words for where it comes from: `scenario nightly-batch`, `the capacity from before nightly-batch`. */
  readonly because: string;
  readonly classes?: ClassGoal;
  /** Undefined: our replicas stay as they are, and no temporary one is made. */
  readonly count?: CountGoal;
  /** The instance to fail over to, if there must be a failover and it is fit. */
  readonly preferredWriter?: string;
  readonly state?: 'running' | 'stopped';
  /** In DCU. */
  readonly minCapacity?: number;
  readonly allowOutage: boolean;
  /**
   * Nothing comes after it that would bring anything back: a single instance gets its class itself, and the temporary
   * replica for that goes again. Default: the replica stands in for it until a later goal.
   */
  readonly isLasting?: true;
}

export type ClassGoal =
  /** Every instance is of this class. */
  | { readonly kind: 'uniform'; readonly instanceClass: string }
  /**
   * Each has its own again; one that isn't named keeps what it has. Replicas of ours get what is recorded of the
   * preferred writer, so that they can take its place.
   */
  | { readonly kind: 'recorded'; readonly classes: Readonly<Record<string, string>> };

export type CountGoal =
  /** So many in all, ours and not ours; a temporary replica isn't counted. */
  | { readonly kind: 'total'; readonly instanceCount: number }
  /** Of ours these and no others; what isn't ours is left alone. */
  | { readonly kind: 'own'; readonly replicas: readonly string[] };

/** Whether it is what comes after a window: as much of it as can be is done, whatever else can't. */
export function isRestoring({ classes, count, isLasting }: DocumentDbGoal): boolean {
  return isLasting === true || (classes?.kind !== 'uniform' && count?.kind !== 'total');
}
