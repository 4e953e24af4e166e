import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type NextInvocation, RuntimeApi } from '../../../local/runtime/runtime-api.ts';

const INVOCATION: NextInvocation = {
  requestId: 'a-request',
  deadlineMs: 1_800_000_000_000,
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:deploytime-test',
  traceId: 'Root=1-00000000-000000000000000000000000;Sampled=0',
  payload: '{"a":"ü"}',
};

/** A Runtime API that tells what it was told. */
async function startApi(context: TestContext) {
  const api = await RuntimeApi.start();
  context.after(() => api.stop());
  const told: unknown[] = [];
  api.subscribe({
    onIdle: () => told.push('idle'),
    onResponse: (requestId, payload) => told.push(['response', requestId, payload]),
    onError: (requestId, error) => told.push(['error', requestId, error]),
    onInitError: (error) => told.push(['init error', error]),
  });
  const call = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://${api.address}/2018-06-01/runtime/${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  return { api, told, call };
}

describe('The Runtime API', () => {
  test('hands an event over with its headers, also to a process that asks later', async (context) => {
    const { api, told, call } = await startApi(context);
    api.offer(INVOCATION);
    const { status, headers, body } = await call('GET', 'invocation/next');
    assert.equal(status, 200);
    assert.equal(body, INVOCATION.payload);
    assert.equal(headers.get('lambda-runtime-aws-request-id'), 'a-request');
    assert.equal(headers.get('lambda-runtime-deadline-ms'), '1800000000000');
    assert.equal(headers.get('lambda-runtime-invoked-function-arn'), INVOCATION.functionArn);
    assert.equal(headers.get('lambda-runtime-trace-id'), INVOCATION.traceId);
    const waiting = call('GET', 'invocation/next');
    while (told.length < 2) await new Promise((resolve) => setImmediate(resolve));
    api.offer({ ...INVOCATION, requestId: 'another' });
    assert.equal((await waiting).headers.get('lambda-runtime-aws-request-id'), 'another');
    assert.deepEqual(told, ['idle', 'idle']);
  });

  test('takes one outcome for an event, and none for another', async (context) => {
    const { api, told, call } = await startApi(context);
    api.offer(INVOCATION);
    await call('GET', 'invocation/next');
    assert.equal((await call('POST', 'invocation/other/response', '1')).status, 400);
    assert.equal((await call('POST', 'invocation/a-request/response', '{"b":1}')).status, 202);
    const again = await call('POST', 'invocation/a-request/response', '2');
    assert.equal(again.status, 400);
    assert.equal(JSON.parse(again.body).errorType, 'InvalidRequestID');
    assert.deepEqual(told, ['idle', ['response', 'a-request', '{"b":1}']]);
  });

  test('takes errors of an event and of the init, also in a form of their own', async (context) => {
    const { api, told, call } = await startApi(context);
    const error = { errorType: 'TypeError', errorMessage: 'no', trace: ['TypeError: no'] };
    await call('POST', 'init/error', JSON.stringify({ ...error, more: 1 }));
    api.offer(INVOCATION);
    await call('GET', 'invocation/next');
    await call('POST', 'invocation/a-request/error', 'not JSON', {
      'lambda-runtime-function-error-type': 'Runtime.Odd',
    });
    assert.deepEqual(told, [
      ['init error', error],
      'idle',
      ['error', 'a-request', { errorType: 'Runtime.Odd', errorMessage: 'not JSON' }],
    ]);
  });

  test('refuses what is no part of it', async (context) => {
    const { api, call } = await startApi(context);
    assert.equal((await call('PUT', 'invocation/next')).status, 403);
    assert.equal((await fetch(`http://${api.address}/2020-01-01/other`)).status, 404);
  });
});
