/** What a service should have, whatever it has now. */
export interface EcsGoal {
  /** A person's words for where it comes from. */
  readonly because: string;
  readonly asked:
    | { readonly kind: 'desired-count'; readonly desiredCount: number }
    /** A bound that is undefined stays as it is. */
    | { readonly kind: 'bounds'; readonly minCapacity?: number; readonly maxCapacity?: number };
}
