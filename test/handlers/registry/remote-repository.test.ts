import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { digestOf } from '../../../handlers/oci/digest.ts';
import { MANIFEST_ACCEPT, OCI_INDEX } from '../../../handlers/oci/media-type.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import type { ManifestContent } from '../../../handlers/registry/repository.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../../handlers/registry/retry-policy.ts';
import {
  instantTiming,
  type ScriptedAnswer,
  type ScriptedRegistry,
  SINGLE_TRY,
  startScriptedRegistry,
} from './scripted-registry.ts';

const BYTES = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }));
const DIGEST = digestOf(BYTES);
const MANIFEST: ScriptedAnswer = { status: 200, headers: { 'content-type': OCI_INDEX }, body: BYTES };
const CONTENT: ManifestContent = {
  descriptor: { mediaType: OCI_INDEX, digest: DIGEST, size: BYTES.byteLength },
  bytes: BYTES,
  manifest: { kind: 'index', mediaType: OCI_INDEX, manifests: [] },
};
const LAYER = Buffer.alloc(300_000, 'layer');
const BLOB = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: digestOf(LAYER),
  size: LAYER.byteLength,
};
const refused = (status: number, code: string, message = ''): ScriptedAnswer => ({
  status,
  body: JSON.stringify({ errors: [{ code, message }] }),
});

function open(
  { outbound }: ScriptedRegistry,
  role: 'source' | 'destination' = 'source',
  retryPolicy: RetryPolicy = DEFAULT_RETRY_POLICY,
  timing = instantTiming(),
): RemoteRepository {
  return new RemoteRepository({
    registry: 'registry.example',
    repository: 'o/app',
    role,
    outbound,
    credentials: { find: async () => ({ username: 'u', password: 'p' }) },
    retryPolicy,
    timing,
  });
}
const openLayer = async () => Readable.from([LAYER.subarray(0, 1_000), LAYER.subarray(1_000)]);

describe('a manifest', () => {
  test('is asked for in every type we read, and comes with its digest', async () => {
    await using registry = await startScriptedRegistry(() => MANIFEST);
    const content = await open(registry).getManifest('v1');
    assert.deepEqual(content, CONTENT);
    assert.equal(registry.requests[0]?.headers.accept, MANIFEST_ACCEPT);
  });

  test('that is not of the digest asked for is refused, after one more try', async () => {
    await using registry = await startScriptedRegistry(() => MANIFEST);
    const other = `sha256:${'0'.repeat(64)}`;
    await assert.rejects(open(registry).getManifest(other), {
      message: new RegExp(`the content has the digest ${DIGEST} instead of ${other} \\(tried 2 times\\)`),
    });
  });

  test("that is not of its registry's digest is refused", async () => {
    await using registry = await startScriptedRegistry(() => ({
      ...MANIFEST,
      headers: { 'content-type': OCI_INDEX, 'docker-content-digest': `sha256:${'1'.repeat(64)}` },
    }));
    await assert.rejects(open(registry).getManifest('v1'), { code: 'GeneralServiceException' });
  });

  test('over 4 MiB is refused while it comes', async () => {
    let sentToTheEnd = false;
    await using registry = await startScriptedRegistry(() => (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': OCI_INDEX });
      const endless = new Readable({ read: () => endless.push(Buffer.alloc(64 * 1024, ' ')) });
      endless.on('end', () => {
        sentToTheEnd = true;
      });
      response.on('close', () => endless.destroy());
      endless.pipe(response);
    });
    await assert.rejects(open(registry).getManifest('v1'), {
      code: 'ServiceLimitExceeded',
      message:
        /^Source registry.example\/o\/app: reading the manifest v1 failed: it has more than the 4194304 bytes/,
    });
    assert.equal(sentToTheEnd, false);
    assert.equal(registry.requests.length, 1);
  });

  test('that cannot be read says where it came from', async () => {
    await using registry = await startScriptedRegistry(() => ({ ...MANIFEST, body: '[]' }));
    await assert.rejects(open(registry).getManifest('v1'), {
      message: /^Source registry.example\/o\/app: reading the manifest v1 failed: .*no JSON object/,
    });
  });

  test('is looked for without its content', async () => {
    await using registry = await startScriptedRegistry(({ url }) => ({
      status: url.pathname.endsWith(DIGEST) ? 200 : 404,
    }));
    assert.equal(await open(registry, 'destination').hasManifest(DIGEST), true);
    assert.equal(await open(registry, 'destination').hasManifest(BLOB.digest), false);
    assert.deepEqual(
      registry.requests.map(({ method }) => method),
      ['HEAD', 'HEAD'],
    );
  });
});

