import { SERVICE_STACK } from './deployed.ts';
import { serviceContext } from './example-run/deployment.ts';
import { endImages, tellOfImages } from './example-run/image-story.ts';
import { endLayers, tellOfLayers } from './example-run/layer-story.ts';
import { endReleases, tellOfReleases } from './example-run/release-story.ts';
import { pushSourceReleases } from './example-run/releases.ts';
import type { ExampleRun } from './example-run/run.ts';
import type { ExampleStep } from './example-run/step.ts';
import type { Story } from './story.ts';

interface Telling {
  /** Deploys its stacks, some more than once. */
  readonly tell: (run: ExampleRun) => Promise<ExampleStep[]>;
  /** Deletes them. */
  readonly end: (run: ExampleRun) => Promise<ExampleStep[]>;
}

const TELLINGS: Readonly<Record<Story, Telling>> = {
  images: { tell: tellOfImages, end: endImages },
  tags: { tell: tellOfReleases, end: endReleases },
  layers: { tell: tellOfLayers, end: endLayers },
};

/** Deploys the service; the account is bootstrapped for CDK first. */
export async function deployService({
  account,
  cdk,
  progress,
}: Pick<ExampleRun, 'account' | 'cdk' | 'progress'>): Promise<void> {
  await progress.step('cdk bootstrap', () => cdk.bootstrap());
  await progress.step(`cdk deploy ${SERVICE_STACK}`, () =>
    cdk.deploy(SERVICE_STACK, serviceContext(account)),
  );
}

/** Tells one story after the other. @param keep Leaves the stacks of each in place. */
export async function tellStories(
  run: ExampleRun,
  stories: readonly Story[],
  { keep }: { readonly keep: boolean },
): Promise<ExampleStep[]> {
  await pushSourceReleases(run);
  const steps: ExampleStep[] = [];
  for (const story of stories) {
    const { tell, end } = TELLINGS[story];
    steps.push(...(await tell(run)));
    if (!keep) steps.push(...(await end(run)));
  }
  return steps;
}
