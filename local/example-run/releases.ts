import { SOURCE_REPOSITORY } from '../deployed.ts';
import { buildExampleImage, type ExampleImage } from '../image/example-image.ts';
import { pushImage } from '../image/push-image.ts';
import type { ExampleRun } from './run.ts';

/** Tags of images that are there before any example is. */
export const SOURCE_RELEASES = ['1', '2'] as const;

type Pushing = Pick<ExampleRun, 'account' | 'signal'>;

/** Pushes the releases of the examples' application, as its own pipeline would. */
export async function pushSourceReleases(run: Pushing & Pick<ExampleRun, 'progress'>): Promise<void> {
  await run.progress.step(
    `push the releases ${SOURCE_RELEASES.join(' and ')} of an application to ${SOURCE_REPOSITORY}`,
    async () => {
      let description = '';
      for (const release of SOURCE_RELEASES) {
        const example = buildExampleImage(release);
        await pushRelease(run, { repository: SOURCE_REPOSITORY, tag: release, example });
        description = example.description;
      }
      return description;
    },
    (description) => description,
  );
}

/** Pushes one image under a tag. */
export function pushRelease(
  { account, signal }: Pushing,
  push: { readonly repository: string; readonly tag: string; readonly example: ExampleImage },
): Promise<void> {
  const { repository, tag, example } = push;
  return pushImage(
    { registry: account.endpoint, repository, authorization: account.registryAuthorization, signal },
    tag,
    example.image,
  );
}
