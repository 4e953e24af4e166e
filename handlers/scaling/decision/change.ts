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

/** In a few words, as the subject of a sentence. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'start-cluster':
      return 'Starting the cluster';
    case 'stop-cluster':
      return 'Stopping the cluster';
    case 'change-class':
      return `The change of ${change.instance} to ${change.instanceClass}`;
    case 'create-replica':
      return `The creation of ${change.instance} (${change.instanceClass})`;
    case 'delete-replica':
      return `The deletion of ${change.instance}`;
    case 'fail-over':
      return `The failover to ${change.instance}`;
    case 'set-min-capacity':
      return `The change of MinCapacity to ${change.minCapacity}`;
    case 'set-desired-count':
      return `The change of the desired count to ${change.desiredCount}`;
    case 'set-bounds':
      return `The change of the scalable target to ${change.minCapacity} to ${change.maxCapacity}`;
  }
}