describe('a manifest that is put', () => {
  test('goes out byte for byte with its type', async () => {
    await using registry = await startScriptedRegistry(() => ({ status: 201 }));
    await open(registry, 'destination').pushManifest('v1', CONTENT);
    const [request] = registry.requests;
    assert.equal(request?.url.pathname, '/v2/o/app/manifests/v1');
    assert.equal(request?.headers['content-type'], OCI_INDEX);
    assert.deepEqual(request?.body, BYTES);
  });

  const IMMUTABLE: readonly [how: string, answer: ScriptedAnswer][] = [
    [
      'TAG_INVALID',
      refused(400, 'TAG_INVALID', "The image tag 'v1' already exists and cannot be overwritten"),
    ],
    ['ImageTagAlreadyExistsException', refused(400, 'ImageTagAlreadyExistsException')],
    ['409', { status: 409 }],
    ['412', { status: 412 }],
  ];
  for (const [how, answer] of IMMUTABLE) {
    test(`under a tag that cannot change (${how}) is AlreadyExists`, async () => {
      await using registry = await startScriptedRegistry(({ method }) =>
        method === 'PUT' ? answer : { ...MANIFEST, body: Buffer.concat([BYTES, Buffer.from(' ')]) },
      );
      await assert.rejects(open(registry, 'destination').pushManifest('v1', CONTENT), {
        code: 'AlreadyExists',
        message: /^Destination registry.example\/o\/app: putting the manifest v1 .* immutable$/,
      });
    });
  }

  test('under a tag that cannot change, and has this manifest already, is fine', async () => {
    await using registry = await startScriptedRegistry(({ method }) =>
      method === 'PUT' ? refused(400, 'TAG_INVALID') : MANIFEST,
    );
    await open(registry, 'destination').pushManifest('v1', CONTENT);
  });

  test('and denied is AccessDenied, at once', async () => {
    await using registry = await startScriptedRegistry(() =>
      refused(403, 'DENIED', 'not authorized: ecr:PutImage'),
    );
    await assert.rejects(open(registry, 'destination').pushManifest('v1', CONTENT), {
      code: 'AccessDenied',
      message: /DENIED: not authorized: ecr:PutImage/,
    });
    assert.equal(registry.requests.length, 1);
  });
});

describe('a request that fails for a moment', () => {
  test('is repeated, after the time its registry asks for', async () => {
    const timing = instantTiming();
    const answers: ScriptedAnswer[] = [
      { status: 500 },
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 503 },
      MANIFEST,
    ];
    await using registry = await startScriptedRegistry(() => answers.shift() ?? { status: 500 });
    await open(registry, 'source', DEFAULT_RETRY_POLICY, timing).getManifest('v1');
    assert.deepEqual(timing.waits, [400, 7_000, 1_600]);
  });

  test('is not repeated where its registry asks for more time than we have', async () => {
    await using registry = await startScriptedRegistry(() => ({
      status: 429,
      headers: { 'retry-after': '21600' },
    }));
    await assert.rejects(open(registry).getManifest('v1'), {
      code: 'Throttling',
      message: /it asks to wait 21600 seconds/,
    });
    assert.equal(registry.requests.length, 1);
  });

  test('is repeated where the connection was reset, or the content cut', async () => {
    let count = 0;
    await using registry = await startScriptedRegistry(() => {
      count += 1;
      if (count === 1) return (response) => void response.socket?.resetAndDestroy();
      if (count === 2) {
        return (response) => {
          response.writeHead(200, { 'content-type': OCI_INDEX, 'content-length': String(BYTES.byteLength) });
          response.write(BYTES.subarray(0, 10), () => response.destroy());
        };
      }
      return MANIFEST;
    });
    assert.equal((await open(registry).getManifest('v1')).descriptor.digest, DIGEST);
  });

  test('is repeated where no answer comes, or its content stalls', async () => {
    let count = 0;
    await using registry = await startScriptedRegistry(
      () => {
        count += 1;
        if (count === 1) return () => {};
        if (count === 2)
          return (response) => void response.writeHead(200, { 'content-length': '5' }).flushHeaders();
        return MANIFEST;
      },
      { headersMs: 100, idleMs: 100 },
    );
    assert.equal((await open(registry).getManifest('v1')).descriptor.digest, DIGEST);
  });
});

