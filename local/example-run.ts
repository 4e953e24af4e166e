import type { Account } from './account.ts';
import { type Answer, watchAnswers } from './answers.ts';
import type { Cdk } from './cdk.ts';
import { EXAMPLE_STACK, SERVICE_STACK, SOURCE_REPOSITORY } from './deployed.ts';
import { buildExampleImage } from './image/example-image.ts';
import { pushImage } from './image/push-image.ts';
import { LocalError } from './local-error.ts';
import { duration, type Progress } from './progress.ts';
import { type Inspection, inspectWithSkopeo } from './skopeo.ts';
import { deleteStack } from './stack-deletion.ts';
import { findStack } from './stack-events.ts';

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
  readonly signal: AbortSignal;
}

/** Deploys the service; the account is bootstrapped for CDK first. */
export async function deployService({ account, cdk, progress }: ExampleRun): Promise<void> {
  await progress.step('cdk bootstrap', () => cdk.bootstrap());
  await progress.step(`cdk deploy ${SERVICE_STACK}`, () =>
    cdk.deploy(SERVICE_STACK, serviceContext(account)),
  );
}

/** Pushes the releases of the example's application, as its own pipeline would. */
export async function pushReleases({ account, progress, signal }: ExampleRun): Promise<void> {
  await progress.step(
    `push the releases ${RELEASES.join(' and ')} of an application to ${SOURCE_REPOSITORY}`,
    async () => {
      const images = RELEASES.map((release) => ({ release, ...buildExampleImage(release) }));
      for (const { release, image } of images) {
        await pushImage(
          {
            registry: account.endpoint,
            repository: SOURCE_REPOSITORY,
            authorization: account.registryAuthorization,
            signal,
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
    steps.push(await confirmPresent(run, answer));
  }
  return steps;
}

/** Deletes the example: its image goes first, or its repository could not. */
export async function deleteExample(run: ExampleRun): Promise<ExampleStep> {
  const { account, signal } = run;
  const stack = await findStack(account.cloudFormation, EXAMPLE_STACK, signal);
  if (stack === undefined) throw new LocalError(`the account has no stack ${EXAMPLE_STACK}`);
  // A deleted stack is found by its id alone.
  const answer = await watched(run, `delete the stack ${EXAMPLE_STACK}`, stack.stackId, () =>
    deleteStack(account.cloudFormation, EXAMPLE_STACK, signal),
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

function serviceContext(account: Account): Record<string, string> {
  return {
    'deploytime:EndpointOverride': account.endpoint.origin,
    // The registry answers at the account's endpoint, whatever its name says.
    'deploytime:RegistryHosts': JSON.stringify({ [account.registryHost]: account.endpoint.origin }),
  };
}

/** Does one step, shows its answers as they come, and returns the one that it must have had. */
async function watched(
  { account, progress, signal }: ExampleRun,
  title: string,
  stackNameOrId: string,
  work: () => Promise<void>,
): Promise<Answer> {
  const answers = await progress.step(title, () =>
    watchAnswers({
      client: account.cloudFormation,
      stackNameOrId,
      work,
      signal,
      report: (answer) => {
        progress.note(
          `${answer.request} ${answer.logicalId}: ${answer.status} (${duration(answer.durationMs)})`,
        );
        if (answer.status === 'FAILED') progress.note(answer.reason ?? 'no reason was given');
      },
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

async function confirmPresent({ account, signal }: ExampleRun, answer: Answer): Promise<ExampleStep> {
  const stack = await findStack(account.cloudFormation, EXAMPLE_STACK, signal);
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
