import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildImage, FORMATS } from '../images/image.ts';
import { buildIndex } from '../images/image-index.ts';
import { pullImage } from '../images/pull-image.ts';
import { pushImage, storeImage } from '../images/push-image.ts';
import {
  type InMemoryRegistry,
  type InMemoryRegistryOptions,
  startInMemoryRegistry,
} from './in-memory-registry.ts';
import { type RawAnswer, rawRequest, refusalCode } from './raw-request.ts';
import type { Quirk } from './registry-personality.ts';
import { digestOf, RegistryStore } from './registry-store.ts';

const IMAGE = buildImage({ layers: [1_000] });
const LOGIN = { username: 'u', password: 'p:w' };
const [BLOB] = IMAGE.blobs;
assert.ok(BLOB);
const BLOB_PATH = `/v2/app/blobs/${BLOB.digest}`;

/** A registry with IMAGE in `app` under `v1`. */
async function startWithImage(options: InMemoryRegistryOptions = {}): Promise<InMemoryRegistry> {
  const store = new RegistryStore();
  storeImage(store, 'app', IMAGE, 'v1');
  return await startInMemoryRegistry({ ...options, store });
}

async function readManifest({ origin }: InMemoryRegistry, reference = 'v1'): Promise<RawAnswer> {
  const headers = { accept: IMAGE.root.mediaType };
  return await rawRequest('GET', `${origin}/v2/app/manifests/${reference}`, { headers });
}

describe('an image', () => {
  const PERSONALITIES: Readonly<Record<string, InMemoryRegistryOptions>> = {
    'as Docker ships it': {},
    'with a login': { auth: { kind: 'basic', ...LOGIN } },
    'with tokens': { auth: { kind: 'bearer', login: LOGIN } },
    "with its blobs elsewhere, as a cloud's": { auth: { kind: 'basic', ...LOGIN }, redirectBlobs: true },
    "that is Amazon's": { ecr: true },
    'that is called otherwise': {
      auth: { kind: 'bearer', login: LOGIN },
      redirectBlobs: true,
      names: { registry: 'registry.example', realm: 'auth.example', storage: 'storage.example' },
    },
    'that names addresses without its host': { relativeLocations: true },
  };
  for (const [how, options] of Object.entries(PERSONALITIES)) {
    test(`goes into a registry ${how} and comes out the same`, async () => {
      await using registry = await startInMemoryRegistry(options);
      registry.store.createRepository('o/app');
      const image = buildIndex({ attestations: true, layers: [1_000], sharedLayerBytes: 500 });
      await pushImage(registry.address('o/app'), image, 'v1');
      assert.deepEqual(await pullImage(registry.address('o/app'), 'v1'), {
        root: image.root,
        manifests: image.manifests,
        blobs: image.blobs,
      });
      assert.deepEqual(registry.violations, []);
    });
  }
});

describe('its tags', () => {
  test('can be made immutable, and then take not even the same manifest again', async () => {
    await using registry = await startInMemoryRegistry({ immutable: true });
    await pushImage(registry.address('app'), IMAGE, 'v1');
    await assert.rejects(pushImage(registry.address('app'), IMAGE, 'v1'), /400 .*TAG_INVALID/);
    await pushImage(registry.address('app'), IMAGE);
    await pushImage(registry.address('app'), IMAGE, 'v2');
  });

  test('and manifests can be removed', async () => {
    await using registry = await startWithImage();
    const base = `${registry.origin}/v2/app/manifests`;
    assert.equal((await rawRequest('DELETE', `${base}/v1`)).status, 202);
    assert.equal((await readManifest(registry)).status, 404);
    assert.equal((await readManifest(registry, IMAGE.root.digest)).status, 200);
    assert.equal((await rawRequest('DELETE', `${base}/${IMAGE.root.digest}`)).status, 202);
    assert.equal((await readManifest(registry, IMAGE.root.digest)).status, 404);
  });

  test('are listed in pages', async () => {
    await using registry = await startWithImage();
    storeImage(registry.store, 'app', IMAGE, 'v2');
    const first = await rawRequest('GET', `${registry.origin}/v2/app/tags/list?n=1`);
    assert.deepEqual(JSON.parse(first.body.toString()).tags, ['v1']);
    const next = /<(.*)>; rel="next"/.exec(String(first.headers.link))?.[1] ?? '';
    const second = await rawRequest('GET', registry.origin + next);
    assert.deepEqual(JSON.parse(second.body.toString()).tags, ['v2']);
    assert.equal(second.headers.link, undefined);
  });
});

