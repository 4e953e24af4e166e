import { type Account, createRepository, removeRepository } from './account.ts';
import { LocalError } from './local-error.ts';
import type { Progress } from './progress.ts';
import { deleteStack } from './stack-deletion.ts';
import { findStack } from './stack-events.ts';

export const SERVICE_STACK = 'deploytime';
export const EXAMPLE_STACK = 'deploytime-example';
/** Where the application's releases are, that the example takes its image from. */
export const SOURCE_REPOSITORY = 'deploytime-example-source';

/** The stacks in the order in which they can go: the example's custom resources need the service until then. */
const STACKS = [EXAMPLE_STACK, SERVICE_STACK];

/**
 * Makes sure that a run changes and deletes nothing of somebody else's in an account. The repository that it makes
 * is the claim: of two runs at once, one comes second and is refused.
 * @throws LocalError where the account has a stack or the repository of one of the names.
 */
export async function claimAccount(account: Account, signal: AbortSignal): Promise<void> {
  const { cloudFormation, endpoint } = account;
  const refusal = (what: string, does: string) =>
    new LocalError(
      `the account at ${endpoint.origin} has a ${what} already, which this run would ${does} and delete: delete it first, or unset AWS_ENDPOINT_URL to run on MiniStack`,
    );
  for (const name of STACKS) {
    if (await findStack(cloudFormation, name, signal)) throw refusal(`stack ${name}`, 'change');
  }
  // Not to be interrupted: one that was made and not known of would stay.
  if (!(await createRepository(account, SOURCE_REPOSITORY))) {
    throw refusal(`repository ${SOURCE_REPOSITORY}`, 'fill');
  }
}

/**
 * Takes away what a run deployed to an account that stays: all but CDK's bootstrap stack. What was not deployed yet
 * is no error.
 * @throws LocalError for the first that can't go; those after it stay, since what is left may need them.
 */
export async function removeDeployed(
  account: Account,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  for (const name of STACKS) {
    await progress.step(`delete the stack ${name}`, () => deleteStack(account.cloudFormation, name, signal));
  }
  await progress.step(`delete the repository ${SOURCE_REPOSITORY}`, () =>
    removeRepository(account, SOURCE_REPOSITORY, signal),
  );
}

/** The AWS CLI's commands for the same. */
export function removalCommands(): string[] {
  return [
    ...STACKS.flatMap((name) => [
      `aws cloudformation delete-stack --stack-name ${name}`,
      `aws cloudformation wait stack-delete-complete --stack-name ${name}`,
    ]),
    `aws ecr delete-repository --repository-name ${SOURCE_REPOSITORY} --force`,
  ];
}
