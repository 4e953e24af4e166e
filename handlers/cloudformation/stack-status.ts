/** What a provider asks CloudFormation about the stack that its request comes from. */
export interface StackStatuses {
  /**
   * Whether the stack is going back to what it was. Undefined where that can't be told: CloudFormation did not say.
   * It never fails; after the signal it is undefined.
   */
  isRollingBack(stackId: string, signal: AbortSignal): Promise<boolean | undefined>;
}

/**
 * Whether a stack's status is that of a rollback under way: ROLLBACK_IN_PROGRESS, UPDATE_… and IMPORT_….
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes
 */
export function isRollbackStatus(status: string): boolean {
  return /(?:^|_)ROLLBACK_IN_PROGRESS$/.test(status);
}
