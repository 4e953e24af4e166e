import type { Account } from '../account.ts';
import { type Answer, watchAnswers } from '../answers.ts';
import { removeStack } from '../deployed.ts';
import { LocalError } from '../local-error.ts';
import { duration } from '../progress.ts';
import { findStack } from '../stack-events.ts';
import type { ExampleRun } from './run.ts';

/** What the examples wait for an answer, in seconds: a provider that can't answer shall not cost an hour. */
const SERVICE_TIMEOUT_SECONDS = 60;

/** A deployment of example stacks. */
export interface Deployment {
  readonly title: string;
  readonly stacks: readonly string[];
  readonly context: Readonly<Record<string, string>>;
  /** The type of each resource that has to be asked by it, all stacks together. */
  readonly asked: readonly string[];
}

/**
 * Deploys example stacks, and shows the service's answers as they come.
 * @returns the answers, in the order of what is asked.
 * @throws LocalError where one is FAILED, is missing or comes unasked.
 */
export function deployExamples(run: ExampleRun, deployment: Deployment): Promise<Answer[]> {
  const { stacks, context } = deployment;
  return watched(run, deployment, () =>
    run.cdk.deploy(stacks, {
      ...serviceContext(run.account),
      'example:ServiceTimeout': String(SERVICE_TIMEOUT_SECONDS),
      ...context,
    }),
  );
}

/** Deletes the stack of an example, and shows the answers. @throws LocalError as `deployExamples`. */
export async function deleteExample(
  run: ExampleRun,
  name: string,
  asked: readonly string[],
): Promise<Answer[]> {
  // A deleted stack is found by its id alone.
  const { stackId } = await getStack(run, name);
  return watched(run, { title: `delete the stack ${name}`, stacks: [stackId], asked }, () =>
    removeStack(run.account, name, run.signal),
  );
}

/** @throws LocalError where the account has no such stack. */
export async function getStack({ account, signal }: ExampleRun, name: string) {
  const stack = await findStack(account.cloudFormation, name, signal);
  if (stack !== undefined) return stack;
  throw new LocalError(`the account has no stack ${name}`);
}

/** The service's properties for an account that is not AWS's own. */
export function serviceContext(account: Account): Record<string, string> {
  return {
    'deploytime:EndpointOverride': account.endpoint.origin,
    // The registry answers at the account's endpoint, whatever its name says.
    'deploytime:RegistryHosts': JSON.stringify({ [account.registryHost]: account.endpoint.origin }),
  };
}

async function watched(
  { account, progress, signal }: ExampleRun,
  { title, stacks, asked }: Pick<Deployment, 'title' | 'stacks' | 'asked'>,
  change: () => Promise<void>,
): Promise<Answer[]> {
  let failed: Answer | undefined;
  const work = () =>
    watchAnswers({
      client: account.cloudFormation,
      stacks,
      work: change,
      isMeant: ({ resourceType }) => asked.includes(resourceType),
      signal,
      report: (answer) => {
        const { request, status, reason = NO_REASON, durationMs } = answer;
        progress.note(`${request} ${nameOf(answer)}: ${status} (${duration(durationMs)})`);
        if (status !== 'FAILED') return;
        progress.note(reason);
        failed ??= answer;
      },
    });
  const answers = await progress.step(title, work).catch((error: unknown) => {
    throw failed === undefined ? error : failureOf(failed, error);
  });
  if (failed !== undefined) throw failureOf(failed);
  const ordered = inOrder(answers, asked);
  if (ordered !== undefined) return ordered;
  throw new LocalError(
    `${title} ended with ${answers.length} answers of the service, not ${asked.length}: look at the events of ${stacks.join(', ')}`,
  );
}

const NO_REASON = 'no reason was given';

/** @param cause What the CDK CLI failed with for it; the end of its output is kept. */
function failureOf(answer: Answer, cause?: unknown): LocalError {
  return new LocalError(
    `the service answered ${answer.request} of ${nameOf(answer)} with FAILED: ${answer.reason ?? NO_REASON}`,
    cause instanceof LocalError ? cause.details : undefined,
    { cause },
  );
}

function nameOf({ logicalId, stack }: Answer): string {
  return `${logicalId} of ${stack}`;
}

/** One answer for each type that is asked, in that order and then in that of the stacks' names. */
function inOrder(answers: readonly Answer[], asked: readonly string[]): Answer[] | undefined {
  const place = ({ resourceType }: Answer) => asked.indexOf(resourceType);
  const ordered = answers.toSorted((a, b) => place(a) - place(b) || a.stack.localeCompare(b.stack));
  const isComplete =
    ordered.length === asked.length &&
    ordered.every(({ resourceType }, index) => resourceType === asked[index]);
  return isComplete ? ordered : undefined;
}