describe('blobs on another host', () => {
  test('are reached by a signed address, for a while, and not by another', async () => {
    let now = Date.now();
    await using registry = await startWithImage({ redirectBlobs: true, now: () => now });
    const { status, headers } = await rawRequest('GET', registry.origin + BLOB_PATH);
    assert.equal(status, 307);
    const location = headers.location ?? '';
    assert.equal(new URL(location).origin, registry.origins.storage);
    assert.ok((await rawRequest('GET', location)).body.equals(BLOB.bytes));
    const part = await rawRequest('GET', location, { headers: { range: 'bytes=0-9' } });
    assert.ok(part.body.equals(BLOB.bytes.subarray(0, 10)));
    assert.deepEqual(registry.violations, []);

    assert.equal((await rawRequest('GET', `${location}0`)).status, 403);
    assert.match(registry.violations.at(-1) ?? '', /has no valid signature$/);
    now += 3_600_000;
    assert.equal((await rawRequest('GET', location)).status, 403);
  });

  test('are refused to whoever brings the login there', async () => {
    await using registry = await startWithImage({ redirectBlobs: true });
    const { headers } = await rawRequest('GET', registry.origin + BLOB_PATH);
    const answer = await rawRequest('GET', headers.location ?? '', {
      headers: { authorization: 'Basic dTpw' },
    });
    assert.equal(answer.status, 400);
    assert.match(registry.violations[0] ?? '', /^GET \/blobs\/.* at the storage brings the registry login/);
  });

  test('have their sizes told in place', async () => {
    await using registry = await startWithImage({ redirectBlobs: true });
    const { status, headers } = await rawRequest('HEAD', registry.origin + BLOB_PATH);
    assert.equal(status, 200);
    assert.equal(headers['content-length'], String(BLOB.bytes.length));
  });
});

describe("Amazon ECR's ways", () => {
  const OCTETS = { 'content-type': 'application/octet-stream' };
  async function start(): Promise<{ registry: InMemoryRegistry; headers: Record<string, string> }> {
    const registry = await startWithImage({ ecr: true });
    const token = Buffer.from(`AWS:${registry.ecrTokens.issue().password}`).toString('base64');
    return { registry, headers: { ...OCTETS, authorization: `Basic ${token}` } };
  }
  async function startUpload(origin: string, headers: Record<string, string>): Promise<string> {
    const answer = await rawRequest('POST', `${origin}/v2/app/blobs/uploads/`, { headers });
    assert.equal(answer.status, 202);
    return answer.headers.location ?? '';
  }

  test("what comes after an upload's first chunk is dropped without a word", async () => {
    const { registry, headers } = await start();
    await using _ = registry;
    const location = await startUpload(registry.origin, headers);
    for (const text of ['one', 'two']) {
      const chunk = await rawRequest('PATCH', location, { headers, body: Buffer.from(text) });
      assert.equal(chunk.status, 202);
      assert.equal(chunk.headers.location, location);
    }
    const digest = digestOf(Buffer.from('onetwo'));
    const end = await rawRequest('PUT', `${location}?digest=${digest}`, { headers, body: Buffer.alloc(0) });
    assert.equal(refusalCode(end), 'DIGEST_INVALID');
  });

  test('an empty blob is refused', async () => {
    const { registry, headers } = await start();
    await using _ = registry;
    const location = await startUpload(registry.origin, headers);
    const body = Buffer.alloc(0);
    const end = await rawRequest('PUT', `${location}?digest=${digestOf(body)}`, { headers, body });
    assert.equal(end.status, 400);
    assert.equal(refusalCode(end), 'BLOB_UPLOAD_INVALID');
    assert.match(registry.violations[0] ?? '', /uploads an empty blob$/);
  });

  test('a repository must be there before a push', async () => {
    const { registry, headers } = await start();
    await using _ = registry;
    const answer = await rawRequest('POST', `${registry.origin}/v2/other/blobs/uploads/`, { headers });
    assert.equal(answer.status, 404);
    assert.equal(refusalCode(answer), 'NAME_UNKNOWN');
  });

  test('a blob of another repository is not mounted until the account allows it', async () => {
    for (const [mounts, status] of [
      [undefined, 202],
      [true, 201],
    ] as const) {
      await using registry = await startWithImage({
        ecr: true,
        auth: { kind: 'none' },
        ...(mounts !== undefined && { mounts }),
      });
      registry.store.createRepository('other');
      const path: string = `/v2/other/blobs/uploads/?mount=${BLOB.digest}&from=app`;
      assert.equal((await rawRequest('POST', registry.origin + path)).status, status);
    }
  });

  test('nothing is deleted through the registry', async () => {
    const { registry, headers } = await start();
    await using _ = registry;
    const answer = await rawRequest('DELETE', `${registry.origin}/v2/app/manifests/v1`, { headers });
    assert.equal(refusalCode(answer), 'UNSUPPORTED');
  });
});

