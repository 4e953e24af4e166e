import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { OCI_INDEX } from '../../../handlers/oci/media-type.ts';
import { DEFAULT_RETRY_POLICY } from '../../../handlers/registry/retry-policy.ts';
import { BLOB, BYTES, DIGEST, LAYER, MANIFEST, open } from './samples.ts';
import { instantTiming, type ScriptedAnswer, startScriptedRegistry } from './scripted-registry.ts';

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
