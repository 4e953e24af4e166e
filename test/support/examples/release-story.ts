import assert from 'node:assert/strict';
import { PLACEHOLDERS } from '../../../handlers/placeholder/digests.ts';
import type { Account } from '../../../local/account.ts';
import { runDeploytime } from '../../../local/deploytime-command.ts';
import { buildExampleImage } from '../../../local/image/example-image.ts';
import { pushImage } from '../../../local/image/push-image.ts';
import { removeImages } from '../../../local/repository.ts';
import type { Values } from './example-stack.ts';

const NEVER = new AbortController().signal;
const PLACEHOLDER_DIGEST = PLACEHOLDERS.at(-1)?.['linux/amd64'];
const RELEASE = 'v1';

/** Something that runs an image. */
export interface ImageRunner {
  readonly account: Account;
  /** The image that runs, by the stack's outputs. */
  readonly runningImage: (outputs: Values) => Promise<string | undefined>;
}

/** An example that follows what is released. */
export interface ReleasedExample extends ImageRunner {
  /** Deploys it with another DeploymentId. @returns its outputs. */
  readonly deploy: (deploymentId: string) => Promise<Values>;
  /** The physical ids of the resources, by their logical ids. */
  readonly resources: () => Promise<Values>;
}

/** Deploys it before anything is released, after a release, and once more with nothing new. @returns the outputs. */
export async function tellOfRelease(example: ReleasedExample): Promise<Values> {
  const first = await example.deploy('before-any-release');
  await assertUnreleased(example, first);

  const digest = await release(example.account, first);
  const second = await example.deploy('after-the-release');
  await assertReleased(example, second, digest);

  const before = await example.resources();
  assert.deepEqual(await example.deploy('nothing-new'), second);
  assert.deepEqual(await example.resources(), before);
  await assertRunning(example, second);
  return second;
}

/** It runs the placeholder. */
export async function assertUnreleased(runner: ImageRunner, outputs: Values): Promise<void> {
  const { FirstImageOrigin, Tag, Digest, ResolvedFrom } = outputs;
  assert.equal(FirstImageOrigin, 'placeholder');
  assert.deepEqual([Tag, Digest, ResolvedFrom], ['initial', PLACEHOLDER_DIGEST, 'default']);
  await assertRunning(runner, outputs);
}

/** It runs what was released. */
export async function assertReleased(runner: ImageRunner, outputs: Values, digest: string): Promise<void> {
  const { Tag, Digest, ResolvedFrom } = outputs;
  assert.deepEqual([Tag, Digest, ResolvedFrom], [RELEASE, digest, 'parameter']);
  await assertRunning(runner, outputs);
}

async function assertRunning({ account, runningImage }: ImageRunner, outputs: Values): Promise<void> {
  const { RepositoryName, Digest, ImageUri } = outputs;
  assert.equal(ImageUri, `${account.registryHost}/${RepositoryName}@${Digest}`);
  assert.equal(await runningImage(outputs), ImageUri);
}

/** As the application's pipeline does, with what the stack's outputs tell it. @returns the image's digest. */
export async function release(
  account: Account,
  { RepositoryName = '', ReleaseParameter = '' }: Values,
): Promise<string> {
  const { image } = buildExampleImage(RELEASE);
  await pushImage({ registry: account.endpoint, repository: RepositoryName }, RELEASE, image);
  const args = ['tag', RELEASE, '--parameter', ReleaseParameter, '--repository', RepositoryName];
  await runDeploytime(account, args, NEVER);
  return image.manifest.digest;
}

/** What was released would stop the stack's deletion: its owner removes it first. */
export function removeReleases(account: Account, { RepositoryName = '' }: Values): Promise<void> {
  return removeImages(account, RepositoryName, NEVER);
}
