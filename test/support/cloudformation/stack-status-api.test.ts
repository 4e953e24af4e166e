import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { scriptedProvider } from './controls/scripted-provider.ts';
import { startResponseServer } from './response-server.ts';
import { Stack } from './stack.ts';
import { startStackStatusApi } from './stack-status-api.ts';
import { BUILT_IN_TYPE, type Template } from './template.ts';

const TOKEN = 'arn:aws:lambda:us-east-1:111122223333:function:provider';
const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  maxAttempts: 1,
};

test("a stack's status is what it is doing, at each request and between deployments", async () => {
  const responses = await startResponseServer();
  const seen: string[] = [];
  const provider = scriptedProvider(({ RequestType }) => {
    seen.push(`${RequestType} in ${stack.status}`);
    return undefined;
  });
  const stack = new Stack({ responses, providers: { [TOKEN]: provider } });
  const template = (Name: string, generation: number): Template => ({
    Thing: { type: 'Custom::Thing', properties: { ServiceToken: TOKEN, Name } },
    Breaker: { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn: ['Thing'] },
  });
  const fail = { logicalId: 'Breaker' };
  try {
    assert.equal(stack.status, undefined);
    await stack.deploy(template('a', 1), { fail });
    assert.equal(stack.status, 'ROLLBACK_COMPLETE');
    await stack.delete();
    await stack.deploy(template('a', 1));
    await stack.deploy(template('b', 2));
    await stack.deploy(template('c', 3), { fail });
    assert.equal(stack.status, 'UPDATE_ROLLBACK_COMPLETE');
    await stack.delete();
    assert.equal(stack.status, 'DELETE_COMPLETE');
  } finally {
    await responses.stop();
  }
  assert.deepEqual(seen, [
    'Create in CREATE_IN_PROGRESS',
    'Delete in ROLLBACK_IN_PROGRESS',
    'Create in CREATE_IN_PROGRESS',
    'Update in UPDATE_IN_PROGRESS',
    'Delete in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Update in UPDATE_IN_PROGRESS',
    'Update in UPDATE_ROLLBACK_IN_PROGRESS',
    'Delete in UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'Delete in DELETE_IN_PROGRESS',
  ]);
});

describe('The stand-in for DescribeStacks', () => {
  const STACK_ID = 'arn:aws:cloudformation:us-east-1:111122223333:stack/shop/5f0c1c30-1e2d';

  test('tells a stack by its id, with its name and status', async () => {
    await using api = await startStackStatusApi({ statusOf: () => 'UPDATE_IN_PROGRESS' });
    const client = new CloudFormationClient({ ...LOCAL, endpoint: api.origin });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK_ID }));
    client.destroy();
    const [stack] = Stacks ?? [];
    assert.deepEqual(
      [stack?.StackId, stack?.StackName, stack?.StackStatus],
      [STACK_ID, 'shop', 'UPDATE_IN_PROGRESS'],
    );
    assert.deepEqual(api.violations, []);
  });

  for (const [what, input] of [
    ['all stacks', {}],
    ['a stack by its name, which another one may get', { StackName: 'shop' }],
    ['a further page', { StackName: STACK_ID, NextToken: 'next' }],
  ] as const) {
    test(`refuses to tell ${what}`, async () => {
      await using api = await startStackStatusApi({ statusOf: () => 'UPDATE_IN_PROGRESS' });
      const client = new CloudFormationClient({ ...LOCAL, endpoint: api.origin });
      await assert.rejects(client.send(new DescribeStacksCommand(input)), { name: 'ValidationError' });
      client.destroy();
      assert.equal(api.violations.length, 1);
    });
  }
});
