import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFormationStackResources } from '../../../cli/doctor/stack-resource-store.ts';
import { startScriptedQueryApi } from '../scripted-query-api.ts';

const NEVER = new AbortController().signal;

async function open(context: TestContext) {
  const api = await startScriptedQueryApi(context);
  const client = new CloudFormationClient(api.configuration);
  context.after(() => client.destroy());
  return { api, store: new CloudFormationStackResources(client, 'eu-central-1') };
}

function stack(name: string): string {
  return `<member><StackName>${name}</StackName><StackId>arn:${name}</StackId><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime></member>`;
}

function resource(logicalId: string, status = 'CREATE_COMPLETE'): string {
  return `<member><LogicalResourceId>${logicalId}</LogicalResourceId><ResourceType>Custom::EcrImage</ResourceType><ResourceStatus>${status}</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`;
}

describe('stacks', () => {
  test('that are not deleted are listed, page by page', async (context) => {
    const { api, store } = await open(context);
    api.script(
      'ListStacks',
      { xml: `<StackSummaries>${stack('a')}</StackSummaries><NextToken>n</NextToken>` },
      { xml: `<StackSummaries>${stack('b')}</StackSummaries>` },
    );
    assert.deepEqual(
      (await store.liveStacks(NEVER)).map(({ name }) => name),
      ['a', 'b'],
    );
    const filter = Object.entries(api.calls[0]?.fields ?? {}).map(([, value]) => value);
    assert.ok(filter.includes('UPDATE_ROLLBACK_FAILED') && filter.includes('DELETE_FAILED'));
    assert.ok(!filter.includes('DELETE_COMPLETE') && !filter.includes('REVIEW_IN_PROGRESS'));
  });

  test('are too many at a bound, and that is said', async (context) => {
    const { api, store } = await open(context);
    api.script('ListStacks', {
      xml: `<StackSummaries>${stack('a')}</StackSummaries><NextToken>n</NextToken>`,
    });
    await assert.rejects(store.liveStacks(NEVER), { message: /more than 100 pages of stacks/ });
    assert.equal(api.calls.length, 100);
  });
});

describe("a stack's resources", () => {
  test('are those that are there, of all pages', async (context) => {
    const { api, store } = await open(context);
    api.script(
      'ListStackResources',
      {
        xml: `<StackResourceSummaries>${resource('A')}${resource('Gone', 'DELETE_COMPLETE')}</StackResourceSummaries><NextToken>n</NextToken>`,
      },
      { xml: `<StackResourceSummaries>${resource('B', 'UPDATE_FAILED')}</StackResourceSummaries>` },
    );
    assert.deepEqual(await store.resourcesOf('arn:a', NEVER), [
      { logicalId: 'A', type: 'Custom::EcrImage' },
      { logicalId: 'B', type: 'Custom::EcrImage' },
    ]);
  });

  test('are none where the stack went meanwhile', async (context) => {
    const { api, store } = await open(context);
    api.script('ListStackResources', {
      code: 'ValidationError',
      message: 'Stack with id arn:a does not exist',
    });
    assert.deepEqual(await store.resourcesOf('arn:a', NEVER), []);
  });

  test('that may not be looked at are a sentence', async (context) => {
    const { api, store } = await open(context);
    api.script('ListStackResources', { code: 'AccessDenied', message: 'no', status: 403 });
    await assert.rejects(store.resourcesOf('arn:a', NEVER), {
      code: 'AccessDenied',
      message: /cloudformation:ListStackResources on it is needed/,
    });
  });
});
