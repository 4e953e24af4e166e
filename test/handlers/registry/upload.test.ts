import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import { BLOB, LAYER, open, refused } from './samples.ts';
import { SINGLE_TRY, startScriptedRegistry } from './scripted-registry.ts';

const openLayer = async () => Readable.from([LAYER.subarray(0, 1_000), LAYER.subarray(1_000)]);

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

  test('whose session is gone goes on in another', async () => {
    let puts = 0;
    await using registry = await startScriptedRegistry(({ method }) => {
      if (method === 'POST') return START;
      if (method === 'HEAD') return { status: 404 };
      puts += 1;
      return puts === 1 ? refused(404, 'BLOB_UPLOAD_UNKNOWN') : { status: 201 };
    });
    await open(registry, 'destination').pushBlob(BLOB, openLayer);
    assert.equal(puts, 2);
  });

  test('whose login expires between its requests begins anew with another', async () => {
    let tokens = 0;
    await using registry = await startScriptedRegistry(({ method, url, headers }) => {
      if (url.pathname === '/token') {
        tokens += 1;
        return { status: 200, body: JSON.stringify({ token: `t${tokens}`, expires_in: 300 }) };
      }
      const expected = method === 'PUT' ? 'Bearer t2' : headers.authorization;
      if (headers.authorization !== undefined && headers.authorization === expected) {
        if (method === 'HEAD') return { status: 404 };
        return method === 'PUT' ? { status: 201 } : START;
      }
      const challenge = 'Bearer realm="https://registry.example/token",error="invalid_token"';
      return { status: 401, headers: { 'www-authenticate': challenge } };
    });
    await open(registry, 'destination').pushBlob(BLOB, openLayer);
    assert.equal(tokens, 2);
    assert.deepEqual(registry.requests.at(-1)?.body, LAYER);
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
