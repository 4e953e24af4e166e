import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  ImageNotFoundException,
  RepositoryNotFoundException,
  type ImageIdentifier as SdkImageIdentifier,
} from '@aws-sdk/client-ecr';
import { MANIFEST_TYPES, OCI_INDEX, OCI_MANIFEST } from './manifest-document.ts';
import { digestOf } from './registry-store.ts';

/** An ECR API with what a test needs beside it. */
export interface EcrUnderTest {
  readonly client: ECRClient;
  readonly accountId: string;
  createRepository(name: string): Promise<void>;
  /** Puts a manifest there, whose content need not be. */
  putImage(repositoryName: string, manifest: string, mediaType: string, tag?: string): Promise<void>;
}

/** What a server is known not to do as AWS does, by the test that would show it, with the reason. */
export type KnownDifferences = Readonly<Partial<Record<EcrSuiteTest, string>>>;

/**
 * What ECR's API reference says of the actions that this project calls, through the SDK's own client.
 * Held over our strict stand-in and over independent ones, so that ours is no opinion.
 * @param open Called once for each test.
 */
export function testEcrApi(
  name: string,
  open: (context: TestContext) => Promise<EcrUnderTest>,
  differences: KnownDifferences = {},
): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(TESTS) as [EcrSuiteTest, Check][]) {
      const difference = differences[title];
      if (difference === undefined) test(title, async (context) => check(await open(context)));
      else {
        // Held too: a difference that is gone is to be taken from the list.
        test(`${title}: not here, ${difference}`, async (context) => {
          const ecr = await open(context);
          await assert.rejects(() => check(ecr), assert.AssertionError);
        });
      }
    }
  });
}

type Check = (ecr: EcrUnderTest) => Promise<void>;
export type EcrSuiteTest = keyof typeof TESTS;

const REPOSITORY = 'team/app';
const ONE = manifestOf('one');
const OTHER = manifestOf('other');

