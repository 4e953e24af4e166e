import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { LocalError } from '../../local/local-error.ts';
import { deleteStack } from '../../local/stack-deletion.ts';
import { event, type FakeCloudFormation, startFakeCloudFormation } from './fake-cloudformation.ts';

const STACK = { stackName: 'example', stackId: 'arn:example' };
/** The stack's own events name it as the resource. */
const OWN = {
  LogicalResourceId: 'example',
  PhysicalResourceId: STACK.stackId,
  ResourceType: 'AWS::CloudFormation::Stack',
};

describe('deleting a stack', () => {
  let cloudFormation: FakeCloudFormation;
  beforeEach(async () => {
    cloudFormation = await startFakeCloudFormation();
    cloudFormation.events.push(event(1, 'CREATE_COMPLETE', OWN), event(2, 'DELETE_IN_PROGRESS', OWN));
  });
  afterEach(() => cloudFormation.close());

  test('names it, and waits for the end under its id', async () => {
    const deleted = deleteStack(cloudFormation.client, STACK);
    await cloudFormation.nextRequest();
    await cloudFormation.nextRequest();
    cloudFormation.events.push(event(3, 'DELETE_COMPLETE'), event(4, 'DELETE_COMPLETE', OWN));
    await deleted;
    assert.equal(cloudFormation.requests[0], 'DeleteStack example');
    assert.equal(cloudFormation.requests.at(-1), 'DescribeStackEvents arn:example');
  });

  test('gives the reason where it fails', async () => {
    cloudFormation.events.push(
      event(3, 'DELETE_FAILED', { ...OWN, ResourceStatusReason: 'not empty: [Repository]' }),
    );
    await assert.rejects(deleteStack(cloudFormation.client, STACK), (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.message, "the stack example can't be deleted: not empty: [Repository]");
      return true;
    });
  });

  test('waits no longer when we are told to stop', async () => {
    const stop = new AbortController();
    const deleted = deleteStack(cloudFormation.client, STACK, stop.signal);
    stop.abort();
    await assert.rejects(deleted, { name: 'AbortError' });
  });
});
