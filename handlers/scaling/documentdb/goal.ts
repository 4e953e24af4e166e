/** What a cluster should have, whatever it has now. What is undefined is left alone. */
export interface DocumentDbGoal {
  /** The plan's id: whose replicas are ours, and what new ones are named for. */
  readonly plan: string;
  /** A person's words for where it comes from: `scenario nightly-batch`, `the capacity from before nightly-batch`. */
  readonly because: string;
  readonly classes?: ClassGoal;
  readonly count?: CountGoal;
  /** The instance to fail over to, if there must be a failover and it is fit. */
  readonly preferredWriter?: string;
  readonly state?: 'running' | 'stopped';
  /** In DCU. */
  readonly minCapacity?: number;
  readonly allowOutage: boolean;
}

export type ClassGoal =
  /** Every instance is of this class. */
  | { readonly kind: 'uniform'; readonly instanceClass: string }
  /** Each has its own again; one that isn't named keeps what it has. */
  | { readonly kind: 'recorded'; readonly classes: Readonly<Record<string, string>> };

export type CountGoal =
  /** So many in all, ours and not ours; a temporary replica isn't counted. */
  | { readonly kind: 'total'; readonly instanceCount: number }
  /** Of ours these and no others; what isn't ours is left alone. */
  | { readonly kind: 'own'; readonly replicas: readonly string[] };