const TESTS = {
  'an image is found by its tag, byte for byte': async (ecr) => {
    await prepare(ecr, [[ONE, 'v1']]);
    const { images, failures } = await get(ecr, { imageTag: 'v1' });
    assert.deepEqual(failures, []);
    assert.equal(images?.length, 1);
    const image = images?.[0];
    assert.equal(image?.imageManifest, ONE);
    assert.equal(image?.imageManifestMediaType, OCI_MANIFEST);
    assert.deepEqual(image?.imageId, { imageDigest: digestOfText(ONE), imageTag: 'v1' });
    assert.equal(image?.registryId, ecr.accountId);
    assert.equal(image?.repositoryName, REPOSITORY);
  },

  'an image is found by its digest': async (ecr) => {
    await prepare(ecr, [[ONE, 'v1']]);
    const { images } = await get(ecr, { imageDigest: digestOfText(ONE) });
    assert.deepEqual(
      images?.map(({ imageManifest }) => imageManifest),
      [ONE],
    );
  },

  'a tag that is not there is a failure in an answer': async (ecr) => {
    await prepare(ecr, [[ONE, 'v1']]);
    const { images, failures } = await get(ecr, { imageTag: 'v2' }, { imageTag: 'v1' });
    assert.equal(images?.length, 1);
    assert.deepEqual(
      failures?.map(({ failureCode, imageId }) => [failureCode, imageId?.imageTag]),
      [['ImageNotFound', 'v2']],
    );
  },

  'a repository that is not there is an exception, whatever is asked': async (ecr) => {
    const input = { repositoryName: 'no/such', imageIds: [{ imageTag: 'v1' }] };
    for (const command of [
      new BatchGetImageCommand(input),
      new BatchDeleteImageCommand(input),
      new DescribeImagesCommand(input),
      new DescribeRepositoriesCommand({ repositoryNames: ['no/such'] }),
    ]) {
      // The client takes each of them; their common type it does not name.
      const sent = ecr.client.send(command as BatchGetImageCommand);
      await assert.rejects(sent, RepositoryNotFoundException, command.constructor.name);
    }
  },

  'one of several tags is taken away, and the image stays': async (ecr) => {
    await prepare(ecr, [
      [ONE, 'v1'],
      [ONE, 'v2'],
    ]);
    const { imageIds } = await remove(ecr, { imageTag: 'v1' });
    assert.deepEqual(imageIds, [{ imageDigest: digestOfText(ONE), imageTag: 'v1' }]);
    assert.deepEqual(await tagsOf(ecr, ONE), ['v2']);
  },

  'the last tag takes its image along': async (ecr) => {
    await prepare(ecr, [[ONE, 'v1']]);
    await remove(ecr, { imageTag: 'v1' });
    assert.equal(await tagsOf(ecr, ONE), undefined);
  },

  'a digest means the image with all of its tags': async (ecr) => {
    await prepare(ecr, [
      [ONE, 'v1'],
      [ONE, 'v2'],
      [OTHER, 'other'],
    ]);
    const { imageIds } = await remove(ecr, { imageDigest: digestOfText(ONE) });
    assert.deepEqual(imageIds?.map(({ imageTag }) => imageTag).sort(), ['v1', 'v2']);
    assert.equal(await tagsOf(ecr, ONE), undefined);
    assert.deepEqual(await tagsOf(ecr, OTHER), ['other']);
  },

  'tag and digest that agree mean the image with all of its tags': async (ecr) => {
    await prepare(ecr, [
      [ONE, 'v1'],
      [ONE, 'v2'],
    ]);
    await remove(ecr, { imageTag: 'v1', imageDigest: digestOfText(ONE) });
    assert.equal(await tagsOf(ecr, ONE), undefined);
  },

  'tag and digest that do not agree remove nothing': async (ecr) => {
    await prepare(ecr, [
      [ONE, 'v1'],
      [OTHER, 'other'],
    ]);
    const { imageIds, failures } = await remove(ecr, { imageTag: 'v1', imageDigest: digestOfText(OTHER) });
    assert.deepEqual(imageIds, []);
    assert.equal(failures?.length, 1);
    assert.deepEqual(await tagsOf(ecr, ONE), ['v1']);
    assert.deepEqual(await tagsOf(ecr, OTHER), ['other']);
  },

  'tag and digest that do not agree are told apart from what is not there': async (ecr) => {
    await prepare(ecr, [
      [ONE, 'v1'],
      [OTHER, 'other'],
    ]);
    const { failures } = await remove(
      ecr,
      { imageTag: 'v1', imageDigest: digestOfText(OTHER) },
      { imageTag: 'gone' },
    );
    assert.deepEqual(
      failures?.map(({ failureCode }) => failureCode),
      ['ImageTagDoesNotMatchDigest', 'ImageNotFound'],
    );
  },

  'an image that an index holds stays, with its last tag': async (ecr) => {
    await prepare(ecr, [[ONE, 'v1']]);
    await ecr.putImage(REPOSITORY, indexOf(ONE), OCI_INDEX, 'all');
    for (const imageId of [{ imageTag: 'v1' }, { imageDigest: digestOfText(ONE) }]) {
      const { imageIds, failures } = await remove(ecr, imageId);
      assert.deepEqual(imageIds, []);
      assert.equal(failures?.[0]?.failureCode, 'ImageReferencedByManifestList');
      assert.deepEqual(await tagsOf(ecr, ONE), ['v1']);
    }
    await remove(ecr, { imageTag: 'all' });
    await remove(ecr, { imageTag: 'v1' });
    assert.equal(await tagsOf(ecr, ONE), undefined);
  },

  'neither tag nor digest is a failure': async (ecr) => {
    await prepare(ecr, [[ONE, 'v1']]);
    const { failures } = await remove(ecr, {});
    assert.equal(failures?.[0]?.failureCode, 'MissingDigestAndTag');
  },

  'images are described with their tags': async (ecr) => {
    await prepare(ecr, [
      [ONE, 'v1'],
      [ONE, 'v2'],
    ]);
    const { imageDetails } = await ecr.client.send(
      new DescribeImagesCommand({ repositoryName: REPOSITORY, imageIds: [{ imageTag: 'v2' }] }),
    );
    assert.equal(imageDetails?.length, 1);
    const detail = imageDetails?.[0];
    assert.equal(detail?.imageDigest, digestOfText(ONE));
    assert.equal(detail?.repositoryName, REPOSITORY);
    assert.deepEqual(detail?.imageTags?.toSorted(), ['v1', 'v2']);
    assert.equal(detail?.imageManifestMediaType, OCI_MANIFEST);
    assert.ok(detail?.imagePushedAt instanceof Date);
    assert.ok(Math.abs(Date.now() - detail.imagePushedAt.getTime()) < 24 * 60 * 60 * 1000);
  },

  'a tag that moves leaves its image without one': async (ecr) => {
    await prepare(ecr, [
      [ONE, 'v1'],
      [OTHER, 'v1'],
    ]);
    assert.deepEqual(await tagsOf(ecr, ONE), []);
    assert.deepEqual(await tagsOf(ecr, OTHER), ['v1']);
  },

  'a description fails whole for one image that is not there': async (ecr) => {
    await prepare(ecr, [[ONE, 'v1']]);
    const imageIds = [{ imageTag: 'v1' }, { imageDigest: digestOfText(OTHER) }];
    await assert.rejects(
      ecr.client.send(new DescribeImagesCommand({ repositoryName: REPOSITORY, imageIds })),
      ImageNotFoundException,
    );
  },

  'repositories are described': async (ecr) => {
    await ecr.createRepository(REPOSITORY);
    const { repositories } = await ecr.client.send(
      new DescribeRepositoriesCommand({ repositoryNames: [REPOSITORY] }),
    );
    const [repository] = repositories ?? [];
    assert.equal(repository?.repositoryName, REPOSITORY);
    assert.equal(repository?.registryId, ecr.accountId);
    assert.match(
      repository?.repositoryUri ?? '',
      /^[0-9]{12}\.dkr\.ecr\.us-east-1\.amazonaws\.com\/team\/app$/,
    );
    assert.equal(repository?.imageTagMutability, 'MUTABLE');
  },

  'a login is given, for the registry of the account and Region': async (ecr) => {
    const { authorizationData } = await ecr.client.send(new GetAuthorizationTokenCommand({}));
    const [login] = authorizationData ?? [];
    assert.match(Buffer.from(login?.authorizationToken ?? '', 'base64').toString(), /^AWS:.+/);
    assert.equal(login?.proxyEndpoint, `https://${ecr.accountId}.dkr.ecr.us-east-1.amazonaws.com`);
    assert.ok(login?.expiresAt instanceof Date && login.expiresAt.getTime() > Date.now());
  },
} satisfies Record<string, Check>;

