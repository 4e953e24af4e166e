import { EXAMPLE_STACK, SOURCE_REPOSITORY } from '../deployed.ts';
import { LocalError } from '../local-error.ts';
import { inspectWithSkopeo } from '../skopeo.ts';
import { deleteExample, deployExamples, getStack } from './deployment.ts';
import { tryPlaceholder } from './placeholder-trial.ts';
import { SOURCE_RELEASES } from './releases.ts';
import type { ExampleRun } from './run.ts';
import { absentImage, type ExampleStep, presentImage } from './step.ts';

const ASKED = ['Custom::EcrImage'];

/** Creates the example with the placeholder, and updates it to a release of the application. */
export async function tellOfImages(run: ExampleRun): Promise<ExampleStep[]> {
  const created = await tell(run, { occasion: 'no Source: the placeholder', context: {} });
  const { outputs } = await getStack(run, EXAMPLE_STACK);
  const findings = await tryPlaceholder(run, addressOf(outputs.TaggedImageUri));
  const [release] = SOURCE_RELEASES;
  const updated = await tell(run, {
    occasion: `Source is release ${release}`,
    context: {
      'example:Source': `${run.account.registryHost}/${SOURCE_REPOSITORY}:${release}`,
      'example:OnDelete': 'delete',
    },
  });
  return [...created.map((step) => ({ ...step, findings: [...step.findings, ...findings] })), ...updated];
}

async function tell(
  run: ExampleRun,
  { occasion, context }: { occasion: string; context: Readonly<Record<string, string>> },
): Promise<ExampleStep[]> {
  const answers = await deployExamples(run, {
    title: `cdk deploy ${EXAMPLE_STACK}, ${occasion}`,
    stacks: [EXAMPLE_STACK],
    context,
    asked: ASKED,
  });
  const { outputs } = await getStack(run, EXAMPLE_STACK);
  const inspection = await inspect(run, addressOf(outputs.TaggedImageUri));
  return answers.map((answer) => ({
    answer,
    occasion,
    details: [`SUCCESS, Origin ${outputs.Origin}`, outputs.Digest ?? ''],
    findings: [presentImage(inspection, outputs.Digest ?? '')],
  }));
}

/** Deletes the example: its image goes first, or its repository could not. */
export async function endImages(run: ExampleRun): Promise<ExampleStep[]> {
  const { outputs } = await getStack(run, EXAMPLE_STACK);
  const answers = await deleteExample(run, EXAMPLE_STACK, ASKED);
  const inspection = await inspect(run, addressOf(outputs.TaggedImageUri));
  return answers.map((answer) => ({
    answer,
    occasion: 'the stack goes',
    details: ['SUCCESS'],
    findings: [absentImage(inspection)],
  }));
}

function inspect({ account }: ExampleRun, { repository, tag }: ReturnType<typeof addressOf>) {
  return inspectWithSkopeo(account.endpoint, repository, tag);
}

/** @param uri `<registry>/<repository>:<tag>`, as the attribute TaggedImageUri has it. */
function addressOf(uri: string | undefined = ''): { repository: string; tag: string } {
  const [, repository, tag] = /^[^/]+\/(.+):([^:/]+)$/.exec(uri) ?? [];
  if (repository !== undefined && tag !== undefined) return { repository, tag };
  throw new LocalError(`the stack's output TaggedImageUri is "${uri}", which is no image's address`);
}
