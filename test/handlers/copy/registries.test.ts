import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Outbound } from '../../../handlers/network/outbound.ts';
import type { Login } from '../../../handlers/registry/credentials.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import { DEFAULT_RETRY_POLICY } from '../../../handlers/registry/retry-policy.ts';
import { buildImage, type Image, type ImageFormat } from '../../support/images/image.ts';
import { buildIndex } from '../../support/images/image-index.ts';
import { pullImage } from '../../support/images/pull-image.ts';
import { storeImage } from '../../support/images/push-image.ts';
import {
  type InMemoryRegistry,
  type InMemoryRegistryOptions,
  startInMemoryRegistry,
} from '../../support/registry/in-memory-registry.ts';
import { instantTiming } from '../registry/scripted-registry.ts';
import { copyWhole, LINUX_AMD64, LINUX_ARM64 } from './copy-whole.ts';

const LOGIN: Login = { username: 'somebody', password: 'secret' };
const SOURCE_NAMES = {
  registry: 'registry.source.example',
  realm: 'auth.source.example',
  storage: 'storage.elsewhere.test',
};

/** Two registries, and a way out that reaches both. */
async function startStage(
  sourceOptions: InMemoryRegistryOptions = {},
  destinationOptions: InMemoryRegistryOptions = {},
) {
  const source = await startInMemoryRegistry({ names: SOURCE_NAMES, ...sourceOptions });
  const destination = await startInMemoryRegistry(destinationOptions);
  const outbound = new Outbound({
    redirectedHosts: new Map([...source.redirectedHosts, ...destination.redirectedHosts]),
  });
  const open = (
    registry: InMemoryRegistry,
    role: 'source' | 'destination',
    login?: Login,
    repository = 'app',
  ) =>
    new RemoteRepository({
      registry: registry.host,
      repository,
      role,
      outbound,
      credentials: { find: async () => login },
      retryPolicy: DEFAULT_RETRY_POLICY,
      timing: instantTiming(),
    });
  return {
    source,
    destination,
    openSource: (login?: Login, repository?: string) => open(source, 'source', login, repository),
    openDestination: (login?: Login, repository?: string) =>
      open(destination, 'destination', login, repository),
    async [Symbol.asyncDispose]() {
      await outbound.close();
      await source.close();
      await destination.close();
    },
  };
}

async function assertCopied(registry: InMemoryRegistry, expected: Image, repository = 'app'): Promise<void> {
  const copied = await pullImage(registry.address(repository), 'latest');
  assert.equal(copied.root.digest, expected.root.digest);
  const digests = ({ blobs, manifests }: Image) =>
    [...blobs, ...manifests].map(({ digest }) => digest).sort();
  assert.deepEqual(digests(copied), digests(expected));
}

const AUTHENTICATION: readonly [how: string, options: InMemoryRegistryOptions, login: Login | undefined][] = [
  ['without a login', {}, undefined],
  ['with a basic login', { auth: { kind: 'basic', ...LOGIN } }, LOGIN],
  ['with a token for a login', { auth: { kind: 'bearer', login: LOGIN } }, LOGIN],
  ['with a token for anybody', { auth: { kind: 'bearer', anonymousPull: true } }, undefined],
  [
    'with tokens that hardly live',
    { auth: { kind: 'bearer', login: LOGIN, tokenSeconds: 11 }, redirectBlobs: true },
    LOGIN,
  ],
  ['with blobs elsewhere', { auth: { kind: 'basic', ...LOGIN }, redirectBlobs: true }, LOGIN],
];

