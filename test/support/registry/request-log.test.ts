import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as send } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { buildImage } from '../images/image.ts';
import { storeImage } from '../images/push-image.ts';
import { type InMemoryRegistry, startInMemoryRegistry } from './in-memory-registry.ts';
import { type RawRequest, rawRequest, refusalCode } from './raw-request.ts';
import { digestOf, RegistryStore } from './registry-store.ts';

const IMAGE = buildImage({ layers: [1_000] });
const OCTETS = { 'content-type': 'application/octet-stream' };
const ACCEPT = { accept: IMAGE.root.mediaType };
const [CONFIG, LAYER] = IMAGE.blobs;
assert.ok(CONFIG && LAYER);

async function start(): Promise<InMemoryRegistry> {
  const store = new RegistryStore();
  storeImage(store, 'app', IMAGE, 'v1');
  store.createRepository('empty');
  return await startInMemoryRegistry({ store });
}

async function startUpload({ origin }: InMemoryRegistry): Promise<string> {
  const { headers } = await rawRequest('POST', `${origin}/v2/app/blobs/uploads/`);
  return headers.location ?? '';
}

describe('what a client does wrong is noted', () => {
  const WRONG: readonly [what: string, method: string, path: string, options: RawRequest, status: number][] =
    [
      ['is no address of the distribution API', 'GET', '/v2/_catalog', {}, 404],
      ['is no address of the distribution API', 'GET', '/v1/search', {}, 404],
      ['is no address of the distribution API', 'POST', '/v2/app/blobs/uploads', {}, 404],
      ["can't be meant: sha256:abc is no digest", 'GET', '/v2/app/blobs/sha256:abc', {}, 400],
      ["can't be meant: App is no repository name", 'GET', '/v2/App/manifests/v1', {}, 400],
      ["can't be meant: .v1 is no tag", 'GET', '/v2/app/manifests/.v1', {}, 404],
      ['is no method of this address', 'DELETE', `/v2/app/blobs/${LAYER.digest}`, {}, 405],
      ['is no method of this address', 'POST', '/v2/app/manifests/v1', {}, 405],
      ['has the unknown parameter ns', 'GET', '/v2/app/manifests/v1?ns=docker.io', { headers: ACCEPT }, 200],
      ['asks for a manifest without an Accept header', 'HEAD', '/v2/app/manifests/v1', {}, 404],
      [
        'puts a manifest with the Content-Type application/json',
        'PUT',
        '/v2/app/manifests/v2',
        { headers: { 'content-type': 'application/json' }, body: IMAGE.root.bytes },
        400,
      ],
      [
        `puts a manifest before ${CONFIG.digest} of ${CONFIG.bytes.length} bytes and ${LAYER.digest} of ${LAYER.bytes.length} bytes`,
        'PUT',
        '/v2/empty/manifests/v1',
        { headers: { 'content-type': IMAGE.root.mediaType }, body: IMAGE.root.bytes },
        400,
      ],
      [
        'sends content without saying what it is',
        'POST',
        '/v2/app/blobs/uploads/',
        { body: LAYER.bytes },
        202,
      ],
    ];
  for (const [what, method, path, options, status] of WRONG) {
    test(`${method} ${path.replaceAll(/sha256:\w+/g, 'a digest')} ${what.replaceAll(/sha256:\w+/g, 'a digest')}`, async () => {
      await using registry = await start();
      const answer = await rawRequest(method, registry.origin + path, options);
      assert.equal(answer.status, status);
      const [address] = path.split('?');
      assert.deepEqual(registry.violations, [`${method} ${address} at the registry ${what}`]);
    });
  }

  test('content of another type, and without its length', async () => {
    await using registry = await start();
    const url = `${await startUpload(registry)}&digest=${LAYER.digest}`;
    // Not by rawRequest, which always sends a length.
    const request = send(url, { method: 'PUT', headers: { 'transfer-encoding': 'chunked' }, agent: false });
    request.end(LAYER.bytes);
    const [response] = await once(request, 'response');
    response.resume();
    assert.equal(response.statusCode, 201);
    assert.deepEqual(
      registry.violations.map((text) => text.replace(/^.* at the registry /, '')),
      ['sends content with the Content-Type undefined', 'sends content without a Content-Length'],
    );
  });

  test('a chunk whose range and length differ', async () => {
    await using registry = await start();
    const headers = { ...OCTETS, 'content-range': '0-98' };
    const answer = await rawRequest('PATCH', await startUpload(registry), {
      headers,
      body: Buffer.alloc(100),
    });
    assert.equal(refusalCode(answer), 'SIZE_INVALID');
    assert.match(registry.violations[0] ?? '', /sends the Content-Range 0-98 with the Content-Length 100$/);
  });

  test('an upload that two requests use at once', async () => {
    await using registry = await start();
    const location = await startUpload(registry);
    const headers = { ...OCTETS, 'content-length': String(LAYER.bytes.length) };
    const slow = send(`${location}&digest=${LAYER.digest}`, { method: 'PUT', headers, agent: false });
    slow.write(LAYER.bytes.subarray(0, 10));
    await until(() => registry.requests.length === 2);
    const refused = await rawRequest('PATCH', location, { headers: OCTETS, body: LAYER.bytes });
    assert.equal(refusalCode(refused), 'BLOB_UPLOAD_INVALID');
    assert.match(registry.violations[0] ?? '', /uses an upload that another request is using$/);
    slow.end(LAYER.bytes.subarray(10));
    const [response] = await once(slow, 'response');
    response.resume();
    assert.equal(response.statusCode, 201);
  });
});

test('an upload that broke off keeps what came, so that starting over in it gives another digest', async () => {
  await using registry = await start();
  const bytes = Buffer.from('a blob that arrives in two parts');
  const location = `${await startUpload(registry)}&digest=${digestOf(bytes)}`;
  const headers = { ...OCTETS, 'content-length': String(bytes.length) };
  const broken = send(location, { method: 'PUT', headers, agent: false });
  broken.on('error', () => {});
  broken.write(bytes.subarray(0, 10));
  await until(() => registry.requests.length === 2);
  broken.destroy();
  const [upload] = registry.store.getRepository('app').uploads.values();
  await until(() => upload?.isBusy === false && upload.size > 0);
  const again = await rawRequest('PUT', location, { headers: OCTETS, body: bytes });
  assert.equal(refusalCode(again), 'DIGEST_INVALID');
  assert.equal(registry.requests[1]?.status, undefined);
  assert.deepEqual(registry.violations, []);
});

test('requests that are right leave nothing behind but themselves', async () => {
  await using registry = await start();
  await rawRequest('GET', `${registry.origin}/v2/app/manifests/v1`, { headers: ACCEPT });
  const [request] = registry.requests;
  assert.deepEqual(registry.violations, []);
  assert.equal(request?.role, 'registry');
  assert.equal(request?.method, 'GET');
  assert.equal(request?.path, '/v2/app/manifests/v1');
  assert.equal(request?.authorization, 'none');
  assert.equal(request?.receivedBytes, 0);
  assert.equal(request?.status, 200);
});

const POLL_MS = 5;
const MAX_POLLS = 2_000;

/** Waits for what another side does. */
async function until(isSo: () => boolean): Promise<void> {
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
    if (isSo()) return;
    await wait(POLL_MS);
  }
  assert.fail('it did not come to it');
}