describe('a redirect', () => {
  const STORAGE = 'https://storage.elsewhere.test/blob?X-Amz-Signature=secret';

  test('leads to the content, without the login', async () => {
    await using registry = await startScriptedRegistry(({ url, headers }) => {
      if (url.host === 'storage.elsewhere.test') return { status: 200, body: LAYER };
      if (headers.authorization === undefined)
        return { status: 401, headers: { 'www-authenticate': 'Basic' } };
      return { status: 307, headers: { location: STORAGE } };
    });
    assert.deepEqual(await buffer(await open(registry).openBlob(BLOB)), LAYER);
    assert.deepEqual(
      registry.requests.map(({ url, headers }) => [url.host, headers.authorization !== undefined]),
      [
        ['registry.example', false],
        ['registry.example', true],
        ['storage.elsewhere.test', false],
      ],
    );
    assert.equal(registry.requests[2]?.url.search, '?X-Amz-Signature=secret');
  });

  test('may be relative, and its failure does not show its query', async () => {
    await using registry = await startScriptedRegistry(({ url }) => {
      if (url.pathname === '/elsewhere') return { status: 302, headers: { location: STORAGE } };
      if (url.host === 'storage.elsewhere.test') return { status: 403, body: 'secret' };
      return { status: 303, headers: { location: '/elsewhere' } };
    });
    await assert.rejects(open(registry).openBlob(BLOB), (error: Error) => {
      assert.match(
        error.message,
        /reading the blob sha256:\w+ at storage.elsewhere.test failed with HTTP status 403/,
      );
      assert.doesNotMatch(error.message, /secret|Signature/);
      return true;
    });
  });

  test('that never ends is ended', async () => {
    await using registry = await startScriptedRegistry(({ url }) => ({
      status: 307,
      headers: { location: url.pathname },
    }));
    await assert.rejects(open(registry).openBlob(BLOB), { message: /more than 5 redirects/ });
    assert.equal(registry.requests.length, 6);
  });

  test('to an address inside, or without TLS, is refused', async () => {
    for (const location of [
      'https://169.254.169.254/latest/meta-data/',
      'http://unmapped.test/x',
      'file:///etc/passwd',
    ]) {
      await using registry = await startScriptedRegistry(() => ({ status: 307, headers: { location } }));
      await assert.rejects(open(registry).openBlob(BLOB), { code: 'InvalidRequest' });
    }
  });

  test("does not let a storage host's challenge reach the login", async () => {
    await using registry = await startScriptedRegistry(({ url }) =>
      url.host === 'registry.example'
        ? { status: 307, headers: { location: STORAGE } }
        : { status: 401, headers: { 'www-authenticate': 'Basic realm="give me"' } },
    );
    await assert.rejects(open(registry).openBlob(BLOB));
    assert.ok(registry.requests.every(({ headers }) => headers.authorization === undefined));
  });
});

