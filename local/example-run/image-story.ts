import { EXAMPLE_STACK, SOURCE_REPOSITORY } from '../deployed.ts';
import { LocalError } from '../local-error.ts';
import { inspectWithSkopeo } from '../skopeo.ts';
import { deleteExample, deployExamples, getStack } from './deployment.ts';
import { SOURCE_RELEASES } from './releases.ts';
import type { ExampleRun } from './run.ts';
import { absentImage, type ExampleStep, presentImage } from './step.ts';

const ASKED = ['Custom::EcrImage'];

/** Creates the example with one release, and updates it to the next. */
export async function tellOfImages(run: ExampleRun): Promise<ExampleStep[]> {
  const steps: ExampleStep[] = [];
  for (const release of SOURCE_RELEASES) {
    const answers = await deployExamples(run, {
      title: `cdk deploy ${EXAMPLE_STACK} with release ${release}`,
      stacks: [EXAMPLE_STACK],
      context: {
        'example:Source': `${run.account.registryHost}/${SOURCE_REPOSITORY}:${release}`,
        'example:OnDelete': 'delete',
      },
      asked: ASKED,
    });
    const { Origin, Digest = '', TaggedImageUri } = (await getStack(run, EXAMPLE_STACK)).outputs;
    const present = presentImage(await inspect(run, TaggedImageUri), Digest);
    steps.push(
      ...answers.map((answer) => ({
        answer,
        occasion: `Source is release ${release}`,
        details: [`SUCCESS, Origin ${Origin}`, Digest],
        findings: [present],
      })),
    );
  }
  return steps;
}

/** Deletes the example: its image goes first, or its repository could not. */
export async function endImages(run: ExampleRun): Promise<ExampleStep[]> {
  const { outputs } = await getStack(run, EXAMPLE_STACK);
  const answers = await deleteExample(run, EXAMPLE_STACK, ASKED);
  const inspection = await inspect(run, outputs.TaggedImageUri);
  return answers.map((answer) => ({
    answer,
    occasion: 'the stack goes',
    details: ['SUCCESS'],
    findings: [absentImage(inspection)],
  }));
}

/** @param uri `<registry>/<repository>:<tag>`, as the attribute TaggedImageUri has it. */
function inspect({ account }: ExampleRun, uri = '') {
  const [, repository, tag] = /^[^/]+\/(.+):([^:/]+)$/.exec(uri) ?? [];
  if (repository !== undefined && tag !== undefined)
    return inspectWithSkopeo(account.endpoint, repository, tag);
  throw new LocalError(`the stack's output TaggedImageUri is "${uri}", which is no image's address`);
}
