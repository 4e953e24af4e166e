/** A stack as it is before anything is done. */
export interface PresentStack {
  readonly name: string;
  /** Its ARN. */
  readonly id: string;
  /** E.g. `UPDATE_COMPLETE`. */
  readonly status: string;
  /** The values that it was given last. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** What can be done with a stack, by its status. */
export type StackDecision =
  | { readonly action: 'create' }
  /** It was never whole: nothing in it is left, and it can only be deleted. */
  | { readonly action: 'delete-and-create'; readonly reason: string }
  | { readonly action: 'update' }
  | { readonly action: 'refuse'; readonly reason: string };

const UPDATABLE = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

/**
 * @param stack Undefined where there is none.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export function decideStack(stack: PresentStack | undefined): StackDecision {
  if (stack === undefined) return { action: 'create' };
  const { name, status } = stack;
  const refuse = (reason: string): StackDecision => ({
    action: 'refuse',
    reason: `The stack ${name} is ${status}: ${reason}`,
  });
  // A change set was made for it, and not carried out.
  if (status === 'REVIEW_IN_PROGRESS') return { action: 'create' };
  if (UPDATABLE.includes(status)) return { action: 'update' };
  if (status === 'ROLLBACK_COMPLETE') {
    return {
      action: 'delete-and-create',
      reason: `The stack ${name} is ${status}: it failed when it was created, and has to be deleted first`,
    };
  }
  if (status === 'DELETE_IN_PROGRESS') return refuse('it is being deleted. Try again when it is gone');
  if (status.endsWith('_IN_PROGRESS')) {
    return refuse(
      `something is going on with it. Try again when it is done: aws cloudformation describe-stacks --stack-name ${name} says so`,
    );
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return refuse(
      `its last rollback stopped half-way. Finish it first: aws cloudformation continue-update-rollback --stack-name ${name}`,
    );
  }
  if (status === 'UPDATE_FAILED') {
    return refuse(
      `its last update stopped half-way. Roll it back first: aws cloudformation rollback-stack --stack-name ${name}`,
    );
  }
  return refuse(
    `nothing but its deletion leads on from there. Delete it first: aws cloudformation delete-stack --stack-name ${name}`,
  );
}

/** Whether an operation is over. */
export function isAtRest(status: string): boolean {
  return !status.endsWith('_IN_PROGRESS');
}

/** Whether a deployment came to what was asked for. */
export function isDeployed(status: string): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';
}
