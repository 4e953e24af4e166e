import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AwsServiceParts } from '../../../cli/doctor/service-part-store.ts';
import { readBody, startLoopbackServer } from '../../support/registry/loopback-server.ts';

const NEVER = new AbortController().signal;
const QUEUE_URL = 'https://sqs.eu-central-1.amazonaws.com/111122223333/letters';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Services that speak JSON. @param answers By action. */
async function open(context: TestContext, answers: Readonly<Record<string, Answer>>) {
  const calls: { readonly action: string; readonly input: unknown }[] = [];
  const server = await startLoopbackServer(async (request, response) => {
    const { bytes } = await readBody(request);
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.push({ action, input: JSON.parse(bytes.toString()) });
    const { status = 200, headers = {}, body } = answers[action] ?? refused('UnknownOperationException');
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...headers });
    response.end(JSON.stringify(body));
  });
  context.after(() => server.close());
  const configuration = {
    endpoint: server.origin,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  };
  const clients = {
    ssm: new SSMClient(configuration),
    sqs: new SQSClient({ ...configuration, useQueueUrlAsEndpoint: false }),
    eventBridge: new EventBridgeClient(configuration),
    ecr: new ECRClient(configuration),
  };
  context.after(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  return { calls, parts: new AwsServiceParts(clients, 'eu-central-1') };
}

function refused(code: string): Answer {
  return { status: 400, body: { __type: code, message: 'no' } };
}

describe('service tokens', () => {
  test('are read in one call, and one that is missing is not among them', async (context) => {
    const { calls, parts } = await open(context, {
      GetParameters: { body: { Parameters: [{ Name: '/a', Value: 'arn' }], InvalidParameters: ['/b'] } },
    });
    assert.deepEqual(await parts.parameters(['/a', '/b'], NEVER), new Map([['/a', 'arn']]));
    assert.deepEqual(calls, [{ action: 'GetParameters', input: { Names: ['/a', '/b'] } }]);
  });
});

describe('the queue of dead letters', () => {
  test('is counted', async (context) => {
    const { parts } = await open(context, {
      GetQueueUrl: { body: { QueueUrl: QUEUE_URL } },
      GetQueueAttributes: { body: { Attributes: { ApproximateNumberOfMessages: '3' } } },
    });
    assert.equal(await parts.findMessageCount('letters', NEVER), 3);
  });

  test('is none where SQS has no such queue, as it says so since it speaks JSON', async (context) => {
    const { parts } = await open(context, {
      GetQueueUrl: {
        ...refused('com.amazonaws.sqs#QueueDoesNotExist'),
        headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
      },
    });
    assert.equal(await parts.findMessageCount('letters', NEVER), undefined);
  });
});

describe('the rule of the sweep', () => {
  test('has a state', async (context) => {
    const { calls, parts } = await open(context, { DescribeRule: { body: { State: 'DISABLED' } } });
    assert.equal(await parts.findRuleState('sweep', NEVER), 'DISABLED');
    assert.deepEqual(calls[0]?.input, { Name: 'sweep' });
  });

  test('is none where EventBridge has no such rule', async (context) => {
    const { parts } = await open(context, { DescribeRule: refused('ResourceNotFoundException') });
    assert.equal(await parts.findRuleState('sweep', NEVER), undefined);
  });
});

describe('mounting', () => {
  for (const value of ['ENABLED', 'DISABLED']) {
    test(`is ${value}`, async (context) => {
      const { calls, parts } = await open(context, {
        GetAccountSetting: { body: { name: 'BLOB_MOUNTING', value } },
      });
      assert.equal(await parts.blobMounting(NEVER), value);
      assert.deepEqual(calls[0]?.input, { name: 'BLOB_MOUNTING' });
    });
  }
});

describe('what may not be looked at is a sentence with what is needed:', () => {
  const cases: readonly (readonly [
    action: string,
    look: (parts: AwsServiceParts) => Promise<unknown>,
    permission: RegExp,
  ])[] = [
    ['GetParameters', (parts) => parts.parameters(['/a'], NEVER), /ssm:GetParameters on them is needed/],
    [
      'GetQueueUrl',
      (parts) => parts.findMessageCount('l', NEVER),
      /sqs:GetQueueUrl and sqs:GetQueueAttributes/,
    ],
    ['DescribeRule', (parts) => parts.findRuleState('r', NEVER), /events:DescribeRule on it is needed/],
    ['GetAccountSetting', (parts) => parts.blobMounting(NEVER), /ecr:GetAccountSetting is needed/],
  ];
  for (const [action, look, permission] of cases) {
    test(action, async (context) => {
      const { parts } = await open(context, { [action]: refused('AccessDeniedException') });
      await assert.rejects(look(parts), { code: 'AccessDenied', message: permission });
    });
  }
});
