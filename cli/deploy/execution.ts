import { CliError } from '../cli-error.ts';
import type { Timing } from '../timing.ts';
import type { ChangeSets } from './change-set-store.ts';
import { type MadeChangeSet, withdrawn } from './proposal.ts';
import { countDone, rootCauseIn, type StackEvent } from './stack-event.ts';
import { isAtRest, isDeployed } from './stack-state.ts';
import type { Stacks } from './stack-store.ts';

/** The service is up in about two minutes, its removal after a failure among them. */
const EXECUTION_LIMIT_MS = 60 * 60 * 1000;
const POLL_MS = 2_000;

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
  const { status, events } = await follow(execution, former, world).catch((error: unknown) => {
    throw isUnanswered(error, signal) ? goesOn(execution, error, signal) : error;
  });
  if (!isDeployed(status)) throw failure(execution, status, events);
}

function isUnanswered(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof CliError && error.code === 'Unreachable');
}

async function follow(
  execution: Execution,
  former: readonly StackEvent[],
  { stacks, timing, signal, onProgress }: ExecutionWorld,
): Promise<{ readonly status: string; readonly events: readonly StackEvent[] }> {
  const { stackId, stackName, resources } = execution;
  const deadline = timing.now() + EXECUTION_LIMIT_MS;
  const known = new Set(former.map(({ id }) => id));
  const events: StackEvent[] = [];
  for (;;) {
    // The status first: no event of an operation comes after its end.
    const stack = await stacks.find(stackId, signal);
    const newer = await stacks.newEvents(stackId, known, signal);
    const status = stack?.status ?? 'DELETE_COMPLETE';
    for (const event of newer) {
      known.add(event.id);
      events.push(event);
      const count = `${Math.min(countDone(events), resources)} of ${resources}`;
      const stays = /_(COMPLETE|FAILED)$/.test(event.status);
      onProgress(`${event.status} ${event.type} ${event.logicalId} (${count})`, { stays });
    }
    // Before its first event the stack still has the status of the operation before.
    if (isAtRest(status) && events.some((event) => event.isOfStack && event.status === status)) {
      return { status, events };
    }
    if (timing.now() > deadline) {
      throw new CliError(
        'DeploymentFailed',
        `The stack ${stackName} is still ${status} after ${EXECUTION_LIMIT_MS / 60_000} minutes; CloudFormation goes on. ${watch(stackName)}`,
      );
    }
    await timing.sleep(POLL_MS, signal);
  }
}

function failure({ stackName, action }: Execution, status: string, events: readonly StackEvent[]): CliError {
  const cause = rootCauseIn(events);
  const first =
    cause === undefined
      ? 'no event says why'
      : `${cause.logicalId} (${cause.type}) failed first: ${cause.reason.replace(/\s+/g, ' ').replace(/\.$/, '')}`;
  return new CliError(
    'DeploymentFailed',
    `The stack ${stackName} is ${status}: ${first}. ${after(stackName, action, status)}`,
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
        : watch(stackName);
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
    `${ended.message} while CloudFormation ${doing} the stack ${stackName}, which goes on without this command. ${watch(stackName)}; aws cloudformation ${undo} --stack-name ${stackName} takes it back`,
    { cause: error },
  );
}

function watch(stackName: string): string {
  return `Watch it: aws cloudformation describe-stack-events --stack-name ${stackName}`;
}
