/** One mutation of a target: one call of the AWS API. */
export type Change = DocumentDbChange | EcsChange;

export type DocumentDbChange =
  | { readonly kind: 'start-cluster' }
  | { readonly kind: 'stop-cluster' }
  /** ModifyDBInstance with ApplyImmediately. */
  | { readonly kind: 'change-class'; readonly instance: string; readonly instanceClass: string }
  /** CreateDBInstance with a derived name, promotion tier 15 and the owner's tag. */
  | {
      readonly kind: 'create-replica';
      readonly instance: string;
      readonly instanceClass: string;
      /** The plan's id, for the tag `deploytime:plan`. */
      readonly owner: string;
    }
  | { readonly kind: 'delete-replica'; readonly instance: string }
  /** FailoverDBCluster to this instance. */
  | { readonly kind: 'fail-over'; readonly instance: string }
  /** ModifyDBCluster; the maximum is sent along as it is. */
  | { readonly kind: 'set-min-capacity'; readonly minCapacity: number; readonly maxCapacity: number };

export type EcsChange =
  | { readonly kind: 'set-desired-count'; readonly desiredCount: number }
  /** RegisterScalableTarget: both bounds in one call. */
  | { readonly kind: 'set-bounds'; readonly minCapacity: number; readonly maxCapacity: number };
