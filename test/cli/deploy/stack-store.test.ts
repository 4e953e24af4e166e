import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFormationStacks } from '../../../cli/deploy/stack-store.ts';
import { startScriptedQueryApi } from '../scripted-query-api.ts';

const NEVER = new AbortController().signal;
const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/deploytime/1';

async function open(context: TestContext) {
  const api = await startScriptedQueryApi(context);
  const client = new CloudFormationClient(api.configuration);
  context.after(() => client.destroy());
  return { api, stacks: new CloudFormationStacks(client, 'eu-central-1') };
}

function described(status: string): string {
  return `<Stacks><member><StackName>deploytime</StackName><StackId>${STACK_ID}</StackId><StackStatus>${status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Parameters><member><ParameterKey>Qualifier</ParameterKey><ParameterValue></ParameterValue></member><member><ParameterKey>LogRetention</ParameterKey><ParameterValue>30</ParameterValue></member></Parameters></member></Stacks>`;
}

function event(number: number, logicalId = `R${number}`): string {
  return `<member><StackId>${STACK_ID}</StackId><StackName>deploytime</StackName><EventId>e${number}</EventId><LogicalResourceId>${logicalId}</LogicalResourceId><PhysicalResourceId>${logicalId === 'deploytime' ? STACK_ID : 'p'}</PhysicalResourceId><ResourceType>T</ResourceType><Timestamp>2026-01-01T00:00:0${number}Z</Timestamp><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`;
}

describe('a stack', () => {
  test('is read with its parameters', async (context) => {
    const { api, stacks } = await open(context);
    api.script('DescribeStacks', { xml: described('UPDATE_COMPLETE') });
    assert.deepEqual(await stacks.find('deploytime', NEVER), {
      name: 'deploytime',
      id: STACK_ID,
      status: 'UPDATE_COMPLETE',
      parameters: new Map([
        ['Qualifier', ''],
        ['LogRetention', '30'],
      ]),
    });
  });

  test('that is gone is none, by its name and by its id', async (context) => {
    const { api, stacks } = await open(context);
    api.script(
      'DescribeStacks',
      { code: 'ValidationError', message: 'Stack with id deploytime does not exist' },
      { xml: described('DELETE_COMPLETE') },
    );
    assert.equal(await stacks.find('deploytime', NEVER), undefined);
    assert.equal(await stacks.find(STACK_ID, NEVER), undefined);
  });

  test('that may not be looked at is a sentence with what is needed', async (context) => {
    const { api, stacks } = await open(context);
    api.script('DescribeStacks', { code: 'AccessDenied', message: 'no', status: 403 });
    await assert.rejects(stacks.find('deploytime', NEVER), {
      code: 'AccessDenied',
      message:
        'CloudFormation in eu-central-1 refused to describe the stack deploytime; cloudformation:DescribeStacks on it is needed (AccessDenied: no)',
    });
  });

  test('is deleted by its id, with one token for each try', async (context) => {
    const { api, stacks } = await open(context);
    api.script('DeleteStack', 'reset', { xml: '' });
    await stacks.remove(STACK_ID, 'delete-t', NEVER);
    assert.deepEqual(
      api.calls.map(({ fields }) => fields),
      Array.from({ length: 2 }, () => ({ StackName: STACK_ID, ClientRequestToken: 'delete-t' })),
    );
  });

  test('gives its template as it was sent', async (context) => {
    const { api, stacks } = await open(context);
    api.script('GetTemplate', { xml: '<TemplateBody>{&quot;a&quot;:1}</TemplateBody>' });
    assert.equal(await stacks.getTemplate(STACK_ID, NEVER), '{"a":1}');
    assert.equal(api.calls[0]?.fields.TemplateStage, 'Original');
  });
});

describe('events', () => {
  test('are read back to one that is known, and told in the order of time', async (context) => {
    const { api, stacks } = await open(context);
    api.script(
      'DescribeStackEvents',
      { xml: `<StackEvents>${event(5, 'deploytime')}${event(4)}</StackEvents><NextToken>n</NextToken>` },
      { xml: `<StackEvents>${event(3)}${event(2)}${event(1)}</StackEvents><NextToken>m</NextToken>` },
    );
    const events = await stacks.newEvents(STACK_ID, new Set(['e2', 'e1']), NEVER);
    assert.deepEqual(
      events.map(({ id, isOfStack }) => [id, isOfStack]),
      [
        ['e3', false],
        ['e4', false],
        ['e5', true],
      ],
    );
    assert.equal(api.calls.length, 2);
  });

  test('of an operation before are one page: only what comes after it counts', async (context) => {
    const { api, stacks } = await open(context);
    api.script('DescribeStackEvents', {
      xml: `<StackEvents>${event(1)}</StackEvents><NextToken>n</NextToken>`,
    });
    assert.equal((await stacks.newEvents(STACK_ID, new Set(), NEVER)).length, 1);
    assert.equal(api.calls.length, 1);
  });

  test('whose pages never end are read to a bound', async (context) => {
    const { api, stacks } = await open(context);
    api.script('DescribeStackEvents', {
      xml: `<StackEvents>${event(1)}</StackEvents><NextToken>n</NextToken>`,
    });
    await stacks.newEvents(STACK_ID, new Set(['e0']), NEVER);
    assert.equal(api.calls.length, 20);
  });
});
