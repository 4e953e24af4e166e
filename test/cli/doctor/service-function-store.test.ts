import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { LambdaServiceFunctions } from '../../../cli/doctor/service-function-store.ts';
import { startLoopbackServer } from '../../support/registry/loopback-server.ts';

const NEVER = new AbortController().signal;

/** Lambda with one answer. @param answer Undefined: it has nothing of the kind. */
async function open(context: TestContext, answer: object | undefined, code = 'ResourceNotFoundException') {
  const paths: string[] = [];
  const server = await startLoopbackServer((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': code };
    response.writeHead(
      answer === undefined ? (code === 'ResourceNotFoundException' ? 404 : 403) : 200,
      headers,
    );
    response.end(JSON.stringify(answer ?? { Message: 'no' }));
  });
  context.after(() => server.close());
  const client = new LambdaClient({
    endpoint: server.origin,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
  context.after(() => client.destroy());
  return { paths, functions: new LambdaServiceFunctions(client, 'eu-central-1') };
}

describe('a function', () => {
  test('is read with its version', async (context) => {
    const { functions } = await open(context, {
      State: 'Active',
      LastUpdateStatus: 'Failed',
      LastUpdateStatusReason: 'KMS',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Environment: { Variables: { DEPLOYTIME_VERSION: '0.2.0', OTHER: 'x' } },
    });
    assert.deepEqual(await functions.find('f', NEVER), {
      state: 'Active',
      stateReason: '',
      lastUpdate: 'Failed',
      lastUpdateReason: 'KMS',
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      version: { isKnown: true, value: '0.2.0' },
    });
  });

  test('whose environment Lambda can not decrypt has a version that is not known', async (context) => {
    const { functions } = await open(context, {
      Environment: { Error: { ErrorCode: 'AccessDeniedException', Message: 'kms:Decrypt' } },
    });
    assert.deepEqual((await functions.find('f', NEVER))?.version, {
      isKnown: false,
      because: 'Lambda could not read its environment (AccessDeniedException: kms:Decrypt)',
    });
  });

  test('has an on-failure destination, of what a token without a version calls', async (context) => {
    const { paths, functions } = await open(context, {
      DestinationConfig: { OnFailure: { Destination: 'arn' } },
    });
    assert.equal(await functions.findFailureDestination('f', NEVER), 'arn');
    assert.match(
      String(paths[0]),
      /^GET \/2019-09-25\/functions\/f\/event-invoke-config\?Qualifier=%24LATEST$/,
    );
  });

  for (const reserved of [0, 5, undefined]) {
    test(`has ${reserved} runs reserved`, async (context) => {
      const answer = reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
      const { functions } = await open(context, answer);
      assert.equal(await functions.findReservedConcurrency('f', NEVER), reserved);
    });
  }
});

const LOOKS = {
  find: 'lambda:GetFunctionConfiguration',
  findFailureDestination: 'lambda:GetFunctionEventInvokeConfig',
  findReservedConcurrency: 'lambda:GetFunctionConcurrency',
} as const;

for (const [look, permission] of Object.entries(LOOKS) as [keyof typeof LOOKS, string][]) {
  test(`${look} finds nothing where there is nothing, and is a sentence where it is not allowed`, async (context) => {
    const nothing = await open(context, undefined);
    assert.equal(await nothing.functions[look]('f', NEVER), undefined);
    const denied = await open(context, undefined, 'AccessDeniedException');
    await assert.rejects(denied.functions[look]('f', NEVER), {
      code: 'AccessDenied',
      message: new RegExp(`of f; ${permission} on it is needed`),
    });
  });
}
