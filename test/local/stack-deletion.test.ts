import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { LocalError } from '../../local/local-error.ts';
import { deleteStack } from '../../local/stack-deletion.ts';
import { event, type FakeCloudFormation, startFakeCloudFormation } from './fake-cloudformation.ts';

const STACK_ID = 'arn:example';
/** The stack's own events name it as the resource. */
const OWN = {
  StackId: STACK_ID,
  LogicalResourceId: 'example',
  PhysicalResourceId: STACK_ID,
  ResourceType: 'AWS::CloudFormation::Stack',
};

describe('deleting a stack', () => {
  let cloudFormation: FakeCloudFormation;
  beforeEach(async () => {
    cloudFormation = await startFakeCloudFormation();
    cloudFormation.events.push(event(1, 'CREATE_COMPLETE', OWN));
  });
  afterEach(() => cloudFormation.close());

  function remove(signal = new AbortController().signal): Promise<void> {
    return deleteStack(cloudFormation.client, 'example', signal);
  }

  async function requested(): Promise<void> {
    while (!cloudFormation.requests.includes('DeleteStack example')) await cloudFormation.nextRequest();
  }

  test('names it, and waits for the end under its id', async () => {
    const deleted = remove();
    await requested();
    cloudFormation.events.push(
      event(2, 'DELETE_IN_PROGRESS', OWN),
      event(3, 'DELETE_COMPLETE'),
      event(4, 'DELETE_COMPLETE', OWN),
    );
    await deleted;
    assert.equal(cloudFormation.requests.at(-1), `DescribeStackEvents ${STACK_ID}`);
  });

  test('is nothing where there is no such stack', async () => {
    cloudFormation.events.length = 0;
    await remove();
    assert.deepEqual(cloudFormation.requests, ['DescribeStacks example']);
  });

  test('waits until CloudFormation is not at work on it any more', async () => {
    cloudFormation.status = 'UPDATE_IN_PROGRESS';
    const deleted = remove();
    for (let look = 0; look < 3; look += 1) await cloudFormation.nextRequest();
    assert.deepEqual(new Set(cloudFormation.requests), new Set(['DescribeStacks example']));
    cloudFormation.status = 'UPDATE_COMPLETE';
    await requested();
    cloudFormation.events.push(event(5, 'DELETE_COMPLETE', OWN));
    await deleted;
  });

  test('gives the reason where it fails', async () => {
    const deleted = assert.rejects(remove(), (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.message, "the stack example can't be deleted: not empty: [Repository]");
      return true;
    });
    await requested();
    cloudFormation.events.push(
      event(3, 'DELETE_FAILED', { ...OWN, ResourceStatusReason: 'not empty: [Repository]' }),
    );
    await deleted;
  });

  test('takes no failure for its own that was there before', async () => {
    cloudFormation.events.push(event(3, 'DELETE_FAILED', OWN));
    cloudFormation.status = 'DELETE_FAILED';
    const deleted = remove();
    await requested();
    await cloudFormation.nextRequest();
    cloudFormation.events.push(event(5, 'DELETE_COMPLETE', OWN));
    await deleted;
  });

  test('waits no longer when we are told to stop', async () => {
    const stop = new AbortController();
    const deleted = assert.rejects(remove(stop.signal), { name: 'AbortError' });
    await requested();
    stop.abort();
    await deleted;
  });
});
