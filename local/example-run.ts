import { SERVICE_STACK } from './deployed.ts';
import { serviceContext } from './example-run/deployment.ts';
import { endImages, tellOfImages } from './example-run/image-story.ts';
import { endLayers, tellOfLayers } from './example-run/layer-story.ts';
import { endReleases, tellOfReleases } from './example-run/release-story.ts';
import { pushSourceReleases } from './example-run/releases.ts';
import { type ExampleRun, partOf, type RunPlace } from './example-run/run.ts';
import { endScaling, tellOfScaling } from './example-run/scaling-story.ts';
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
  scaling: { tell: tellOfScaling, end: endScaling },
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

/**
 * Tells the stories, all at the same time: the CDK CLI mostly waits. The first that fails ends the others.
 * @param keep Leaves the stacks of each in place.
 * @returns the steps of one story after the other.
 */
export async function tellStories(
  place: RunPlace,
  stories: readonly Story[],
  { keep }: { readonly keep: boolean },
): Promise<ExampleStep[]> {
  await pushSourceReleases(place);
  const failure = new AbortController();
  const signal = AbortSignal.any([place.signal, failure.signal]);
  let firstError: unknown;
  const told = stories.map(async (story) => {
    const { tell, end } = TELLINGS[story];
    const run = partOf({ ...place, signal }, story);
    try {
      const steps = await tell(run);
      return keep ? steps : [...steps, ...(await end(run))];
    } catch (error) {
      firstError ??= error;
      failure.abort();
      throw error;
    }
  });
  // None is at work any more when this ends: what it deployed may be removed then.
  const ends = await Promise.allSettled(told);
  if (failure.signal.aborted) throw firstError;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
}
