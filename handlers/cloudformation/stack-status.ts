/** What a provider asks CloudFormation about the stack that its request comes from. */
export interface StackStatuses {
  /**
   * Whether the stack is going back to what it was. Undefined where that can't be told: CloudFormation did not say.
   * It never fails; after the signal it is undefined.
   */
  isRollingBack(stackId: string, signal: AbortSignal): Promise<boolean | undefined>;
}

/** What a provider asks that may find something left of a Create that CloudFormation never got an answer to. */
export interface StackRemovals {
  /**
   * Whether CloudFormation is taking back what a failed deployment has made, or deletes the stack: then a Delete under
   * an id that it made up means all that was made. Undefined, as above, where that can't be told.
   */
  isTakingBack(stackId: string, signal: AbortSignal): Promise<boolean | undefined>;
}

/**
 * Whether a stack's status is that of a rollback under way: ROLLBACK_IN_PROGRESS, UPDATE_… and IMPORT_….
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes
 */
export function isRollbackStatus(status: string): boolean {
  return /(?:^|_)ROLLBACK_IN_PROGRESS$/.test(status);
}

/** Whether a stack's status is that of a rollback, of the cleanup after it, or of the stack's deletion. */
export function isRemovalStatus(status: string): boolean {
  return (
    isRollbackStatus(status) ||
    /(?:^|_)ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS$|^DELETE_IN_PROGRESS$/.test(status)
  );
}