describe('a rate limit', () => {
  test('refuses so many requests, and then no more', async () => {
    await using registry = await startWithImage({ rateLimit: { after: 1, times: 2, retryAfterSeconds: 3 } });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await readManifest(registry)).status);
    assert.deepEqual(statuses, [200, 429, 429, 200]);
    assert.deepEqual(
      registry.requests.map(({ status }) => status),
      statuses,
    );
  });

  test('says how long to wait', async () => {
    await using registry = await startWithImage({ rateLimit: { times: 1, retryAfterSeconds: 3 } });
    const answer = await readManifest(registry);
    assert.equal(answer.headers['retry-after'], '3');
    assert.equal(refusalCode(answer), 'TOOMANYREQUESTS');
  });
});

describe('a quirk', () => {
  const DIGEST = IMAGE.root.digest;
  const EFFECTS: Readonly<Record<Exclude<Quirk, 'damaged-blobs'>, (answer: RawAnswer) => void>> = {
    'schema-1-manifests': ({ headers, body }) => {
      assert.match(headers['content-type'] ?? '', /manifest\.v1\+prettyjws$/);
      assert.equal(JSON.parse(body.toString()).schemaVersion, 1);
    },
    'oversized-manifests': ({ body }) => assert.equal(body.length, 4 * 1024 * 1024 + 1),
    'wrong-content-digest': ({ headers, body }) => {
      assert.equal(digestOf(body), DIGEST);
      assert.notEqual(headers['docker-content-digest'], DIGEST);
    },
    'no-content-digest': ({ headers }) => assert.equal(headers['docker-content-digest'], undefined),
    'no-content-type': ({ headers }) => assert.equal(headers['content-type'], undefined),
    'damaged-manifests': ({ headers, body }) => {
      assert.equal(headers['docker-content-digest'], DIGEST);
      assert.notEqual(digestOf(body), DIGEST);
    },
  };
  for (const [quirk, check] of Object.entries(EFFECTS)) {
    test(`changes how a manifest is given: ${quirk}`, async () => {
      await using registry = await startWithImage({ quirks: [quirk as Quirk] });
      const answer = await readManifest(registry);
      assert.equal(answer.status, 200);
      check(answer);
    });
  }

  for (const redirectBlobs of [false, true]) {
    test(`damages blobs, ${redirectBlobs ? 'elsewhere' : 'in place'}, and a pull finds out`, async () => {
      await using registry = await startWithImage({ quirks: ['damaged-blobs'], redirectBlobs });
      await assert.rejects(pullImage(registry.address('app'), 'v1'), /has \d+ bytes and the digest/);
    });
  }
});

test('connections are told apart', async () => {
  await using registry = await startWithImage();
  await readManifest(registry);
  await readManifest(registry);
  assert.deepEqual(
    registry.requests.map(({ connection }) => connection),
    [1, 2],
  );
  assert.equal(registry.log.count('GET', /\/manifests\//), 2);
});

test('a manifest is only given in a type that is accepted', async () => {
  await using registry = await startWithImage();
  const url = `${registry.origin}/v2/app/manifests/v1`;
  for (const [accept, status] of [
    [FORMATS.docker.manifest, 404],
    [`${FORMATS.oci.index}, ${FORMATS.oci.manifest};q=0.5`, 200],
    ['*/*', 200],
  ] as const) {
    assert.equal((await rawRequest('GET', url, { headers: { accept } })).status, status, accept);
  }
});
