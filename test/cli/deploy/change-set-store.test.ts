import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFormationChangeSets } from '../../../cli/deploy/change-set-store.ts';
import { startScriptedQueryApi } from '../scripted-query-api.ts';

const NEVER = new AbortController().signal;
const ID = 'arn:aws:cloudformation:eu-central-1:111122223333:changeSet/deploytime-t/2';
const REQUEST = {
  stackName: 'deploytime',
  kind: 'UPDATE',
  templateUrl: 'https://b.s3.eu-central-1.amazonaws.com/k',
  parameters: [
    { name: 'Qualifier', keeps: true },
    { name: 'LogRetention', value: '30' },
  ],
  token: 't-1',
} as const;

async function open(context: TestContext) {
  const api = await startScriptedQueryApi(context);
  const client = new CloudFormationClient(api.configuration);
  context.after(() => client.destroy());
  return { api, changeSets: new CloudFormationChangeSets(client, 'eu-central-1') };
}

function added(logicalId: string): string {
  return `<member><Type>Resource</Type><ResourceChange><Action>Add</Action><LogicalResourceId>${logicalId}</LogicalResourceId><ResourceType>AWS::A::B</ResourceType></ResourceChange></member>`;
}

describe('a change set', () => {
  test('is made with a token, the present values and the capability for named roles', async (context) => {
    const { api, changeSets } = await open(context);
    api.script('CreateChangeSet', 'reset', { xml: `<Id>${ID}</Id><StackId>arn:stack</StackId>` });
    assert.deepEqual(await changeSets.create(REQUEST, NEVER), { id: ID, stackId: 'arn:stack' });
    const [first, second] = api.calls;
    assert.deepEqual(first, second, 'what is tried again is the same');
    assert.deepEqual(first?.fields, {
      StackName: 'deploytime',
      ChangeSetName: 'deploytime-t-1',
      ChangeSetType: 'UPDATE',
      ClientToken: 't-1',
      Description: 'Made by deploytime deploy',
      TemplateURL: 'https://b.s3.eu-central-1.amazonaws.com/k',
      'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
      'Parameters.member.1.ParameterKey': 'Qualifier',
      'Parameters.member.1.UsePreviousValue': 'true',
      'Parameters.member.2.ParameterKey': 'LogRetention',
      'Parameters.member.2.ParameterValue': '30',
    });
  });

  test('of a new stack takes back what outlived the one before', async (context) => {
    const { api, changeSets } = await open(context);
    api.script('CreateChangeSet', { xml: `<Id>${ID}</Id><StackId>arn:stack</StackId>` });
    await changeSets.create({ ...REQUEST, kind: 'CREATE' }, NEVER);
    assert.equal(api.calls[0]?.fields.ImportExistingResources, 'true');
  });

  test('is read page by page, with the values of properties', async (context) => {
    const { api, changeSets } = await open(context);
    api.script(
      'DescribeChangeSet',
      { xml: `<Status>CREATE_COMPLETE</Status><Changes>${added('A')}</Changes><NextToken>n</NextToken>` },
      { xml: `<Status>CREATE_COMPLETE</Status><Changes>${added('B')}</Changes>` },
    );
    const { status, changes } = await changeSets.get(ID, NEVER);
    assert.equal(status, 'CREATE_COMPLETE');
    assert.deepEqual(
      changes.map(({ logicalId }) => logicalId),
      ['A', 'B'],
    );
    assert.deepEqual(
      api.calls.map(({ fields }) => [fields.IncludePropertyValues, fields.NextToken]),
      [
        ['true', undefined],
        ['true', 'n'],
      ],
    );
  });

  test('whose pages never end is read to a bound', async (context) => {
    const { api, changeSets } = await open(context);
    api.script('DescribeChangeSet', { xml: '<Status>CREATE_COMPLETE</Status><NextToken>n</NextToken>' });
    await changeSets.get(ID, NEVER);
    assert.equal(api.calls.length, 20);
  });

  test('is carried out once, whatever becomes of the connection: each try has one token', async (context) => {
    const { api, changeSets } = await open(context);
    api.script('ExecuteChangeSet', 'reset', { xml: '' });
    await changeSets.execute(ID, 't-1', NEVER);
    assert.deepEqual(
      api.calls.map(({ fields }) => fields),
      Array.from({ length: 2 }, () => ({ ChangeSetName: ID, ClientRequestToken: 't-1' })),
    );
  });

  const failures: readonly (readonly [code: string, our: string, sentence: RegExp])[] = [
    [
      'AccessDenied',
      'AccessDenied',
      /^CloudFormation in eu-central-1 refused to make a change set of the stack deploytime; cloudformation:CreateChangeSet on it, and s3:GetObject on the template in its bucket is needed/,
    ],
    ['ValidationError', 'Usage', /\(ValidationError: no\)$/],
    ['AlreadyExistsException', 'UnusableStack', /\(AlreadyExistsException: no\)$/],
    ['Throttling', 'Unreachable', /asked to slow down/],
  ];
  for (const [code, our, sentence] of failures) {
    test(`that is refused with ${code} is a sentence`, async (context) => {
      const { api, changeSets } = await open(context);
      api.script('CreateChangeSet', { code, message: 'no' });
      await assert.rejects(changeSets.create(REQUEST, NEVER), { code: our, message: sentence });
    });
  }
});
