import { CliError } from '../cli-error.ts';
import { howToWatch, isUnanswered } from './stack-operation.ts';
import type { Stacks } from './stack-store.ts';

/**
 * Starts the deletion of a stack. @param token The same for each try.
 * @throws CliError Where no answer came, it may have begun: then it says so.
 */
export async function startDeletion(
  stackName: string,
  token: string,
  { stacks, signal }: { readonly stacks: Stacks; readonly signal: AbortSignal },
): Promise<void> {
  await stacks.remove(stackName, token, signal).catch((error: unknown) => {
    throw isUnanswered(error, signal) ? deletionGoesOn(stackName, error, signal) : error;
  });
}

/** The error that ends this command while CloudFormation deletes a stack, which needs nobody who looks on. */
export function deletionGoesOn(stackName: string, error: unknown, { aborted, reason }: AbortSignal): unknown {
  const ended = aborted ? reason : error;
  if (!(ended instanceof CliError)) return ended;
  return new CliError(
    ended.code,
    `${ended.message} while CloudFormation deletes the stack ${stackName}, which goes on without this command. ${howToWatch(stackName)}`,
    { cause: error },
  );
}
