import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { EcsTarget } from '../../../../handlers/scaling/plan/plan.ts';
import { DynamoDbPlanStore } from '../../../../handlers/scaling/store/dynamodb-plan-store.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import { createDynamoDbClient, TableStore } from '../../../../handlers/scaling/store/table-store.ts';
import { AwsError } from '../../../support/aws-wire/aws-error.ts';
import {
  type ScriptedAnswer,
  type ScriptedCall,
  startScriptedApi,
} from '../../../support/aws-wire/scripted-api.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { batchStep, night, nightly, ORDERS, storedPlan } from '../../../support/scaling/plans.ts';

/*
 * What the store says to DynamoDB, and what it makes of the answers. That it does what a store of plans does is held by
 * the suite, over real servers: test/integration/plan-store.test.ts.
 */

const NEVER = new AbortController().signal;
const NOW = night('01:00') + 1;
const RUN = { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:00') } as const;

type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

async function open(context: TestContext) {
  const api = await startScriptedApi(context);
  const client = createDynamoDbClient(api.configuration);
  context.after(() => client.destroy());
  const table = new TableStore(client, { table: 'deploytime-scaling', ...QUICK_PATIENCE });
  return { api, store: new DynamoDbPlanStore(table, { clock: () => NOW }) };
}

function itemIn(call: ScriptedCall | undefined): Item {
  return call?.input.Item as Item;
}

function planItem(stored: StoredPlan, version: number): Item {
  return {
    pk: { S: 'plans' },
    sk: { S: stored.plan.id },
    format: { N: '1' },
    version: { N: String(version) },
    json: { S: JSON.stringify(stored) },
    writer: { S: 'another' },
  };
}

/** The condition does not hold; what is there comes along. */
function refused(there?: Item): ScriptedAnswer {
  const error = new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
  return { error, fields: there === undefined ? {} : { Item: there } };
}

describe('a plan that is written', () => {
  test('carries its version and a mark of this write', async (context) => {
    const { api, store } = await open(context);
    assert.equal(await store.putPlan(storedPlan(), 'new', NEVER), 1);
    assert.equal(await store.putPlan(storedPlan([nightly()], { status: 'removed' }), 7, NEVER), 8);
    const [first, second] = api.calls;
    const { json, writer, ...rest } = itemIn(first);
    assert.deepEqual(rest, {
      pk: { S: 'plans' },
      sk: { S: 'plan-1' },
      format: { N: '1' },
      version: { N: '1' },
    });
    assert.deepEqual(JSON.parse(json?.S ?? ''), storedPlan());
    assert.equal(first?.input.ConditionExpression, 'attribute_not_exists(pk)');
    assert.deepEqual(second?.input.ExpressionAttributeNames, { '#attribute': 'version' });
    assert.deepEqual(second?.input.ExpressionAttributeValues, { ':value': { N: '7' } });
    assert.ok(writer?.S && itemIn(second).writer?.S && writer.S !== itemIn(second).writer?.S);
  });

  test('is written where what is there is this very write', async (context) => {
    const { api, store } = await open(context);
    api.script('PutItem', (call) => refused(itemIn(call)));
    assert.equal(await store.putPlan(storedPlan(), 'new', NEVER), 1);
  });

  test('is not where what is there is the same, but of somebody else', async (context) => {
    const { api, store } = await open(context);
    api.script('PutItem', refused(planItem(storedPlan(), 1)));
    assert.equal(await store.putPlan(storedPlan(), 'new', NEVER), undefined);
  });

  test('is not where nothing is there any more', async (context) => {
    const { api, store } = await open(context);
    api.script('PutItem', refused());
    assert.equal(await store.putPlan(storedPlan(), 3, NEVER), undefined);
  });

  test('is changed as it is when it is written, however often that takes', async (context) => {
    const { api, store } = await open(context);
    const versions = [1, 2, 3].map((priority) => storedPlan([nightly({ priority })]));
    const items = versions.map((stored, index) => planItem(stored, index + 1));
    api.script('GetItem', ...items.map((Item) => ({ result: { Item } })));
    api.script('PutItem', refused(items[1]), refused(items[2]), { result: {} });
    const seen: StoredPlan[] = [];
    const updated = await store.updatePlan(
      'plan-1',
      (before) => {
        seen.push(before);
        return { ...before, status: 'removed' };
      },
      NEVER,
    );
    assert.deepEqual(seen, versions);
    assert.deepEqual(updated, storedPlan([nightly({ priority: 3 })], { status: 'removed' }));
    assert.equal(itemIn(api.calls.at(-1)).version?.N, '4');
  });

  test('by others all the time is given up', async (context) => {
    const { api, store } = await open(context);
    const Item = planItem(storedPlan(), 1);
    api.script('GetItem', { result: { Item } });
    api.script('PutItem', refused(Item));
    await assert.rejects(
      store.updatePlan('plan-1', (before) => ({ ...before, status: 'removed' }), NEVER),
      { code: 'NotStabilized', message: /^Others write the plan plan-1 all the time: 20 times/ },
    );
    assert.equal(api.calls.filter(({ action }) => action === 'PutItem').length, 21);
  });

  test('is deleted only as it was read', async (context) => {
    const { api, store } = await open(context);
    const Item = planItem(storedPlan([nightly()], { status: 'removed' }), 3);
    api.script('GetItem', { result: { Item } });
    api.script('DeleteItem', refused(planItem(storedPlan(), 4)));
    await store.deletePlan('plan-1', NEVER);
    const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } =
      api.calls[1]?.input ?? {};
    assert.equal(ConditionExpression, '#attribute = :value');
    assert.deepEqual(ExpressionAttributeNames, { '#attribute': 'version' });
    assert.deepEqual(ExpressionAttributeValues, { ':value': { N: '3' } });
  });
});

