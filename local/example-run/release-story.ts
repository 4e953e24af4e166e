import type { Answer } from '../answers.ts';
import { RELEASE_PARAMETER, RELEASE_STACK } from '../deployed.ts';
import { runDeploytime } from '../deploytime-command.ts';
import { buildExampleImage } from '../image/example-image.ts';
import { inspectWithSkopeo } from '../skopeo.ts';
import { deleteExample, deployExamples, getStack } from './deployment.ts';
import { type FunctionState, movementFinding, readFunction } from './function-state.ts';
import { pushRelease } from './releases.ts';
import type { ExampleRun } from './run.ts';
import { type ExampleStep, presentImage } from './step.ts';

const IMAGE = 'Custom::EcrImage';
const TAG = 'Custom::ImageTag';
/** What the application's pipeline releases. */
const RELEASE = '2';

/** One deployment of the story: the template is the same each time, and the DeploymentId alone makes it ask. */
interface Chapter {
  readonly occasion: string;
  /** What the answer has to be: the digest that the registry took last under the tag. */
  readonly digest: string | undefined;
  readonly isToMove: boolean;
}

/**
 * Deploys the example before its application has a release, after the release, after the same tag was pushed again
 * with another image, and once more with nothing new.
 */
export async function tellOfReleases(run: ExampleRun): Promise<ExampleStep[]> {
  const images = [buildExampleImage(RELEASE), buildExampleImage(`${RELEASE}, built again`)] as const;
  const [released, pushedAgain] = images.map(({ image }) => image.manifest.digest);
  const steps: ExampleStep[] = [];
  const deploy = deployer(run);

  steps.push(...(await deploy({ occasion: 'no release yet', digest: undefined, isToMove: false })));
  const repository = (await getStack(run, RELEASE_STACK)).outputs.RepositoryName ?? '';
  const push = (example: (typeof images)[number], title: string) =>
    run.progress.step(title, () => pushRelease(run, { repository, tag: RELEASE, example }));

  await push(images[0], `push ${RELEASE}, as the application's pipeline does`);
  await run.progress.step(`deploytime tag ${RELEASE}`, async () => {
    const args = ['tag', RELEASE, '--parameter', RELEASE_PARAMETER, '--repository', repository];
    run.progress.note(await runDeploytime(run.account, args, run.signal));
  });
  steps.push(...(await deploy({ occasion: `${RELEASE} is released`, digest: released, isToMove: true })));

  await push(images[1], `push ${RELEASE} again, with another image`);
  steps.push(
    ...(await deploy({ occasion: `${RELEASE} is another image`, digest: pushedAgain, isToMove: true })),
  );
  steps.push(...(await deploy({ occasion: 'nothing new', digest: pushedAgain, isToMove: false })));
  return steps;
}

/** Deletes the example, with the images that were released to it. */
export async function endReleases(run: ExampleRun): Promise<ExampleStep[]> {
  await deleteExample(run, RELEASE_STACK, [IMAGE, TAG]);
  return [];
}

/** @returns what deploys the example once more, and looks at what came of it. */
function deployer(run: ExampleRun): (chapter: Chapter) => Promise<ExampleStep[]> {
  const { account, signal } = run;
  let deployments = 0;
  let before: FunctionState | undefined;
  return async ({ occasion, digest, isToMove }) => {
    deployments += 1;
    const answers = await deployExamples(run, {
      title: `cdk deploy ${RELEASE_STACK}: ${occasion}`,
      stacks: [RELEASE_STACK],
      context: {
        'deploytime:DeploymentId': String(deployments),
      },
      asked: deployments === 1 ? [IMAGE, TAG] : [TAG],
    });
    const { outputs } = await getStack(run, RELEASE_STACK);
    const { Tag = '', Digest = '', ImageUri = '', SeedDigest = '', RepositoryName = '' } = outputs;
    const inspection = await inspectWithSkopeo(account.endpoint, RepositoryName, Tag);
    const now = await readFunction(account, outputs.FunctionName ?? '', signal);
    const movement = movementFinding({ before, now, answered: ImageUri, name: 'this image', isToMove });
    before = now;
    const isMeant = Digest === (digest ?? SeedDigest);
    const meant =
      digest === undefined ? 'the image that EcrImage put there' : 'the image that was pushed last';
    const stepOf = (answer: Answer): ExampleStep =>
      answer.resourceType === IMAGE
        ? {
            answer,
            occasion,
            details: [`SUCCESS, Origin ${outputs.SeedOrigin}`, SeedDigest],
            findings: [presentImage(inspection, SeedDigest)],
          }
        : {
            answer,
            occasion,
            details: [`SUCCESS, Tag ${Tag}, ${originOf(outputs)}`, Digest],
            findings: [
              presentImage(inspection, Digest),
              { text: `${isMeant ? '' : 'not '}${meant}`, isRight: isMeant },
              movement,
            ],
          };
    return answers.map(stepOf);
  };
}

function originOf({ ResolvedFrom, ParameterVersion }: Readonly<Record<string, string>>): string {
  return ResolvedFrom === 'default' ? 'the default' : `version ${ParameterVersion} of the parameter`;
}
