import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { RuntimeApi } from '../../../local/runtime/runtime-api.ts';
import { MEMORY_LIMIT_KIB, Placeholder, type PlaceholderPlatform, runnable } from './binary.ts';
import { type ExpectedAnswer, SAMPLE_EVENTS } from './invocation-events.ts';
import { ACCEPTED, invocation, type Reaction, ScriptedApi, sends, sendsAndResets } from './scripted-api.ts';

const MESSAGE =
  'This is a placeholder for repository orders, tag initial. The application has not been released yet.';
const OBJECT = {
  placeholder: true,
  message: MESSAGE,
  repository: 'orders',
  tag: 'initial',
  function: 'orders-api',
};
const HEADERS = { 'Content-Type': 'application/json', 'Retry-After': '60', 'Cache-Control': 'no-store' };
const LISTS = Object.fromEntries(Object.entries(HEADERS).map(([name, value]) => [name, [value]]));
const BODY = { body: JSON.stringify(OBJECT), isBase64Encoded: false };
const ANSWERS: Readonly<Record<Exclude<ExpectedAnswer, 'error'>, unknown>> = {
  message: OBJECT,
  http: { statusCode: 503, headers: HEADERS, ...BODY },
  'load balancer': {
    statusCode: 503,
    statusDescription: '503 Service Unavailable',
    headers: HEADERS,
    ...BODY,
  },
  'load balancer lists': {
    statusCode: 503,
    statusDescription: '503 Service Unavailable',
    multiValueHeaders: LISTS,
    ...BODY,
  },
};

