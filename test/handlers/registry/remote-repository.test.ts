import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { MANIFEST_ACCEPT, OCI_INDEX } from '../../../handlers/oci/media-type.ts';
import { BLOB, BYTES, CONTENT, DIGEST, LAYER, MANIFEST, open, refused } from './samples.ts';
import { type ScriptedAnswer, SINGLE_TRY, startScriptedRegistry } from './scripted-registry.ts';

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

  test('whose announced length is another is refused before it comes', async () => {
    await using registry = await startScriptedRegistry(() => ({
      status: 200,
      headers: { 'content-length': '3' },
      body: 'abc',
    }));
    await assert.rejects(open(registry, 'source', SINGLE_TRY).openBlob(BLOB), {
      code: 'GeneralServiceException',
      message: /it has 3 bytes instead of the 300000 named/,
    });
  });

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
