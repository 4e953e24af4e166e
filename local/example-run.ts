import type { Account } from './account.ts';
import { ensureRepository, hasRepository, removeRepository } from './account.ts';
import { type Answer, watchAnswers } from './answers.ts';
import type { Cdk } from './cdk.ts';
import { buildExampleImage } from './image/example-image.ts';
import { pushImage } from './image/push-image.ts';
import { LocalError } from './local-error.ts';
import { duration, type Progress } from './progress.ts';
import { type Inspection, inspectWithSkopeo } from './skopeo.ts';
import { deleteStack } from './stack-deletion.ts';
import { findStack } from './stack-events.ts';

const SERVICE_STACK = 'deploytime';
const EXAMPLE_STACK = 'deploytime-example';
/** Where the application's releases are, that the example takes its image from. */
const SOURCE_REPOSITORY = 'deploytime-example-source';
const RELEASES = ['1', '2'] as const;
/** What the example waits for an answer, in duration: a provider that can't answer shall not cost an hour. */
const SERVICE_TIMEOUT_SECONDS = 60;

/** An answer, and what the registry holds after it. */
export interface ExampleStep {
  readonly answer: Answer;
  /** The attributes Digest and Origin, out of the stack's outputs; none after a Delete. */
  readonly digest: string | undefined;
  readonly origin: string | undefined;
  readonly inspection: Inspection;
  /** Whether the registry holds what the answer says. Undefined where nobody could look. */
  readonly isConfirmed: boolean | undefined;
}

/** What the run goes by. */
export interface ExampleRun {
  readonly account: Account;
  readonly cdk: Cdk;
  readonly progress: Progress;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
}

/**
 * Makes sure that this run changes nothing of somebody else's: it deletes its stacks at the end.
 * @throws LocalError where the account has a stack of one of the names.
 */
export async function checkUnused(account: Account): Promise<void> {
  const { cloudFormation, endpoint } = account;
  for (const name of [SERVICE_STACK, EXAMPLE_STACK]) {
    if ((await findStack(cloudFormation, name)) === undefined) continue;
    throw new LocalError(
      `the account at ${endpoint.origin} has a stack ${name} already, which this run would change and delete: delete it first, or unset AWS_ENDPOINT_URL to run on MiniStack`,
    );
  }
  if (await hasRepository(account, SOURCE_REPOSITORY)) {
    throw new LocalError(
      `the account at ${endpoint.origin} has a repository ${SOURCE_REPOSITORY} already, which this run would fill and delete: delete it first, or unset AWS_ENDPOINT_URL to run on MiniStack`,
    );
  }
}

/** Deploys the service; the account is bootstrapped for CDK first. */
export async function deployService({ account, cdk, progress }: ExampleRun): Promise<void> {
  await progress.step('cdk bootstrap', () => cdk.bootstrap());
  await progress.step(`cdk deploy ${SERVICE_STACK}`, () =>
    cdk.deploy(SERVICE_STACK, serviceContext(account)),
  );
}

/** Pushes the releases of the example's application, as its own pipeline would. */
export async function pushReleases({ account, progress }: ExampleRun): Promise<void> {
  await progress.step(
    `push the releases ${RELEASES.join(' and ')} of an application to ${SOURCE_REPOSITORY}`,
    async () => {
      await ensureRepository(account, SOURCE_REPOSITORY);
      const images = RELEASES.map((release) => ({ release, ...buildExampleImage(release) }));
      for (const { release, image } of images) {
        await pushImage(
          {
            registry: account.endpoint,
            repository: SOURCE_REPOSITORY,
            authorization: account.registryAuthorization,
          },
          release,
          image,
        );
      }
      return images[0]?.description ?? '';
    },
    (description) => description,
  );
}

/** Creates the example with one release, and updates it to the next. */
export async function createAndUpdateExample(run: ExampleRun): Promise<ExampleStep[]> {
  const steps: ExampleStep[] = [];
  for (const release of RELEASES) {
    const context = {
      ...serviceContext(run.account),
      'example:Source': `${run.account.registryHost}/${SOURCE_REPOSITORY}:${release}`,
      'example:OnDelete': 'delete',
      'example:ServiceTimeout': String(SERVICE_TIMEOUT_SECONDS),
    };
    const answer = await watched(
      run,
      `cdk deploy ${EXAMPLE_STACK} with release ${release}`,
      EXAMPLE_STACK,
      () => run.cdk.deploy(EXAMPLE_STACK, context),
    );
    steps.push(await confirmPresent(run.account, answer));
  }
  return steps;
}