/** What each platform's binary does under Lambda. */
export function runtimeSuite(platform: PlaceholderPlatform): void {
  const start = (context: TestContext, api: string, name?: string): Placeholder => {
    const placeholder = new Placeholder({
      platform,
      environment: {
        AWS_LAMBDA_RUNTIME_API: api,
        AWS_LAMBDA_FUNCTION_NAME: 'orders-api',
        DEPLOYTIME_REPOSITORY: 'orders',
        DEPLOYTIME_TAG: 'initial',
      },
      ...(name !== undefined && { name }),
    });
    context.after(() => placeholder.stop());
    return placeholder;
  };

  describe(`the placeholder under Lambda on ${platform}`, runnable(platform), () => {
    test('answers one event after the other, each as its sender reads it', async (context) => {
      const api = await RuntimeApi.start();
      context.after(() => api.stop());
      const invoke = invoker(api);
      const placeholder = start(context, api.address);
      for (const [index, { name, event, answer }] of SAMPLE_EVENTS.entries()) {
        const outcome = await invoke(`id-${index}`, JSON.stringify(event));
        if (answer !== 'error') {
          assert.deepEqual(outcome, ['response', ANSWERS[answer]], name);
          continue;
        }
        const [kind, error] = outcome as [string, { errorType: string; errorMessage: string }];
        assert.equal(kind, 'error', name);
        assert.equal(error.errorType, 'Placeholder.NotReleased');
        assert.ok(error.errorMessage.startsWith(`${MESSAGE} `), error.errorMessage);
        assert.ok(!error.errorMessage.includes('https:'), 'a ResponseURL is a secret');
      }
      assertSmall(placeholder);
    });

    test('takes a payload of 6 MiB, and what it is about is told by its last key', async (context) => {
      const api = await RuntimeApi.start();
      context.after(() => api.stop());
      const invoke = invoker(api);
      const placeholder = start(context, api.address, '/usr/bin/curl');
      const body = 'x"\\{[é'.repeat(1024 * 1024).slice(0, 4 * 1024 * 1024);
      const event = JSON.stringify({ body, headers: {}, requestContext: { stage: 'a' }, httpMethod: 'PUT' });
      assert.ok(Buffer.byteLength(event) > 6_000_000);
      assert.deepEqual(await invoke('big', event), ['response', ANSWERS.http]);
      assert.deepEqual(await invoke('small', '{}'), ['response', OBJECT]);
      assertSmall(placeholder);
    });

    const faults: Readonly<Record<string, readonly Reaction[]>> = {
      'a reset instead of an answer': [sendsAndResets('')],
      'a reset in the head': [sendsAndResets('HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Requ')],
      garbage: [sends(['\0\u00ff garbage \r\n\r\n'.repeat(1000)])],
      'a status of 500': [sends(['HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}'])],
      'an invocation without an id': [sends(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'])],
      'an id that would leave its path': [sends([invocation('../x?', '{}')])],
      'an id of 200 characters': [sends([invocation('a'.repeat(200), '{}')])],
      'an end in place of an answer, twice': [(socket) => void socket.end(), (socket) => void socket.end()],
    };
    for (const [name, reactions] of Object.entries(faults)) {
      test(`${name} is survived, and the next invocation answered`, async (context) => {
        const api = await ScriptedApi.start([
          ...reactions,
          sends([invocation('id-1', '{}')]),
          sends([ACCEPTED]),
        ]);
        context.after(() => api.stop());
        const placeholder = start(context, api.address);
        assert.deepEqual(JSON.parse(await api.request(/^POST .*\/id-1\/response$/)), OBJECT);
        assert.ok(placeholder.isRunning);
        assert.ok(api.requests.filter(({ line }) => line.startsWith('GET')).length <= reactions.length + 2);
      });
    }

    test('an API that answers byte by byte is read to its end', async (context) => {
      const pieces = [...invocation('id-1', JSON.stringify({ Records: [] }))];
      const api = await ScriptedApi.start([sends(pieces, 2), sends([...ACCEPTED], 2)]);
      context.after(() => api.stop());
      start(context, api.address);
      assert.match(await api.request(/^POST .*\/id-1\/error$/), /records were not processed/);
      await api.request(/^GET/);
    });

    test('chunks, an interim answer and an end by closing are read as HTTP/1.1 says', async (context) => {
      const head = 'HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id:  id-1 \r\n';
      const chunks = '7\r\n{"Recor\r\n1;a=b\r\nd\r\n6\r\ns":[]}\r\n0\r\nX: y\r\n\r\n';
      const api = await ScriptedApi.start([
        sends([`HTTP/1.1 100 Continue\r\n\r\n${head}Transfer-Encoding: chunked\r\n\r\n${chunks}`]),
        sends([ACCEPTED]),
        (socket) => void socket.end(`${head.replace('id-1', 'id-2')}\r\n{"Records":[]}`),
        sends([ACCEPTED]),
      ]);
      context.after(() => api.stop());
      start(context, api.address);
      await api.request(/^POST .*\/id-1\/error$/);
      await api.request(/^POST .*\/id-2\/error$/);
    });

    test('an event that breaks off is answered by an error', async (context) => {
      const whole = invocation('id-1', JSON.stringify({ a: 'x'.repeat(1000) }));
      const api = await ScriptedApi.start([sendsAndResets(whole.slice(0, -500)), sends([ACCEPTED])]);
      context.after(() => api.stop());
      start(context, api.address);
      assert.match(await api.request(/^POST .*\/id-1\/error$/), /could not be read to its end/);
    });

    test('an answer that meets a reset is sent again; one that is refused is not', async (context) => {
      const refused = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}';
      const api = await ScriptedApi.start([
        sends([invocation('id-1', '{}')]),
        sendsAndResets(''),
        sends([refused]),
        sends([invocation('id-2', '{}')]),
        sends([ACCEPTED]),
      ]);
      context.after(() => api.stop());
      const placeholder = start(context, api.address);
      await api.request(/^POST .*\/id-2\/response$/);
      assert.equal(api.requests.filter(({ line }) => line.endsWith('/id-1/response')).length, 2);
      await placeholder.line(/did not accept the answer to id-1/);
    });

    test('where nobody listens, it tries again in ever longer pauses and computes nothing between', async (context) => {
      const api = await ScriptedApi.start([]);
      const { address } = api;
      await api.stop();
      const placeholder = start(context, address);
      await placeholder.line(/gives no invocation; trying again/);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const before = placeholder.computedTicks();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      assert.ok(placeholder.isRunning);
      assert.ok(placeholder.computedTicks() - before <= 2);
    });

    for (const address of [
      'lambda.example:9001',
      '127.0.0.1:99999',
      '1.2.3:80',
      `127.0.0.1:${'0'.repeat(500)}1`,
    ]) {
      test(`an address such as ${address.slice(0, 30)} is refused with a reason`, async (context) => {
        const placeholder = start(context, address);
        assert.equal(await placeholder.ended, 1);
        assert.match(placeholder.lines.join('\n'), /AWS_LAMBDA_RUNTIME_API must be an IPv4 address/);
      });
    }

    test('SIGTERM ends it at once while it waits', async (context) => {
      const api = await ScriptedApi.start([]);
      context.after(() => api.stop());
      const placeholder = start(context, api.address.replace('127.0.0.1', 'localhost'), 'sh');
      await api.request(/^GET \/2018-06-01\/runtime\/invocation\/next$/);
      placeholder.signal('SIGTERM');
      assert.equal(await placeholder.ended, 0);
    });
  });
}

/** Hands events over one by one, and gives what came back. */
function invoker(api: RuntimeApi): (requestId: string, payload: string) => Promise<readonly unknown[]> {
  let settle: (outcome: readonly unknown[]) => void = () => undefined;
  api.subscribe({
    onIdle: () => undefined,
    onResponse: (_, payload) => settle(['response', JSON.parse(payload)]),
    onError: (_, error) => settle(['error', error]),
    onInitError: (error) => settle(['init error', error]),
  });
  return (requestId, payload) =>
    new Promise((resolve) => {
      settle = resolve;
      const place = { deadlineMs: Date.now() + 60_000, functionArn: 'arn', traceId: 'Root=1-0' };
      api.offer({ requestId, payload, ...place });
    });
}

function assertSmall(placeholder: Placeholder): void {
  const peak = placeholder.peakMemoryKib();
  assert.ok(peak === undefined || peak < MEMORY_LIMIT_KIB, `it has used ${peak} KiB`);
}