describe("a target's state", () => {
  test('has its version beside the JSON, and not in it', async (context) => {
    const { api, store } = await open(context);
    const saved = await store.saveTargetState(ORDERS, { version: 4, changedAt: 7 }, NEVER);
    assert.deepEqual(saved, { version: 5, changedAt: 7 });
    const { json, version } = itemIn(api.calls[0]);
    assert.deepEqual([json?.S, version?.N], ['{"changedAt":7}', '5']);
  });

  test('is looked up once for each target of the plan, ten at a time', async (context) => {
    const { api, store } = await open(context);
    const targets = Array.from(
      { length: 23 },
      (_, index): EcsTarget => ({
        kind: 'ecs',
        cluster: 'prod',
        service: `service-${index}`,
      }),
    );
    const steps = targets.map((target) => ({ ...batchStep({ desiredCount: 1 }), target }));
    const stored = {
      ...storedPlan([nightly({ steps }), nightly({ name: 'weekly', steps })]),
      formerTargets: [ORDERS, ...targets.slice(0, 2)],
    };
    api.script('GetItem', (call) => {
      const { pk } = call.input.Key as { readonly pk: { readonly S: string } };
      return { result: pk.S === 'plans' ? { Item: planItem(stored, 1) } : {} };
    });
    assert.deepEqual(await store.listRecorded('plan-1', NEVER), []);
    const keys = api.calls.slice(1).map(({ input }) => (input.Key as { pk: { S: string } }).pk.S);
    const names = targets.map((_, index) => `target#ecs/prod/service-${index}`);
    assert.deepEqual(keys.toSorted(), [...names, 'target#docdb/orders'].toSorted());
  });
});

describe('a claim', () => {
  for (const [what, scheduledTime, from] of [
    ['is kept for 90 days', night('01:00'), NOW],
    ['of a run that is to come is kept for 90 days from then', night('05:00', 30), night('05:00', 30)],
  ] as const) {
    test(what, async (context) => {
      const { api, store } = await open(context);
      assert.equal(await store.claimRun({ ...RUN, scheduledTime }, 'execution-1', NEVER), true);
      const seconds = Math.ceil(from / 1000) + 90 * 24 * 60 * 60;
      assert.equal(itemIn(api.calls[0]).expiresAt?.N, String(seconds));
      assert.equal(
        api.calls[0]?.input.ConditionExpression,
        'attribute_not_exists(pk) OR #attribute = :value',
      );
    });
  }

  test('that another execution has is none', async (context) => {
    const { api, store } = await open(context);
    api.script('PutItem', refused());
    assert.equal(await store.claimRun(RUN, 'execution-2', NEVER), false);
  });
});
