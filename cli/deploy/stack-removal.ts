import { CliError } from '../cli-error.ts';
import type { Confirmation } from '../confirmation.ts';
import type { Timing } from '../timing.ts';
import { deletionGoesOn, startDeletion } from './stack-deletion.ts';
import type { PresentStack } from './stack-state.ts';
import type { Stacks } from './stack-store.ts';

/** Nothing is left in such a stack but what it keeps. */
const REMOVAL_LIMIT_MS = 15 * 60 * 1000;
const POLL_MS = 2_000;

/**
 * Deletes a stack whose creation failed, where a person agrees, and waits until it is gone.
 * @throws CliError `NotConfirmed`, `UnusableStack`
 */
export async function removeFailedStack(
  { name, id }: PresentStack,
  reason: string,
  world: {
    readonly stacks: Stacks;
    readonly confirmation: Confirmation;
    readonly timing: Timing;
    readonly signal: AbortSignal;
    readonly token: string;
    readonly onProgress: (text: string, options: { readonly stays: boolean }) => void;
  },
): Promise<void> {
  const { stacks, confirmation, timing, signal, token, onProgress } = world;
  onProgress(reason, { stays: true });
  await confirmation.confirm({ question: `Delete what is left of the stack ${name}` }, signal);
  await startDeletion(name, `delete-${token}`, world);
  const goesOn = (error: unknown): never => {
    throw deletionGoesOn(name, error, signal);
  };
  const deadline = timing.now() + REMOVAL_LIMIT_MS;
  for (;;) {
    const found = await stacks.find(id, signal).catch(goesOn);
    if (found === undefined) return;
    if (found.status === 'DELETE_FAILED' || timing.now() > deadline) {
      throw new CliError(
        'UnusableStack',
        `The stack ${name} is ${found.status} and could not be deleted; its events say why: aws cloudformation describe-stack-events --stack-name ${name}`,
      );
    }
    onProgress(`deleting the stack ${name}: ${found.status}`, { stays: false });
    await timing.sleep(POLL_MS, signal).catch(goesOn);
  }
}
