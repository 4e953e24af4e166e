import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDbPlanStore } from '../../handlers/scaling/store/dynamodb-plan-store.ts';
import { DynamoDbHistoryStore } from '../../handlers/scaling/store/history-store.ts';
import { createDynamoDbClient, TableStore } from '../../handlers/scaling/store/table-store.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { createScalingTable } from '../support/dynamodb/scaling-table.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { type FaultProxy, startFaultProxy } from '../support/registry/fault-proxy.ts';
import { testHistoryStore } from '../support/scaling/history-store-suite.ts';
import { testPlanStore } from '../support/scaling/plan-store-suite.ts';
import { night, nightly, ORDERS, storedPlan } from '../support/scaling/plans.ts';
import { witness } from '../support/witness.ts';

/*
 * The store that the functions use, over two DynamoDBs that others wrote. The suite is the one that the store in memory
 * passes (test/support/scaling/in-memory-plan-store.test.ts).
 */

const TABLE = 'deploytime-scaling';
const NEVER = new AbortController().signal;

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  async function open(context: TestContext, endpoint = moto.origin) {
    await moto.reset();
    return openTable(context, { endpoint, accessKeyId: 'test' });
  }

  testPlanStore("plans in moto's DynamoDB", async (context) => planStoreOf(await open(context)));
  testHistoryStore("the history in moto's DynamoDB", async (context) => historyOf(await open(context)));

  describe('a write whose answer is lost', () => {
    let proxy: FaultProxy;
    before(async () => {
      proxy = await startFaultProxy({ upstream: moto.origin });
    });
    after(() => proxy?.close());

    function loseAnswer(action: string): void {
      const target = `DynamoDB_20120810.${action}`;
      proxy.fail(({ headers }) => headers['x-amz-target'] === target, { kind: 'reset after request' });
    }

    async function openBehindProxy(context: TestContext) {
      proxy.reset();
      return open(context, proxy.origin);
    }

    const puts = () =>
      proxy.requests.filter(({ headers }) => headers['x-amz-target'] === 'DynamoDB_20120810.PutItem').length;

    test('is the own one: of a state', async (context) => {
      const store = planStoreOf(await openBehindProxy(context));
      for (const version of [0, 1]) {
        loseAnswer('PutItem');
        const saved = await store.saveTargetState(ORDERS, { version, changedAt: 7 }, NEVER);
        assert.deepEqual(saved, { version: version + 1, changedAt: 7 });
      }
      assert.equal(puts(), 4);
      assert.equal((await store.getTargetState(ORDERS, NEVER)).version, 2);
    });

    test('is the own one: of a plan', async (context) => {
      const store = planStoreOf(await openBehindProxy(context));
      loseAnswer('PutItem');
      assert.equal(await store.putPlan(storedPlan(), 'new', NEVER), 1);
      loseAnswer('PutItem');
      await store.addOverride('plan-1', WORD, NEVER);
      assert.deepEqual((await store.findPlan('plan-1', NEVER))?.overrides, [WORD]);
      assert.equal(puts(), 4);
      assert.equal(await store.putPlan(storedPlan(), 2, NEVER), 3);
    });

    test('is the own one: of a claim, and of a deletion', async (context) => {
      const store = planStoreOf(await openBehindProxy(context));
      loseAnswer('PutItem');
      const run = { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: 0 } as const;
      assert.equal(await store.claimRun(run, 'execution-1', NEVER), true);
      assert.equal(await store.claimRun(run, 'execution-2', NEVER), false);
      await store.putPlan(storedPlan([nightly()], { status: 'removed' }), 'new', NEVER);
      loseAnswer('DeleteItem');
      await store.deletePlan('plan-1', NEVER);
      assert.equal(await store.findPlan('plan-1', NEVER), undefined);
    });

    test("is nobody's where another was written after it", async (context) => {
      const table = await openBehindProxy(context);
      const [store, other] = [planStoreOf(table), planStoreOf(table)];
      const isFirst = (number: number) => proxy.requests.filter(isPut)[0]?.number === number;
      proxy.fail((request) => isPut(request) && isFirst(request.number), { kind: 'reset after request' });
      proxy.after(
        (request) => isPut(request) && isFirst(request.number),
        () => other.saveTargetState(ORDERS, { version: 1, changedAt: 2 }, NEVER),
      );
      const saved = await store.saveTargetState(ORDERS, { version: 0, changedAt: 1 }, NEVER);
      assert.equal(saved, undefined, 'the state that it would give is not the one that is stored');
      assert.deepEqual(await store.getTargetState(ORDERS, NEVER), { version: 2, changedAt: 2 });
    });
  });

  test('beside its JSON an item has what conditions and the expiry need', async (context) => {
    const table = await open(context);
    const store = planStoreOf(table);
    await store.putPlan(storedPlan(), 'new', NEVER);
    await store.saveTargetState(ORDERS, { version: 0, changedAt: 7 }, NEVER);
    const run = {
      plan: 'plan-1',
      scenario: 'nightly',
      edge: 'start',
      scheduledTime: night('01:00'),
    } as const;
    await store.claimRun(run, 'execution-1', NEVER);
    await historyOf(table).appendHistory(
      [{ at: night('01:00'), outcome: 'Started', reason: 'It begins', run, execution: 'execution-1' }],
      NEVER,
    );
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: TABLE }));
    const items = Items.map((item) =>
      Object.fromEntries(
        Object.entries(item)
          .filter(([name]) => name !== 'json' && name !== 'writer')
          .map(([name, { S, N }]) => [name, N === undefined ? S : Number(N)]),
      ),
    ).toSorted((a, b) => (String(a.pk) < String(b.pk) ? -1 : 1));
    const expiresAt = night('01:00', 90) / 1000;
    assert.deepEqual(items, [
      {
        pk: 'history#plan-1',
        sk: '2026-11-20T01:00:00.000Z#run#63093cff-0',
        format: 1,
        expiresAt,
      },
      { pk: 'plans', sk: 'plan-1', format: 1, version: 1 },
      {
        pk: 'run#plan-1|nightly|start|2026-11-20T01:00:00Z|',
        sk: 'claim',
        format: 1,
        execution: 'execution-1',
        expiresAt,
      },
      { pk: 'target#docdb/orders', sk: 'state', format: 1, version: 1 },
    ]);
  });

  describe('an item that the service did not write so', () => {
    const PLAN = { pk: { S: 'plans' }, sk: { S: 'plan-1' }, format: { N: '1' }, version: { N: '1' } };
    const STATE = { pk: { S: 'target#docdb/orders' }, sk: { S: 'state' }, format: { N: '1' } };
    for (const [what, item, said] of [
      ['is no JSON', { ...PLAN, json: { S: '{' } }, /pk=plans, sk=plan-1 can't be read: .*json is no JSON/],
      ['has no JSON', PLAN, /pk=plans, sk=plan-1 can't be read/],
      ['is no object', { ...PLAN, json: { S: '[]' } }, /its attribute json is no object/],
      ['is no plan', { ...PLAN, json: { S: '{}' } }, /it holds no plan of that name/],
      [
        'is another plan',
        { ...PLAN, json: { S: JSON.stringify(storedPlan([nightly()], { id: 'plan-2' })) } },
        /it holds no plan of that name/,
      ],
      [
        'is of a later format',
        { ...PLAN, format: { N: '2' }, json: { S: JSON.stringify(storedPlan()) } },
        /it is of format 2, and this version of the service reads 1/,
      ],
      ['has no version', { ...STATE, json: { S: '{}' } }, /sk=state can't be read: it has no version/],
      [
        'has a version that is none',
        { ...STATE, version: { S: 'one' }, json: { S: '{}' } },
        /sk=state can't be read: it has no version/,
      ],
    ] as const) {
      test(`${what}: that is said, with its key`, async (context) => {
        const table = await open(context);
        await table.client.send(new PutItemCommand({ TableName: TABLE, Item: item }));
        const store = planStoreOf(table);
        const failure = { code: 'InternalFailure', message: said };
        if (item.pk.S === 'plans') {
          await assert.rejects(store.findPlan('plan-1', NEVER), failure);
          await assert.rejects(store.listPlans(NEVER), failure);
        } else await assert.rejects(store.getTargetState(ORDERS, NEVER), failure);
      });
    }
  });

  test('a plan that no item holds is refused before it is sent', async (context) => {
    const table = await open(context);
    const steps = nightly().steps;
    const scenarios = Array.from({ length: 3000 }, (_, index) =>
      nightly({ name: `scenario-${index}`, steps }),
    );
    await assert.rejects(planStoreOf(table).putPlan(storedPlan(scenarios), 'new', NEVER), {
      code: 'ServiceLimitExceeded',
      message: /pk=plans, sk=plan-1 would have \d+ bytes of JSON; allowed are at most 390000/,
    });
    const found = await table.client.send(
      new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'plans' }, sk: { S: 'plan-1' } } }),
    );
    assert.equal(found.Item, undefined);
  });

  test('a table that is not there is a fault of the service stack', async (context) => {
    const { client } = await open(context);
    const store = new DynamoDbPlanStore(new TableStore(client, { table: 'deploytime-scaling-2' }));
    await assert.rejects(store.findPlan('plan-1', NEVER), {
      code: 'NotFound',
      message:
        /^DynamoDB refused to read the item pk=plans, sk=plan-1 of the table deploytime-scaling-2: ResourceNotFoundException; the table belongs to the service stack: deploy that again/,
    });
  });
});

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-plans-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function open(context: TestContext) {
    // Its accounts are told by the access key, and empty at first.
    account += 1;
    return openTable(context, {
      endpoint: ministack.endpoint.origin,
      accessKeyId: String(account).padStart(12, '0'),
    });
  }

  testPlanStore("plans in MiniStack's DynamoDB", async (context) => planStoreOf(await open(context)));
  testHistoryStore("the history in MiniStack's DynamoDB", async (context) => historyOf(await open(context)));
});

const WORD = { scenario: 'nightly', hold: 'open', from: night('01:00'), until: night('02:00') } as const;

interface OpenTable {
  readonly client: DynamoDBClient;
  readonly table: TableStore;
}

async function openTable(
  context: TestContext,
  { endpoint, accessKeyId }: { readonly endpoint: string; readonly accessKeyId: string },
): Promise<OpenTable> {
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  const client = createDynamoDbClient({ endpoint, region: 'us-east-1', credentials });
  context.after(() => client.destroy());
  await createScalingTable(client, TABLE);
  return { client, table: new TableStore(client, { table: TABLE }) };
}

function planStoreOf({ table }: OpenTable): DynamoDbPlanStore {
  return new DynamoDbPlanStore(table, { clock: () => night('01:00') });
}

function historyOf({ table }: OpenTable): DynamoDbHistoryStore {
  return new DynamoDbHistoryStore(table);
}

function isPut({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): boolean {
  return headers['x-amz-target'] === 'DynamoDB_20120810.PutItem';
}
