import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { startSsmApi } from './ssm-api.ts';
import { testSsmApi } from './ssm-api-suite.ts';
import { TokenBucket } from './token-bucket.ts';

const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  maxAttempts: 1,
};

testSsmApi('The stand-in for SSM', async (context) => {
  const api = await startSsmApi();
  const client = new SSMClient({ ...LOCAL, endpoint: api.origin });
  context.after(async () => {
    client.destroy();
    await api.close();
  });
  return { client, accountId: api.accountId };
});

describe('The stand-in for SSM is strict', () => {
  const HEADERS = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonSSM.GetParameter',
    authorization: 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/ssm/aws4_request',
  };
  for (const [what, change, code] of [
    ['without a signature', { headers: { ...HEADERS, authorization: '' } }, 'MissingAuthenticationToken'],
    [
      'signed for another service',
      {
        headers: {
          ...HEADERS,
          authorization: 'AWS4-HMAC-SHA256 Credential=A/20261121/us-east-1/ecr/aws4_request',
        },
      },
      'InvalidSignature',
    ],
    ['of another content type', { headers: { ...HEADERS, 'content-type': 'text/plain' } }, 'Serialization'],
    ['without a target', { headers: { ...HEADERS, 'x-amz-target': '' } }, 'UnknownOperation'],
    [
      'of an action that is not here',
      { headers: { ...HEADERS, 'x-amz-target': 'AmazonSSM.SendCommand' } },
      'UnknownOperation',
    ],
    ['with a field that is not in the reference', { body: '{"Name":"a","Decrypt":true}' }, 'Validation'],
    ['without a field that is required', { body: '{}' }, 'Validation'],
    ['of no JSON', { body: 'Name=a' }, 'Serialization'],
    ['by GET', { method: 'GET', body: null }, 'UnknownOperation'],
  ] as const) {
    test(`on a request ${what}`, async () => {
      await using api = await startSsmApi();
      const response = await fetch(api.origin, {
        method: 'POST',
        headers: HEADERS,
        body: '{"Name":"a"}',
        ...change,
      });
      const { __type } = (await response.json()) as { __type: string };
      assert.equal(response.status, 400);
      assert.ok(__type.startsWith(code), __type);
      assert.equal(api.violations.length, 1);
    });
  }

  test('and on its rate, where it has one', async () => {
    await using api = await startSsmApi({ rate: { burst: 2, perSecond: 0.001 } });
    api.parameters.put('a', 'v1');
    const client = new SSMClient({ ...LOCAL, endpoint: api.origin });
    const call = () => client.send(new GetParameterCommand({ Name: 'a' }));
    await call();
    await call();
    await assert.rejects(call(), { name: 'ThrottlingException' });
    client.destroy();
  });

  test('while tokens come in again with time, up to the burst', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 10 }, 0);
    const taken = [0, 0, 0, 99, 100, 150, 10_000, 10_000, 10_000].map((now) => bucket.take(now));
    assert.deepEqual(taken, [true, true, false, false, true, false, true, true, false]);
  });
});
