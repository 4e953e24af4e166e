import { CliError } from '../cli-error.ts';
import { printable } from '../printable-text.ts';
import type { Timing } from '../timing.ts';
import { countDone, rootCauseIn, type StackEvent } from './stack-event.ts';
import { isAtRest } from './stack-state.ts';
import type { Stacks } from './stack-store.ts';

/** The service is up in about two minutes, its removal after a failure among them. */
const OPERATION_LIMIT_MS = 60 * 60 * 1000;
const POLL_MS = 2_000;

/** What CloudFormation does with a stack. */
export interface StackOperation {
  readonly stackId: string;
  readonly stackName: string;
  /** How many resources it is about. */
  readonly resources: number;
  /** What happened before it. */
  readonly former: readonly StackEvent[];
}

/**
 * Follows an operation that was started to its end.
 * @returns The status at the end, `DELETE_COMPLETE` where the stack is gone, and what happened.
 * @throws CliError `DeploymentFailed` where it takes too long.
 */
export async function followOperation(
  { stackId, stackName, resources, former }: StackOperation,
  world: {
    readonly stacks: Stacks;
    readonly timing: Timing;
    readonly signal: AbortSignal;
    readonly onProgress: (text: string, options: { readonly stays: boolean }) => void;
  },
): Promise<{ readonly status: string; readonly events: readonly StackEvent[] }> {
  const { stacks, timing, signal, onProgress } = world;
  const deadline = timing.now() + OPERATION_LIMIT_MS;
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
        `The stack ${stackName} is still ${status} after ${OPERATION_LIMIT_MS / 60_000} minutes`,
      );
    }
    await timing.sleep(POLL_MS, signal);
  }
}

/** The resource that failed first, and why, as a part of a sentence. */
export function firstFailure(events: readonly StackEvent[]): string {
  const cause = rootCauseIn(events);
  if (cause === undefined) return 'no event says why';
  return `${cause.logicalId} (${cause.type}) failed first: ${printable(cause.reason).replace(/\.$/, '')}`;
}

export function howToWatch(stackName: string): string {
  return `Watch it: aws cloudformation describe-stack-events --stack-name ${stackName}`;
}

/** Whether it isn't known what became of a call. */
export function isUnanswered(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof CliError && error.code === 'Unreachable');
}