describe('a blob', () => {
  for (const [what, body, why] of [
    [
      'another content of the same size',
      Buffer.alloc(LAYER.byteLength, 'other'),
      /the content has the digest/,
    ],
    ['less', LAYER.subarray(1), /299999 bytes instead of the 300000/],
    ['more', Buffer.concat([LAYER, LAYER]), /more than the 300000 bytes/],
  ] as const) {
    test(`of ${what} is refused`, async () => {
      await using registry = await startScriptedRegistry(() => ({ status: 200, body }));
      await assert.rejects(
        (async () => buffer(await open(registry, 'source', SINGLE_TRY).openBlob(BLOB)))(),
        { code: 'GeneralServiceException', message: why },
      );
    });
  }

  test('of unknown length is counted and hashed too', async () => {
    await using registry = await startScriptedRegistry(() => (response) => {
      response.writeHead(200);
      response.write(LAYER);
      response.end(LAYER);
    });
    await assert.rejects((async () => buffer(await open(registry).openBlob(BLOB)))(), {
      message: /more than the 300000/,
    });
  });

  test('ends promptly with the reason of an abort, also in the middle', async () => {
    await using registry = await startScriptedRegistry(() => (response) => {
      response.writeHead(200, { 'content-length': String(LAYER.byteLength) });
      response.write(LAYER.subarray(0, 1_000));
    });
    const abort = new AbortController();
    const reason = new ProviderError('NotStabilized', 'out of time');
    const content = await open(registry).openBlob(BLOB, { signal: abort.signal });
    setImmediate(() => abort.abort(reason));
    await assert.rejects(buffer(content), reason);
  });
});

describe('a config', () => {
  test('is read whole, and again where it was damaged', async () => {
    let count = 0;
    await using registry = await startScriptedRegistry(() => {
      count += 1;
      return { status: 200, body: count === 1 ? Buffer.alloc(LAYER.byteLength) : LAYER };
    });
    assert.deepEqual(await open(registry).getConfig(BLOB), LAYER);
  });

  test('over its bound is not asked for', async () => {
    await using registry = await startScriptedRegistry(() => ({ status: 200 }));
    await assert.rejects(open(registry).getConfig({ ...BLOB, size: 5 * 1024 * 1024 }), {
      code: 'ServiceLimitExceeded',
    });
    assert.equal(registry.requests.length, 0);
  });
});

