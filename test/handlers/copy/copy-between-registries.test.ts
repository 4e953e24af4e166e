import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CopySummary, copyContent, resolveImage } from '../../../handlers/copy/copy-image.ts';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { parsePlatform } from '../../../handlers/oci/platform.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import { buildIndex } from '../../support/images/image-index.ts';
import { pullImage } from '../../support/images/pull-image.ts';
import { storeImage } from '../../support/images/push-image.ts';
import {
  type InMemoryRegistry,
  type InMemoryRegistryOptions,
  startInMemoryRegistry,
} from '../../support/registry/in-memory-registry.ts';
import type { Quirk } from '../../support/registry/registry-personality.ts';
import { instantTiming } from '../registry/scripted-registry.ts';

const INDEX = buildIndex({ attestations: true, layers: [1_000, 50_000], sharedLayerBytes: 3_000 });
const LOGIN = { username: 'u', password: 'p:w' };
const SOURCE_NAMES = { registry: 'registry.example', realm: 'auth.registry.example', storage: 'blobs.test' };
const ECR_NAMES = { registry: '111122223333.dkr.ecr.eu-west-1.amazonaws.com', storage: 's3.test' };
const ALL = 'all' as const;

/** `o/app:v1` of the source and an empty repository `app` of the destination. */
async function start(
  options: InMemoryRegistryOptions,
  destinationOptions: InMemoryRegistryOptions = { ecr: true },
): Promise<{ source: InMemoryRegistry; destination: InMemoryRegistry }> {
  const source = await startInMemoryRegistry({ names: SOURCE_NAMES, ...options });
  const destination = await startInMemoryRegistry({ names: ECR_NAMES, ...destinationOptions });
  storeImage(source.store, 'o/app', INDEX, 'v1');
  destination.store.createRepository('app');
  return { source, destination };
}

function open(
  registry: InMemoryRegistry,
  repository: string,
  role: 'source' | 'destination',
  outbound: Outbound,
) {
  const { login } = registry.address(repository);
  return new RemoteRepository({
    registry: registry.host,
    repository,
    role,
    outbound,
    credentials: { find: async () => login },
    timing: instantTiming(),
  });
}

async function copy(
  source: InMemoryRegistry,
  destination: InMemoryRegistry,
  platform: 'all' | 'linux/arm64',
  repository = 'o/app',
): Promise<CopySummary> {
  const outbound = new Outbound({
    redirectedHosts: new Map([...source.redirectedHosts, ...destination.redirectedHosts]),
  });
  try {
    const from = open(source, repository, 'source', outbound);
    const to = open(destination, 'app', 'destination', outbound);
    const image = await resolveImage({
      source: from,
      reference: 'v1',
      platform: platform === ALL ? ALL : parsePlatform(platform),
    });
    const summary = await copyContent({ source: from, destination: to, image });
    await to.pushManifest('v1', image.root);
    return summary;
  } finally {
    await outbound.close();
  }
}