/** Deletes the example: its image goes first, or its repository could not. */
export async function deleteExample(run: ExampleRun): Promise<ExampleStep> {
  const { account } = run;
  const stack = await findStack(account.cloudFormation, EXAMPLE_STACK);
  if (stack === undefined) throw new LocalError(`the account has no stack ${EXAMPLE_STACK}`);
  // A deleted stack is found by its id alone.
  const answer = await watched(run, `delete the stack ${EXAMPLE_STACK}`, stack.stackId, () =>
    deleteStack(account.cloudFormation, { stackName: EXAMPLE_STACK, stackId: stack.stackId }, run.signal),
  );
  const { repository, tag } = readImageUri(stack.outputs.TaggedImageUri ?? '');
  const inspection = await inspectWithSkopeo(account.endpoint, repository, tag);
  return {
    answer,
    digest: undefined,
    origin: undefined,
    inspection,
    isConfirmed: inspection.found === 'unknown' ? undefined : inspection.found === 'nothing',
  };
}

/** Takes away what this run deployed to an account that stays: all but CDK's bootstrap stack. */
export async function removeService({ account, progress, signal }: ExampleRun): Promise<void> {
  await progress.step(`delete the stack ${SERVICE_STACK}`, async () => {
    const stack = await findStack(account.cloudFormation, SERVICE_STACK);
    if (stack !== undefined) {
      await deleteStack(account.cloudFormation, { stackName: SERVICE_STACK, stackId: stack.stackId }, signal);
    }
    await removeRepository(account, SOURCE_REPOSITORY);
  });
}

function serviceContext(account: Account): Record<string, string> {
  return {
    'deploytime:EndpointOverride': account.endpoint.origin,
    // The registry answers at the account's endpoint, whatever its name says.
    'deploytime:RegistryHosts': JSON.stringify({ [account.registryHost]: account.endpoint.origin }),
  };
}

/** Does one step, shows its answers as they come, and returns the one that it must have had. */
async function watched(
  { account, progress }: ExampleRun,
  title: string,
  stackNameOrId: string,
  work: () => Promise<void>,
): Promise<Answer> {
  const answers = await progress.step(title, () =>
    watchAnswers(account.cloudFormation, stackNameOrId, work, (answer) => {
      progress.note(
        `${answer.request} ${answer.logicalId}: ${answer.status} (${duration(answer.durationMs)})`,
      );
      if (answer.status === 'FAILED') progress.note(answer.reason ?? 'no reason was given');
    }),
  );
  const failed = answers.find((answer) => answer.status === 'FAILED');
  const answer = answers[0];
  if (failed === undefined && answer !== undefined && answers.length === 1) return answer;
  throw new LocalError(
    failed === undefined
      ? `${title} ended with ${answers.length} answers of the service, not one: look at the stack's events`
      : `the service answered ${failed.request} of ${failed.logicalId} with FAILED: ${failed.reason ?? 'no reason was given'}`,
  );
}

async function confirmPresent(account: Account, answer: Answer): Promise<ExampleStep> {
  const stack = await findStack(account.cloudFormation, EXAMPLE_STACK);
  const { Digest: digest, Origin: origin, TaggedImageUri: taggedImageUri } = stack?.outputs ?? {};
  const { repository, tag } = readImageUri(taggedImageUri ?? '');
  const inspection = await inspectWithSkopeo(account.endpoint, repository, tag);
  return {
    answer,
    digest,
    origin,
    inspection,
    isConfirmed:
      inspection.found === 'unknown'
        ? undefined
        : inspection.found === 'image' && digest !== undefined && inspection.digest === digest,
  };
}

/** `<registry>/<repository>:<tag>`, as the attribute TaggedImageUri has it. */
function readImageUri(uri: string): { repository: string; tag: string } {
  const [, repository, tag] = /^[^/]+\/(.+):([^:/]+)$/.exec(uri) ?? [];
  if (repository !== undefined && tag !== undefined) return { repository, tag };
  throw new LocalError(`the stack's output TaggedImageUri is "${uri}", which is no image's address`);
}
