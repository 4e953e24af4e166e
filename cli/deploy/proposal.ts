import { CliError } from '../cli-error.ts';
import { printable } from '../printable-text.ts';
import type { Timing } from '../timing.ts';
import type { Change } from './change.ts';
import type { ChangeSetRequest, ChangeSets } from './change-set-store.ts';
import type { Stacks } from './stack-store.ts';

/** A change set takes seconds; with many resources a minute or two. */
const CHANGE_SET_LIMIT_MS = 10 * 60 * 1000;
const POLL_MS = 1_500;
/** What is cleared away after an interruption must not keep anybody waiting. */
const WITHDRAWAL_LIMIT_MS = 15_000;

/** How CloudFormation says that a change set is empty. */
const NO_CHANGES = /didn't contain changes|No updates are to be performed/i;

interface ProposalWorld {
  readonly stacks: Stacks;
  readonly changeSets: ChangeSets;
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

/** What a change set says. */
export interface ProposedChanges {
  /** Undefined where nothing would change: the change set is gone again. */
  readonly id: string | undefined;
  readonly stackId: string;
  readonly changes: readonly Change[];
  /** What could not be taken back, in a sentence. */
  readonly left: string | undefined;
}

/**
 * Makes a change set, and waits until it says what would change.
 * @throws CliError `UnusableStack` with CloudFormation's own reason where it can't be made.
 */
export async function proposeChanges(
  { isNewStack, ...request }: ChangeSetRequest & { readonly isNewStack: boolean },
  world: ProposalWorld,
): Promise<ProposedChanges> {
  const { changeSets, timing, signal } = world;
  const { stackName } = request;
  const { id, stackId } = await changeSets.create(request, signal);
  const made = { id, stackId, stackName, isNewStack };
  try {
    const deadline = timing.now() + CHANGE_SET_LIMIT_MS;
    for (;;) {
      const { status, reason, changes } = await changeSets.get(id, signal);
      if (status === 'CREATE_COMPLETE') return { id, stackId, changes, left: undefined };
      if (status === 'FAILED' && NO_CHANGES.test(reason)) {
        return { id: undefined, stackId, changes: [], left: await withdraw(made, world) };
      }
      if (status === 'FAILED') {
        throw new CliError(
          'UnusableStack',
          `CloudFormation made no change set of ${stackName}: ${printable(reason)}`,
        );
      }
      if (timing.now() > deadline) {
        throw new CliError(
          'Unreachable',
          `The change set of ${stackName} was still ${status} after ${CHANGE_SET_LIMIT_MS / 60_000} minutes`,
        );
      }
      await timing.sleep(POLL_MS, signal);
    }
  } catch (error) {
    throw await withdrawn(made, error, world);
  }
}

/** A change set that is not carried out, with the empty stack that was made for it. */
export interface MadeChangeSet {
  readonly id: string;
  readonly stackId: string;
  readonly stackName: string;
  /** Whether the stack came with the change set. */
  readonly isNewStack: boolean;
}

/**
 * Takes a change set back. Also after an interruption, so it has a time limit of its own.
 * @returns What is left, in a sentence, where it could not be done: the reason to do it counts more than that.
 */
export async function withdraw(
  { id, stackId, stackName, isNewStack }: MadeChangeSet,
  { changeSets, stacks }: Pick<ProposalWorld, 'changeSets' | 'stacks'>,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(WITHDRAWAL_LIMIT_MS);
  try {
    await changeSets.remove(id, signal);
    const stack = isNewStack ? await stacks.find(stackId, signal) : undefined;
    if (stack?.status === 'REVIEW_IN_PROGRESS') await stacks.remove(stackName, tokenOf(id), signal);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `A change set of ${stackName} that is not used could not be deleted, and does no harm (${reason})`;
  }
}

/** Takes a change set back because of an error. @returns The error, with what a person has to know besides. */
export async function withdrawn(
  made: MadeChangeSet,
  error: unknown,
  world: Pick<ProposalWorld, 'changeSets' | 'stacks' | 'signal'>,
): Promise<unknown> {
  const left = await withdraw(made, world);
  const { aborted, reason } = world.signal;
  const ended = aborted ? reason : error;
  if (!(ended instanceof CliError)) return ended;
  const done = aborted ? [`${ended.message}: nothing was deployed`] : [ended.message];
  return new CliError(ended.code, [...done, ...(left === undefined ? [] : [left])].join('. '), {
    cause: error,
  });
}

function tokenOf(changeSetId: string): string {
  return `withdraw-${changeSetId.split('/').at(-1) ?? ''}`;
}
