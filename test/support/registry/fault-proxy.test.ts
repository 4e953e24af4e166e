import assert from 'node:assert/strict';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { FAULT_KINDS, type Fault } from './fault.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** Larger than what sockets buffer, so that halves travel in several chunks. */
const BODY = Buffer.alloc(3 * 1024 * 1024, 'deploytime');
/** No exchange takes longer, however busy the machine. */
const LIMIT_MS = 10_000;
/** How long nothing more must come before a client gives up. */
const GRACE_MS = 50;
const REALM = 'https://realm.example';

interface Received {
  readonly method: string;
  readonly host: string | undefined;
  readonly body: Buffer;
  readonly complete: boolean;
}

/** What a client saw: an answer (perhaps of a part of the body), or how the connection ended. */
type Seen = {
  readonly status?: number;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: Buffer;
  readonly error?: string;
};

let upstream: Server;
let upstreamOrigin: string;
let received: Received[] = [];
let proxy: FaultProxy;

before(async () => {
  upstream = createServer(async (incoming, response) => {
    const { body, complete } = await readAll(incoming);
    const { method = '', headers } = incoming;
    received.push({ method, host: headers.host, body, complete });
    if (!complete) return;
    response.writeHead(method === 'PUT' ? 201 : 200, {
      location: method === 'PUT' ? '/v2/relative' : `${upstreamOrigin}/v2/absolute`,
      'www-authenticate': `Bearer realm="${REALM}/token",service="s"`,
      'docker-content-digest': `sha256:${'a'.repeat(64)}`,
      ...(method === 'GET' && { 'content-length': BODY.length }),
    });
    response.end(method === 'GET' ? BODY : undefined);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  upstreamOrigin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  proxy = await startFaultProxy({ upstream: upstreamOrigin, rewrite: { [REALM]: 'http://realm.test' } });
});
after(async () => {
  await proxy.close();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});
beforeEach(() => {
  proxy.reset();
  received = [];
});

describe('the fault proxy', () => {
  test('passes requests on as they are, and keeps the client on its own address', async () => {
    const got = await exchange('GET', { host: 'registry.example' });
    assert.equal(got.status, 200);
    assert.deepEqual(got.body, BODY);
    assert.equal(got.headers?.location, `${proxy.origin}/v2/absolute`);
    assert.equal(got.headers?.['www-authenticate'], 'Bearer realm="http://realm.test/token",service="s"');
    assert.equal((await exchange('PUT', { body: BODY })).headers?.location, '/v2/relative');
    assert.equal((await exchange('HEAD')).status, 200);
    assert.deepEqual(
      received.map(({ method, body, complete }) => [method, body.length, complete]),
      [
        ['GET', 0, true],
        ['PUT', BODY.length, true],
        ['HEAD', 0, true],
      ],
    );
    assert.equal(received[0]?.host, 'registry.example');
    assert.deepEqual(received[1]?.body, BODY);
  });

  test('records every request in its order', async () => {
    await exchange('GET');
    await exchange('PUT', { body: BODY });
    assert.deepEqual(
      proxy.requests.map(({ number, method, path, requestBytes, status, answerBytes, fault }) => ({
        number,
        method,
        path,
        requestBytes,
        status,
        answerBytes,
        fault,
      })),
      [
        {
          number: 1,
          method: 'GET',
          path: '/v2/x?a=1',
          requestBytes: 0,
          status: 200,
          answerBytes: BODY.length,
          fault: undefined,
        },
        {
          number: 2,
          method: 'PUT',
          path: '/v2/x?a=1',
          requestBytes: BODY.length,
          status: 201,
          answerBytes: 0,
          fault: undefined,
        },
      ],
    );
  });

  test('answers in the place of the registry', async () => {
    proxy.fail(1, { kind: 'status', status: 429, retryAfter: '7' });
    const got = await exchange('PUT', { body: BODY });
    assert.equal(got.status, 429);
    assert.equal(got.headers?.['retry-after'], '7');
    assert.match(String(got.body), /TOOMANYREQUESTS/);
    assert.equal(received.length, 0);
    assert.equal((await exchange('PUT', { body: BODY })).status, 201, 'one request is spoilt');
  });

  test('resets before the registry hears of it', async () => {
    proxy.fail(1, { kind: 'reset before request' });
    assert.equal((await exchange('GET')).error, 'ECONNRESET');
    assert.equal(received.length, 0);
  });

  test('resets while the registry receives', async () => {
    proxy.fail(1, { kind: 'reset during request' });
    assert.match((await exchange('PUT', { body: BODY })).error ?? '', /^(ECONNRESET|EPIPE)$/);
    await until(() => received.length === 1);
    assert.equal(received[0]?.complete, false);
    assert.ok(received[0].body.length <= BODY.length / 2);
  });

  test('resets when the registry is through', async () => {
    proxy.fail(1, { kind: 'reset after request' });
    assert.equal((await exchange('PUT', { body: BODY })).error, 'ECONNRESET');
    assert.deepEqual(received[0]?.body, BODY);
    assert.equal(proxy.requests[0]?.status, 201);
  });

  test('flips one bit of what is sent', async () => {
    proxy.fail(1, { kind: 'corrupt request' });
    assert.equal((await exchange('PUT', { body: BODY })).status, 201);
    assert.equal(flippedBits(received[0]?.body), 1);
  });

  test('flips one bit of what is answered', async () => {
    proxy.fail(1, { kind: 'corrupt answer' });
    assert.equal(flippedBits((await exchange('GET')).body), 1);
  });

  test('names another digest', async () => {
    proxy.fail(1, { kind: 'corrupt digest' });
    const got = await exchange('GET');
    assert.deepEqual(got.body, BODY);
    assert.equal(got.headers?.['docker-content-digest'], `sha256:${'0'.repeat(64)}`);
  });

  test('cuts an answer in its middle', async () => {
    proxy.fail(1, { kind: 'cut answer' });
    const got = await exchange('GET');
    assert.equal(got.status, 200);
    assert.equal(got.error, 'ECONNRESET');
    assert.equal(got.body?.length, BODY.length / 2);
  });

  test('stalls before the answer: the client waits until it gives up', async () => {
    proxy.fail(1, { kind: 'stall before answer' });
    const got = await exchange('GET', { giveUpWhen: () => proxy.requests[0]?.fault !== undefined });
    assert.deepEqual(got, { error: 'gave up' });
    assert.equal(received.length, 1);
  });

  test('stalls in the middle of the answer: the client waits until it gives up', async () => {
    proxy.fail(1, { kind: 'stall during answer' });
    const got = await exchange('GET', { giveUpWhen: ({ body }) => body?.length === BODY.length / 2 });
    assert.equal(got.error, 'gave up');
    assert.equal(got.body?.length, BODY.length / 2);
  });

  test('leaves an exchange alone that a fault means nothing to, and says so', async () => {
    const meaningless = [
      'cut answer',
      'corrupt answer',
      'stall during answer',
      'corrupt request',
      'reset during request',
    ];
    for (const kind of FAULT_KINDS.filter((name) => meaningless.includes(name))) {
      proxy.reset();
      proxy.fail(1, { kind } as Fault);
      assert.equal((await exchange('HEAD')).status, 200, kind);
      assert.equal(proxy.requests[0]?.fault, undefined, kind);
    }
  });

  test('says which fault it injected', async () => {
    for (const kind of FAULT_KINDS) {
      const isOfRequest = kind.endsWith(' request');
      proxy.reset();
      proxy.fail(1, kind === 'status' ? { kind, status: 500 } : { kind });
      const options = kind.startsWith('stall')
        ? { giveUpWhen: () => proxy.requests[0]?.fault !== undefined }
        : {};
      await exchange(isOfRequest ? 'PUT' : 'GET', isOfRequest ? { body: BODY, ...options } : options);
      assert.equal(proxy.requests[0]?.fault, kind);
    }
  });

  test('spoils the request that looks like the one meant', async () => {
    proxy.fail(({ method }) => method === 'PUT', { kind: 'status', status: 500 });
    assert.equal((await exchange('GET')).status, 200);
    assert.equal((await exchange('PUT', { body: BODY })).status, 500);
    assert.equal((await exchange('PUT', { body: BODY })).status, 201);
  });

  test('calls back between what the registry did and what the client hears of it', async () => {
    const order: string[] = [];
    proxy.after(1, async () => {
      order.push(`registry has received ${received.length}`);
      await new Promise((resolve) => setImmediate(resolve));
    });
    const { status } = await exchange('PUT', { body: BODY });
    order.push(`client has ${status}`);
    assert.deepEqual(order, ['registry has received 1', 'client has 201']);
  });

  test('answers 502 where the registry is gone', async () => {
    await using lost = await startFaultProxy({ upstream: 'http://127.0.0.1:1' });
    assert.equal((await exchange('GET', { origin: lost.origin })).status, 502);
  });
});

function exchange(
  method: string,
  options: { body?: Buffer; host?: string; origin?: string; giveUpWhen?: (seen: Seen) => boolean } = {},
): Promise<Seen> {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  let seen: Seen = {};
  const patience = new AbortController();
  if (options.giveUpWhen)
    void until(() => options.giveUpWhen?.(seen) ?? true).then(() =>
      setTimeout(() => patience.abort(), GRACE_MS),
    );
  const sent = request(`${options.origin ?? proxy.origin}/v2/x?a=1`, {
    method,
    agent: false,
    headers: {
      ...(options.host !== undefined && { host: options.host }),
      ...(options.body !== undefined && { 'content-length': options.body.length }),
    },
    signal: AbortSignal.any([patience.signal, AbortSignal.timeout(LIMIT_MS)]),
  });
  const fail = (error: NodeJS.ErrnoException): void =>
    resolve({ ...seen, error: error.name === 'AbortError' ? 'gave up' : (error.code ?? error.message) });
  sent.on('error', fail);
  sent.on('response', (answer) => {
    const chunks: Buffer[] = [];
    const soFar = (): Seen => ({
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      body: Buffer.concat(chunks),
    });
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      seen = soFar();
    });
    answer.on('error', fail);
    answer.on('end', () => resolve(soFar()));
  });
  sent.end(options.body);
  return promise;
}

async function readAll(incoming: IncomingMessage): Promise<{ body: Buffer; complete: boolean }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return { body: Buffer.concat(chunks), complete: false };
  }
  return { body: Buffer.concat(chunks), complete: true };
}

/** How many bits differ from BODY's. */
function flippedBits(body: Buffer | undefined): number {
  assert.equal(body?.length, BODY.length);
  let bits = 0;
  for (const [index, byte] of body.entries()) {
    const difference = byte ^ (BODY[index] ?? 0);
    if (difference !== 0) bits += difference.toString(2).replaceAll('0', '').length;
  }
  return bits;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!condition() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(condition());
}
