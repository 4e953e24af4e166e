import { CliError } from '../cli-error.ts';
import { functionOutsideIn, isServiceTemplate } from './service-template.ts';
import type { PresentStack } from './stack-state.ts';
import type { Stacks } from './stack-store.ts';

/**
 * The template of a stack that has this service and is the command's to change.
 * @throws CliError `UnusableStack` for a stack of something else, and for one in which an app has the service among
 * its own.
 */
export async function getServiceTemplate(
  { name, id }: PresentStack,
  { stacks, signal }: { readonly stacks: Stacks; readonly signal: AbortSignal },
): Promise<string> {
  const body = await stacks.getTemplate(id, signal);
  if (!isServiceTemplate(body)) {
    throw new CliError(
      'UnusableStack',
      `The stack ${name} is none of this service: none of its functions has the service's variables. --stack-name names another`,
    );
  }
  const outside = functionOutsideIn(body);
  if (outside !== undefined) {
    throw new CliError(
      'UnusableStack',
      `The stack ${name} is an app's own, which has the service in a construct of another name (${outside}): the app deploys it, and takes it out again. --stack-name names another`,
    );
  }
  return body;
}