describe('from a registry', () => {
  const SOURCES: Readonly<Record<string, InMemoryRegistryOptions>> = {
    'without a login': {},
    'with a login': { auth: { kind: 'basic', ...LOGIN } },
    'with tokens for a login': { auth: { kind: 'bearer', login: LOGIN } },
    'with tokens for anybody, and its blobs elsewhere': {
      auth: { kind: 'bearer', anonymousPull: true },
      redirectBlobs: true,
    },
    'with tokens that last a second': {
      auth: { kind: 'bearer', login: LOGIN, tokenSeconds: 1 },
      redirectBlobs: true,
    },
    'that is rate limited': { rateLimit: { after: 3, times: 2, retryAfterSeconds: 1 } },
  };
  for (const [how, options] of Object.entries(SOURCES)) {
    test(`${how}, everything comes to ECR as it was`, async () => {
      const { source, destination } = await start(options);
      await using _ = source;
      await using __ = destination;
      const summary = await copy(source, destination, ALL);
      assert.deepEqual(summary.blobs, { present: 0, mounted: 0, copied: INDEX.blobs.length });
      assert.deepEqual(await pullImage(destination.address('app'), 'v1'), {
        root: INDEX.root,
        manifests: INDEX.manifests,
        blobs: INDEX.blobs,
      });
      assert.deepEqual([...source.violations, ...destination.violations], []);
      assert.equal(destination.log.count('PUT', /\/blobs\/uploads\//), INDEX.blobs.length);
      assert.equal(destination.log.count('PATCH', /./), 0);
    });
  }

  const DESTINATIONS: Readonly<Record<string, InMemoryRegistryOptions>> = {
    'that names addresses without its host': { ecr: true, relativeLocations: true },
    'with an address for each step of an upload, and tokens': {
      auth: { kind: 'bearer', login: LOGIN },
      names: { registry: 'other.example', realm: 'auth.other.example' },
    },
    'that is rate limited': { ecr: true, rateLimit: { after: 5, times: 2 } },
  };
  for (const [how, options] of Object.entries(DESTINATIONS)) {
    test(`everything comes to one ${how}`, async () => {
      const { source, destination } = await start({}, options);
      await using _ = source;
      await using __ = destination;
      await copy(source, destination, ALL);
      assert.equal((await pullImage(destination.address('app'), 'v1')).blobs.length, INDEX.blobs.length);
      assert.deepEqual([...source.violations, ...destination.violations], []);
    });
  }

  test('one platform comes alone', async () => {
    const { source, destination } = await start({});
    await using _ = source;
    await using __ = destination;
    await copy(source, destination, 'linux/arm64');
    const { root } = await pullImage(destination.address('app'), 'v1');
    assert.equal(root.digest, INDEX.images[1]?.root.digest);
    assert.deepEqual([...source.violations, ...destination.violations], []);
  });

  test('the second time nothing is uploaded', async () => {
    const { source, destination } = await start({});
    await using _ = source;
    await using __ = destination;
    await copy(source, destination, ALL);
    const uploads = destination.log.count('POST', /./);
    await copy(source, destination, ALL);
    assert.equal(destination.log.count('POST', /./), uploads);
  });
});

describe('within ECR', () => {
  for (const mounts of [true, false]) {
    test(`blobs are ${mounts ? 'mounted' : 'copied where mounting is off'}`, async () => {
      await using registry = await startInMemoryRegistry({ ecr: true, names: ECR_NAMES, mounts });
      storeImage(registry.store, 'base', INDEX, 'v1');
      registry.store.createRepository('app');
      const { blobs } = await copy(registry, registry, ALL, 'base');
      assert.equal(mounts ? blobs.mounted : blobs.copied, INDEX.blobs.length);
      assert.deepEqual(registry.violations, []);
      // A session that a refused mount opened is used, so there is one for each blob.
      assert.equal(registry.log.count('POST', /./), INDEX.blobs.length);
    });
  }
});

describe('a source that answers wrong', () => {
  const OUTCOMES: Readonly<Partial<Record<Quirk, RegExp>>> = {
    'schema-1-manifests': /schema 1/,
    'oversized-manifests': /4194304/,
    'wrong-content-digest': /digest/,
    'damaged-manifests': /digest/,
    'damaged-blobs': /digest/,
  };
  for (const [quirk, message] of Object.entries(OUTCOMES)) {
    test(`brings nothing under the tag: ${quirk}`, async () => {
      const { source, destination } = await start({ quirks: [quirk as Quirk] });
      await using _ = source;
      await using __ = destination;
      await assert.rejects(copy(source, destination, ALL), { message });
      assert.equal(destination.store.getRepository('app').manifests.size, 0);
    });
  }

  for (const quirk of ['no-content-digest', 'no-content-type'] as const) {
    test(`is no worse for what it leaves out: ${quirk}`, async () => {
      const { source, destination } = await start({ quirks: [quirk] });
      await using _ = source;
      await using __ = destination;
      await copy(source, destination, ALL);
      assert.equal((await pullImage(destination.address('app'), 'v1')).root.digest, INDEX.root.digest);
    });
  }
});
