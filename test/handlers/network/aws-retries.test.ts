import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { BreakRetries } from '../../../handlers/network/aws-retries.ts';
import { startLoopbackServer } from '../../support/registry/loopback-server.ts';
import { startSsmApi } from '../../support/ssm/ssm-api.ts';

const ATTEMPTS = 3;

async function setUp(context: TestContext) {
  const api = await startSsmApi();
  const client = clientFor(api.origin);
  context.after(async () => {
    client.destroy();
    await api.close();
  });
  api.parameters.put('/shop/tag', 'v1');
  return { api, get: () => client.send(new GetParameterCommand({ Name: '/shop/tag' })) };
}

describe('A client of the SDK', () => {
  test("tries again after a server's fault, so often and no more", async (context) => {
    const { api, get } = await setUp(context);
    api.fail({ code: 'InternalServerError', times: ATTEMPTS - 1 });
    assert.equal((await get()).Parameter?.Value, 'v1');
    assert.equal(api.calls.length, ATTEMPTS);
    api.fail({ code: 'InternalServerError', times: ATTEMPTS });
    await assert.rejects(get(), { name: 'InternalServerError' });
    assert.equal(api.calls.length, 2 * ATTEMPTS);
  });

  for (const code of ['ThrottlingException', 'AccessDeniedException']) {
    test(`does not try again by itself after ${code}`, async (context) => {
      const { api, get } = await setUp(context);
      api.fail({ code });
      await assert.rejects(get(), { name: code });
      assert.equal(api.calls.length, 1);
    });
  }

  test('tries again after a connection that broke', async (context) => {
    let requests = 0;
    const server = await startLoopbackServer((request, response) => {
      requests += 1;
      if (requests < ATTEMPTS) request.socket.resetAndDestroy();
      else response.end(JSON.stringify({ Parameter: { Value: 'v1' } }));
    });
    const client = clientFor(server.origin);
    context.after(async () => {
      client.destroy();
      await server.close();
    });
    const { Parameter } = await client.send(new GetParameterCommand({ Name: '/shop/tag' }));
    assert.equal(Parameter?.Value, 'v1');
    assert.equal(requests, ATTEMPTS);
  });
});

function clientFor(endpoint: string): SSMClient {
  return new SSMClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    endpoint,
    retryStrategy: new BreakRetries(ATTEMPTS),
  });
}