for (const format of ['oci', 'docker'] satisfies ImageFormat[]) {
  for (const [how, options, login] of AUTHENTICATION) {
    test(`an image (${format}) is copied ${how}`, async () => {
      await using stage = await startStage(options);
      const image = buildImage({ format });
      storeImage(stage.source.store, 'app', image, 'latest');
      await copyWhole({
        source: stage.openSource(login),
        destination: stage.openDestination(),
        platform: LINUX_AMD64,
      });
      await assertCopied(stage.destination, image);
      assert.deepEqual([...stage.source.violations, ...stage.destination.violations], []);
    });
  }

  test(`a whole index (${format}) is copied with its attestations, and keeps its digest`, async () => {
    await using stage = await startStage();
    const index = buildIndex({ format, attestations: true, sharedLayerBytes: 5_000 });
    storeImage(stage.source.store, 'app', index, 'latest');
    const summary = await copyWhole({
      source: stage.openSource(),
      destination: stage.openDestination(),
      platform: 'all',
    });
    assert.equal(summary.blobs.copied, index.blobs.length);
    await assertCopied(stage.destination, index);
    assert.deepEqual([...stage.source.violations, ...stage.destination.violations], []);
  });

  test(`one platform of an index (${format}) is copied, and nothing else`, async () => {
    await using stage = await startStage();
    const index = buildIndex({ format, attestations: true });
    storeImage(stage.source.store, 'app', index, 'latest');
    await copyWhole({
      source: stage.openSource(),
      destination: stage.openDestination(),
      platform: LINUX_ARM64,
    });
    const [, arm64] = index.images;
    assert.ok(arm64);
    await assertCopied(stage.destination, arm64);
    assert.equal(stage.destination.log.count('PUT', /\/blobs\/uploads\//), arm64.blobs.length);
  });
}

describe('a destination that behaves as Amazon ECR', () => {
  const NAMES = { registry: '111122223333.dkr.ecr.eu-west-1.amazonaws.com' };

  async function startEcrStage(options: InMemoryRegistryOptions = {}) {
    const stage = await startStage({}, { ecr: true, names: NAMES, ...options });
    const image = buildImage();
    storeImage(stage.source.store, 'app', image, 'latest');
    const login = (): Login => ({ username: 'AWS', password: stage.destination.ecrTokens.issue().password });
    return { stage, image, login };
  }

  test('takes an image, in one upload a blob', async () => {
    const { stage, image, login } = await startEcrStage();
    await using _ = stage;
    stage.destination.store.createRepository('app');
    await copyWhole({
      source: stage.openSource(),
      destination: stage.openDestination(login()),
      platform: LINUX_AMD64,
    });
    await assertCopied(stage.destination, image);
    assert.equal(stage.destination.log.count('PATCH', /./), 0);
    assert.deepEqual(stage.destination.violations, []);
  });

  test('says that a repository is not there', async () => {
    const { stage, login } = await startEcrStage();
    await using _ = stage;
    const copy = copyWhole({
      source: stage.openSource(),
      destination: stage.openDestination(login()),
      platform: LINUX_AMD64,
    });
    await assert.rejects(copy, { code: 'NotFound', message: /^Destination .*NAME_UNKNOWN/ });
  });

  test('keeps an immutable tag, unless it has this very image', async () => {
    const { stage, image, login } = await startEcrStage();
    await using _ = stage;
    stage.destination.store.createRepository('app', { immutable: true });
    const copy = () =>
      copyWhole({
        source: stage.openSource(),
        destination: stage.openDestination(login()),
        platform: LINUX_AMD64,
      });
    await copy();
    await copy();
    const other = buildImage({ seed: 'another' });
    storeImage(stage.source.store, 'app', other, 'latest');
    await assert.rejects(copy(), { code: 'AlreadyExists', message: /the repository's tags are immutable$/ });
    await assertCopied(stage.destination, image);
  });

  test('that lets blobs be mounted gets none of them sent', async () => {
    const { stage, image, login } = await startEcrStage({ mounts: true });
    await using _ = stage;
    storeImage(stage.destination.store, 'base', image, 'latest');
    stage.destination.store.createRepository('app');
    const { blobs } = await copyWhole({
      source: stage.openDestination(login(), 'base'),
      destination: stage.openDestination(login()),
      platform: 'all',
    });
    assert.deepEqual(blobs, { present: 0, mounted: image.blobs.length, copied: 0 });
    await assertCopied(stage.destination, image);
  });

  test('that mounts nothing gets them sent in the sessions it gives', async () => {
    const { stage, image, login } = await startEcrStage({ mounts: false });
    await using _ = stage;
    storeImage(stage.destination.store, 'base', image, 'latest');
    stage.destination.store.createRepository('app');
    const { blobs } = await copyWhole({
      source: stage.openDestination(login(), 'base'),
      destination: stage.openDestination(login()),
      platform: 'all',
    });
    assert.deepEqual(blobs, { present: 0, mounted: 0, copied: image.blobs.length });
    assert.equal(stage.destination.log.count('POST', /uploads/), image.blobs.length);
    await assertCopied(stage.destination, image);
  });
});

describe('a source that answers wrong', () => {
  const WRONG: readonly [
    quirk: NonNullable<InMemoryRegistryOptions['quirks']>[number],
    code: string,
    why: RegExp,
  ][] = [
    ['schema-1-manifests', 'InvalidRequest', /schema 1/],
    ['oversized-manifests', 'ServiceLimitExceeded', /more than the 4194304 bytes allowed/],
    ['wrong-content-digest', 'GeneralServiceException', /the content has the digest/],
    ['damaged-manifests', 'GeneralServiceException', /the content has the digest|no JSON/],
    ['damaged-blobs', 'GeneralServiceException', /the content has the digest/],
  ];
  for (const [quirk, code, why] of WRONG) {
    test(`(${quirk}) is refused in one clear sentence, and nothing comes under the tag`, async () => {
      await using stage = await startStage({ quirks: [quirk] });
      storeImage(stage.source.store, 'app', buildImage(), 'latest');
      const copy = copyWhole({
        source: stage.openSource(),
        destination: stage.openDestination(),
        platform: 'all',
      });
      await assert.rejects(copy, (error: Error) => {
        assert.match(error.message, /^Source registry.source.example\/app: /);
        assert.match(error.message, why);
        assert.equal('code' in error && error.code, code);
        return true;
      });
      await assert.rejects(pullImage(stage.destination.address('app'), 'latest'));
    });
  }

  for (const quirk of ['no-content-digest', 'no-content-type'] as const) {
    test(`(${quirk}) is understood all the same`, async () => {
      await using stage = await startStage({ quirks: [quirk] });
      const index = buildIndex();
      storeImage(stage.source.store, 'app', index, 'latest');
      await copyWhole({ source: stage.openSource(), destination: stage.openDestination(), platform: 'all' });
      await assertCopied(stage.destination, index);
    });
  }

  test('with 429 for a while is waited for', async () => {
    await using stage = await startStage({ rateLimit: { after: 1, times: 3, retryAfterSeconds: 2 } });
    const image = buildImage();
    storeImage(stage.source.store, 'app', image, 'latest');
    await copyWhole({
      source: stage.openSource(),
      destination: stage.openDestination(),
      platform: LINUX_AMD64,
    });
    await assertCopied(stage.destination, image);
  });
});

test('connections are used again', async () => {
  await using stage = await startStage();
  storeImage(
    stage.source.store,
    'app',
    buildImage({ layers: Array.from({ length: 12 }, () => 3_000) }),
    'latest',
  );
  await copyWhole({
    source: stage.openSource(),
    destination: stage.openDestination(),
    platform: LINUX_AMD64,
  });
  for (const { requests } of [stage.source, stage.destination]) {
    const connections = new Set(requests.map(({ connection }) => connection)).size;
    // As many as run at the same time, and a few that are not free yet when the next request comes.
    assert.ok(connections <= 8, `${requests.length} requests on ${connections} connections`);
  }
});