describe('an upload', () => {
  const START = { status: 202, headers: { location: '/v2/o/app/blobs/uploads/1?state=a%2Fb' } };

  test('is one session and one PUT, which keeps the query of its address', async () => {
    await using registry = await startScriptedRegistry(({ method }) =>
      method === 'POST' ? START : { status: 201 },
    );
    await open(registry, 'destination').pushBlob(BLOB, openLayer);
    assert.deepEqual(
      registry.requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`),
      [
        'POST /v2/o/app/blobs/uploads/',
        `PUT /v2/o/app/blobs/uploads/1?state=a%2Fb&digest=${encodeURIComponent(BLOB.digest)}`,
      ],
    );
    assert.deepEqual(registry.requests[1]?.body, LAYER);
    assert.equal(registry.requests[1]?.headers['content-length'], '300000');
  });

  test('that failed begins anew, with a new session, after a look whether it came through', async () => {
    let puts = 0;
    await using registry = await startScriptedRegistry(({ method }) => {
      if (method === 'POST') return START;
      if (method === 'HEAD') return { status: 404 };
      puts += 1;
      return puts === 1 ? { status: 500 } : { status: 201 };
    });
    let opened = 0;
    await open(registry, 'destination').pushBlob(BLOB, () => {
      opened += 1;
      return openLayer();
    });
    assert.deepEqual(
      registry.requests.map(({ method }) => method),
      ['POST', 'PUT', 'HEAD', 'POST', 'PUT'],
    );
    assert.equal(opened, 2);
  });

  test('whose answer was lost is not repeated', async () => {
    await using registry = await startScriptedRegistry(({ method }) => {
      if (method === 'POST') return START;
      if (method === 'HEAD') return { status: 200 };
      return (response) => void response.socket?.resetAndDestroy();
    });
    await open(registry, 'destination').pushBlob(BLOB, openLayer);
    assert.equal(registry.requests.length, 3);
  });

  test('to another host carries no login', async () => {
    await using registry = await startScriptedRegistry(({ method, headers }) => {
      if (method === 'PUT') return { status: 201 };
      if (headers.authorization === undefined)
        return { status: 401, headers: { 'www-authenticate': 'Basic' } };
      return { status: 202, headers: { location: 'https://storage.elsewhere.test/upload' } };
    });
    await open(registry, 'destination').pushBlob(BLOB, openLayer);
    assert.equal(registry.requests.at(-1)?.headers.authorization, undefined);
  });

  test("of a source that fails is told as the source's failure, and leaves no complete blob", async () => {
    const failure = new ProviderError('GeneralServiceException', 'Source x: wrong content');
    await using registry = await startScriptedRegistry(({ method }) =>
      method === 'POST' ? START : { status: 201 },
    );
    const failing = async () =>
      Readable.from(
        (async function* () {
          yield LAYER.subarray(0, 1_000);
          throw failure;
        })(),
      );
    await assert.rejects(open(registry, 'destination').pushBlob(BLOB, failing), failure);
    assert.equal(registry.requests.length, 1);
  });

  test('that is refused before its end says why', async () => {
    await using registry = await startScriptedRegistry(({ method }) =>
      method === 'POST' ? START : refused(403, 'DENIED', 'not authorized: ecr:UploadLayerPart'),
    );
    await assert.rejects(open(registry, 'destination').pushBlob(BLOB, openLayer), {
      code: 'AccessDenied',
      message: /uploading the blob .*ecr:UploadLayerPart/,
    });
  });

  test('that nobody takes is given up, and told as a stall of the destination', async () => {
    const large = { ...BLOB, size: 64 * 1024 * 1024 };
    const endless = async () =>
      Readable.from(
        (function* () {
          for (;;) yield Buffer.alloc(256 * 1024);
        })(),
      );
    const server = createServer((request, response) => {
      if (request.method === 'POST') response.writeHead(202, { location: '/session' }).end();
      // A PUT is never read: the buffers on the way fill up.
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const outbound = new Outbound({ redirectedHosts: new Map([['registry.example', base]]) });
    const destination = new RemoteRepository({
      registry: 'registry.example',
      repository: 'o/app',
      role: 'destination',
      outbound,
      retryPolicy: SINGLE_TRY,
      uploadTimeouts: { stallMs: 50 },
    });
    try {
      await assert.rejects(destination.pushBlob(large, endless), {
        code: 'NetworkFailure',
        message: /^Destination .* uploading the blob .* nothing was taken for 0.05 seconds/,
      });
    } finally {
      await outbound.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('without an address is refused', async () => {
    await using registry = await startScriptedRegistry(() => ({ status: 202 }));
    await assert.rejects(open(registry, 'destination').pushBlob(BLOB, openLayer), {
      message: /starting the upload .* without a usable Location/,
    });
  });
});

describe('a mount', () => {
  test('that succeeds needs no upload', async () => {
    await using registry = await startScriptedRegistry(() => ({ status: 201 }));
    assert.equal(await open(registry, 'destination').mountBlob(BLOB, 'o/base'), true);
    assert.equal(
      registry.requests[0]?.url.search,
      `?mount=${encodeURIComponent(BLOB.digest)}&from=${encodeURIComponent('o/base')}`,
    );
  });

  test('in whose place a session was opened goes on with that session', async () => {
    await using registry = await startScriptedRegistry(({ method }) =>
      method === 'POST' ? { status: 202, headers: { location: '/session/7' } } : { status: 201 },
    );
    const destination = open(registry, 'destination');
    assert.equal(await destination.mountBlob(BLOB, 'o/base'), false);
    await destination.pushBlob(BLOB, openLayer);
    assert.deepEqual(
      registry.requests.map(({ method, url }) => `${method} ${url.pathname}`),
      ['POST /v2/o/app/blobs/uploads/', 'PUT /session/7'],
    );
  });

  test('that is refused is no failure', async () => {
    await using registry = await startScriptedRegistry(() => refused(403, 'DENIED'));
    assert.equal(await open(registry, 'destination').mountBlob(BLOB, 'o/base'), false);
  });

  test('asks for a token that may read the other repository', async () => {
    await using registry = await startScriptedRegistry(({ url, headers }) => {
      if (url.pathname === '/token') return { status: 200, body: '{"token":"t"}' };
      if (headers.authorization) return { status: 201 };
      return {
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="https://registry.example/token"' },
      };
    });
    await open(registry, 'destination').mountBlob(BLOB, 'o/base');
    assert.deepEqual(registry.requests[1]?.url.searchParams.getAll('scope'), [
      'repository:o/app:pull,push',
      'repository:o/base:pull',
    ]);
  });
});
