import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createDynamoDbClient, TableStore } from '../../../../handlers/scaling/store/table-store.ts';
import { AwsError } from '../../../support/aws-wire/aws-error.ts';
import { type ScriptedApi, startScriptedApi } from '../../../support/aws-wire/scripted-api.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';

const NEVER = new AbortController().signal;
const KEY = { pk: 'plans', sk: 'plan-1' };
const ITEM = { pk: { S: 'plans' }, sk: { S: 'plan-1' } };
const CHECK_FAILED = new AwsError('ConditionalCheckFailedException', 'The conditional request failed');

async function open(context: TestContext): Promise<{ api: ScriptedApi; table: TableStore }> {
  const api = await startScriptedApi(context);
  const client = createDynamoDbClient(api.configuration);
  context.after(() => client.destroy());
  return { api, table: new TableStore(client, { table: 'deploytime-scaling', ...QUICK_PATIENCE }) };
}

describe("the service's table", () => {
  test('is read strongly consistently', async (context) => {
    const { api, table } = await open(context);
    await table.find(KEY, NEVER);
    await table.list('plans', {}, NEVER);
    assert.deepEqual(
      api.calls.map(({ action, input }) => [action, input.TableName, input.ConsistentRead]),
      [
        ['GetItem', 'deploytime-scaling', true],
        ['Query', 'deploytime-scaling', true],
      ],
    );
  });

  for (const code of [
    'ThrottlingException',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
  ]) {
    test(`is asked again where it answers ${code}`, async (context) => {
      const { api, table } = await open(context);
      const throttled = { error: new AwsError(code, 'Slow down') };
      api.script('GetItem', throttled, throttled, { result: { Item: ITEM } });
      assert.deepEqual(await table.find(KEY, NEVER), KEY);
      assert.equal(api.calls.length, 3);
    });
  }

  test('is asked again where it breaks off or breaks down, so many times', async (context) => {
    const { api, table } = await open(context);
    api.script(
      'GetItem',
      'reset',
      { error: new AwsError('InternalServerError', 'Sorry', 500) },
      { result: {} },
    );
    assert.equal(await table.find(KEY, NEVER), undefined);
    api.script('GetItem', { error: new AwsError('InternalServerError', 'Sorry', 500) });
    await assert.rejects(table.find(KEY, NEVER), {
      code: 'GeneralServiceException',
      message:
        'DynamoDB failed to read the item pk=plans, sk=plan-1 of the table deploytime-scaling: InternalServerError (Sorry)',
    });
    assert.equal(api.calls.length, 6);
  });

  test('that may not be written says what the role lacks', async (context) => {
    const { api, table } = await open(context);
    api.script('PutItem', { error: new AwsError('AccessDeniedException', 'User is not authorized') });
    await assert.rejects(table.put(KEY, undefined, NEVER), {
      code: 'AccessDenied',
      message: /this function's role must be allowed dynamodb:PutItem on it/,
    });
  });

  test('is read page by page, from a key on and up to a limit', async (context) => {
    const { api, table } = await open(context);
    const page = (sk: string, isLast = false) => ({
      result: { Items: [{ pk: { S: 'plans' }, sk: { S: sk } }], ...(!isLast && { LastEvaluatedKey: ITEM }) },
    });
    api.script('Query', page('a'), page('b'), page('c', true));
    const listed = await table.list('plans', { from: 'a', order: 'descending', limit: 2 }, NEVER);
    assert.deepEqual(
      listed.map(({ sk }) => sk),
      ['a', 'b'],
    );
    assert.deepEqual(
      api.calls.map(({ input }) => [input.Limit, input.ScanIndexForward, input.ExclusiveStartKey]),
      [
        [2, false, undefined],
        [1, false, ITEM],
      ],
    );
  });

  test('is not read for ever', async (context) => {
    const { api, table } = await open(context);
    api.script('Query', { result: { Items: [], LastEvaluatedKey: ITEM } });
    await assert.rejects(table.list('plans', {}, NEVER), {
      code: 'ServiceLimitExceeded',
      message: /has more than 200 MB under pk=plans/,
    });
    assert.equal(api.calls.length, 200);
  });

  test('gives what is there where a condition does not hold, and leaves out what is none of ours', async (context) => {
    const { api, table } = await open(context);
    const found = { ...ITEM, version: { N: '3' }, strange: { L: [] } };
    api.script('PutItem', { error: CHECK_FAILED, fields: { Item: found } });
    const condition = { kind: 'equal', attribute: 'version', value: 2 } as const;
    assert.deepEqual(await table.put({ ...KEY, version: 3 }, condition, NEVER), {
      found: { ...KEY, version: 3 },
    });
    const { ReturnValuesOnConditionCheckFailure, ConditionExpression, ExpressionAttributeValues } =
      api.calls[0]?.input ?? {};
    assert.equal(ReturnValuesOnConditionCheckFailure, 'ALL_OLD');
    assert.equal(ConditionExpression, '#attribute = :value');
    assert.deepEqual(ExpressionAttributeValues, { ':value': { N: '2' } });
  });

  test('ends with the deadline', async (context) => {
    const { api, table } = await open(context);
    api.script('GetItem', { error: new AwsError('ThrottlingException', 'Slow down') });
    const deadline = new AbortController();
    const reason = new Error('The time is over');
    deadline.abort(reason);
    await assert.rejects(table.find(KEY, deadline.signal), reason);
  });
});