async function prepare(
  ecr: EcrUnderTest,
  images: readonly (readonly [manifest: string, tag: string])[],
): Promise<void> {
  await ecr.createRepository(REPOSITORY);
  for (const [manifest, tag] of images) await ecr.putImage(REPOSITORY, manifest, OCI_MANIFEST, tag);
}

function get({ client }: EcrUnderTest, ...imageIds: SdkImageIdentifier[]) {
  const acceptedMediaTypes = [...MANIFEST_TYPES];
  return client.send(new BatchGetImageCommand({ repositoryName: REPOSITORY, imageIds, acceptedMediaTypes }));
}

function remove({ client }: EcrUnderTest, ...imageIds: SdkImageIdentifier[]) {
  return client.send(new BatchDeleteImageCommand({ repositoryName: REPOSITORY, imageIds }));
}

/** Undefined where the image is not there. */
async function tagsOf({ client }: EcrUnderTest, manifest: string): Promise<readonly string[] | undefined> {
  const imageDigest = digestOfText(manifest);
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: REPOSITORY }));
  const detail = imageDetails?.find((one) => one.imageDigest === imageDigest);
  return detail === undefined ? undefined : (detail.imageTags ?? []).toSorted();
}

function manifestOf(seed: string): string {
  const descriptor = (mediaType: string) => ({
    mediaType: `application/vnd.oci.image.${mediaType}`,
    digest: digestOfText(`${seed} ${mediaType}`),
    size: seed.length,
  });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor('config.v1+json'),
    layers: [descriptor('layer.v1.tar+gzip')],
  });
}

function indexOf(...manifests: readonly string[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: manifests.map((manifest) => ({
      mediaType: OCI_MANIFEST,
      digest: digestOfText(manifest),
      size: Buffer.byteLength(manifest),
      platform: { os: 'linux', architecture: 'amd64' },
    })),
  });
}

function digestOfText(text: string): string {
  return digestOf(Buffer.from(text));
}
