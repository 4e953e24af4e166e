import { CliError } from '../cli-error.ts';
import type { Timing } from '../timing.ts';
import type { ChangeSets } from './change-set-store.ts';
import { type MadeChangeSet, withdrawn } from './proposal.ts';
import type { StackEvent } from './stack-event.ts';
import { firstFailure, followOperation, howToWatch, isUnanswered } from './stack-operation.ts';
import { isDeployed } from './stack-state.ts';
import type { Stacks } from './stack-store.ts';

export interface Execution extends MadeChangeSet {
  readonly token: string;
  readonly action: 'create' | 'update';
  /** How many resources change. */
  readonly resources: number;
}

interface ExecutionWorld {
  readonly stacks: Stacks;
  readonly changeSets: ChangeSets;
  readonly timing: Timing;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string, options: { readonly stays: boolean }) => void;
}

/**
 * Carries a change set out and follows it to its end.
 * @throws CliError `DeploymentFailed` with the resource that failed first; where somebody interrupts, what goes on
 * without this command.
 */
export async function execute(execution: Execution, world: ExecutionWorld): Promise<void> {
  const { changeSets, stacks, signal } = world;
  const { id, stackId, token } = execution;
  let former: readonly StackEvent[];
  try {
    former = await stacks.newEvents(stackId, new Set(), signal);
  } catch (error) {
    throw await withdrawn(execution, error, world);
  }
  try {
    await changeSets.execute(id, token, signal);
  } catch (error) {
    // Where no answer came it may have begun.
    if (isUnanswered(error, signal)) throw goesOn(execution, error, signal);
    throw await withdrawn(execution, error, world);
  }
  const { status, events } = await followOperation({ ...execution, former }, world).catch(
    (error: unknown) => {
      throw goesOn(execution, error, signal);
    },
  );
  if (!isDeployed(status)) throw failure(execution, status, events);
}

function failure({ stackName, action }: Execution, status: string, events: readonly StackEvent[]): CliError {
  return new CliError(
    'DeploymentFailed',
    `The stack ${stackName} is ${status}: ${firstFailure(events)}. ${after(stackName, action, status)}`,
  );
}

/** What is left, and how to go on. */
function after(stackName: string, action: Execution['action'], status: string): string {
  switch (status) {
    case 'UPDATE_ROLLBACK_COMPLETE':
      return 'What was deployed before is there again';
    case 'UPDATE_ROLLBACK_FAILED':
      return `Its rollback stopped half-way; once the cause is gone: aws cloudformation continue-update-rollback --stack-name ${stackName}`;
    case 'ROLLBACK_COMPLETE':
      return 'Nothing of it is left; deploytime deploy deletes the empty stack and begins again';
    default:
      return action === 'create'
        ? `Delete it before the next try: aws cloudformation delete-stack --stack-name ${stackName}`
        : howToWatch(stackName);
  }
}

/** CloudFormation needs nobody who looks on. */
function goesOn({ stackName, action }: Execution, error: unknown, { aborted, reason }: AbortSignal): unknown {
  const ended = aborted ? reason : error;
  if (!(ended instanceof CliError)) return ended;
  const [doing, undo] =
    action === 'update' ? ['updates', 'cancel-update-stack'] : ['creates', 'delete-stack'];
  return new CliError(
    ended.code,
    `${ended.message} while CloudFormation ${doing} the stack ${stackName}, which goes on without this command. ${howToWatch(stackName)}; aws cloudformation ${undo} --stack-name ${stackName} takes it back`,
    { cause: error },
  );
}
