import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { TargetState } from '../../handlers/scaling/decision/target-state.ts';
import { replicaName } from '../../handlers/scaling/documentdb/replica-name.ts';
import { readPlan } from '../../handlers/scaling/plan/plan-reader.ts';
import type { StoredPlan } from '../../handlers/scaling/store/plan-store.ts';
import { itemOf, planKey, stateKey, type TableItem } from '../../handlers/scaling/store/table-item.ts';
import { type ScriptedApi, startScriptedApi } from '../support/aws-wire/scripted-api.ts';
import { type ScalingSimulator, startScalingSimulator } from '../support/scaling/simulator.ts';
import { type CommandEnd, runCommand } from './command.ts';
import { berlin, NIGHTLY, NOW } from './plan-run.ts';

const ID = 'Nightly-0a1b2c3d';
const ORDERS = { kind: 'docdb', clusterId: 'orders' } as const;
const BATCH = { kind: 'ecs', cluster: 'prod', service: 'batch' } as const;
/** Within the window of the night. */
const NIGHT = '2026-10-21T00:00:00Z';
const WINDOW_START = Date.parse('2026-10-20T22:30:00Z');

const SCENARIO = {
  ...NIGHTLY,
  Steps: [
    { Target: 'docdb/orders', InstanceCount: 3 },
    { Target: 'ecs/prod/batch', DesiredCount: 12 },
  ],
};
const PLAN = readPlan({ id: ID, properties: berlin(SCENARIO), now: Date.parse(NOW) });

function storedPlan(given: Partial<StoredPlan> = {}): StoredPlan {
  return { plan: PLAN, status: 'active', overrides: [], ...given };
}

function recorded(original: NonNullable<TargetState['record']>['original']): Omit<TargetState, 'version'> {
  const holder = {
    scenario: 'nightly',
    windowStart: WINDOW_START,
    asked: { desiredCount: 12 },
    allowOutage: false,
    refusedClasses: [],
  };
  return { record: { plan: ID, recordedAt: WINDOW_START, original, holder } };
}

const RECORDS: readonly TableItem[] = [
  itemOf(stateKey(ORDERS), recorded({ kind: 'docdb', writer: 'orders-1', ownReplicas: [] }), { version: 4 }),
  itemOf(stateKey(BATCH), recorded({ kind: 'ecs', desiredCount: 5 }), { version: 2 }),
];

/** The service's table, with these items. */
async function tableOf(context: TestContext, items: readonly TableItem[]): Promise<ScriptedApi> {
  const api = await startScriptedApi(context);
  api.script('GetItem', ({ input }) => {
    const { pk, sk } = input.Key as Record<'pk' | 'sk', { S: string }>;
    const item = items.find((each) => each.pk === pk.S && each.sk === sk.S);
    if (item === undefined) return { result: {} };
    const attributes = Object.entries(item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]);
    return { result: { Item: Object.fromEntries(attributes) } };
  });
  return api;
}

function runPlan(
  { configuration }: ScriptedApi,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  const { accessKeyId, secretAccessKey } = configuration.credentials;
  return runCommand(['plan', '--plan', ID, ...args], {
    environment: {
      AWS_REGION: configuration.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: configuration.endpoint,
      AWS_MAX_ATTEMPTS: '1',
      ...environment,
    },
  });
}

describe('a deployed plan', () => {
  test('is read from the service’s table, and nothing is written', async (context) => {
    const api = await tableOf(context, [itemOf(planKey(ID), storedPlan(), { version: 1 })]);
    const { exitCode, stdout, stderr } = await runPlan(api, ['--now', NOW]);
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.match(
      stdout,
      new RegExp(`^the deployed plan ${ID}: Tue 2026-10-20 14:00 to Tue 2026-10-27 14:00`),
    );
    assert.match(unwrapped(stdout), new RegExp(`CreateDBInstance ${replicaName(ID, 'orders', 1)},`));
    assert.deepEqual(
      api.calls.map(({ action, input }) => [action, input.TableName, input.ConsistentRead]),
      Array(3).fill(['GetItem', 'deploytime-scaling', true]),
    );
  });

  test('of a service with a qualifier is in another table', async (context) => {
    const api = await tableOf(context, [itemOf(planKey(ID), storedPlan(), { version: 1 })]);
    await runPlan(api, ['--now', NOW, '--table', 'deploytime-blue-scaling']);
    assert.equal(api.calls[0]?.input.TableName, 'deploytime-blue-scaling');
  });

  test('has what people said on it', async (context) => {
    const override = (hold: 'open' | 'closed', from: string, until: string) => ({
      scenario: 'nightly',
      hold,
      from: Date.parse(from),
      until: Date.parse(until),
    });
    const stored = storedPlan({
      overrides: [
        override('open', '2026-10-20T13:00:00Z', '2026-10-20T15:00:00Z'),
        override('closed', '2026-10-20T22:00:00Z', '2026-10-21T12:00:00Z'),
      ],
    });
    const api = await tableOf(context, [itemOf(planKey(ID), stored, { version: 1 })]);
    const { stdout } = await runPlan(api, ['--now', NOW, '--to', '2026-10-22']);
    assert.deepEqual(
      stdout.match(/^\w{3} 2026.*(start|end) nightly/gm)?.map((line) => line.slice(4, 20)),
      ['2026-10-20 15:00', '2026-10-20 17:00'],
    );
    assert.match(stdout, /\n {2}by hand, until Tue 2026-10-20 17:00\n/);
  });

  test('that was deleted does nothing any more', async (context) => {
    const api = await tableOf(context, [
      itemOf(planKey(ID), storedPlan({ status: 'removed' }), { version: 1 }),
    ]);
    const { stdout } = await runPlan(api, ['--now', NOW]);
    assert.match(
      stdout,
      /\nIt was deleted, so nothing starts any more\.\n[\s\S]*\nNothing starts or ends in this time\.\n$/,
    );
  });

  test('whose window is open gives back what was recorded', async (context) => {
    const api = await tableOf(context, [itemOf(planKey(ID), storedPlan(), { version: 1 }), ...RECORDS]);
    const { stdout } = await runPlan(api, ['--now', NIGHT, '--to', '2026-10-22']);
    assert.match(stdout, /\necs\/prod\/batch has 12 tasks\n/);
    assert.match(
      stdout,
      /end nightly .*\n {2}ecs\/prod\/batch: 12 tasks → 5 tasks\n {4}1 {2}UpdateService 5 tasks/,
    );
  });

  const failures: readonly (readonly [
    name: string,
    items: readonly TableItem[],
    exitCode: number,
    said: RegExp,
  ])[] = [
    [
      'is not there',
      [],
      2,
      /^The table deploytime-scaling in us-east-1 has no plan Nightly-0a1b2c3d; the resource's attribute PlanId names it$/,
    ],
    [
      'is of a later version',
      [{ ...itemOf(planKey(ID), storedPlan(), { version: 1 }), format: 99 }],
      1,
      /it is of format 99, and this version of the service reads 1/,
    ],
  ];
  for (const [name, items, exitCode, said] of failures) {
    test(`that ${name} is told of in a sentence`, async (context) => {
      const end = await runPlan(await tableOf(context, items), ['--now', NOW]);
      assert.deepEqual([end.exitCode, end.stdout], [exitCode, '']);
      assert.match(end.stderr.replace(/^deploytime: |\n$/g, ''), said);
    });
  }

  for (const [code, exitCode, said] of [
    [
      'AccessDeniedException',
      5,
      /^DynamoDB in us-east-1 refused to read the table deploytime-scaling; dynamodb:GetItem on it is needed/,
    ],
    [
      'ResourceNotFoundException',
      2,
      /^DynamoDB in us-east-1 refused to read the table deploytime-scaling \(ResourceNotFoundException/,
    ],
    ['InternalServerError', 7, /^DynamoDB in us-east-1 was out of order and could not read the table/],
  ] as const) {
    test(`in a table that answers ${code} ends with ${exitCode}`, async (context) => {
      const api = await startScriptedApi(context);
      const status = exitCode === 7 ? 500 : 400;
      api.script('GetItem', { error: { name: code, status, code, message: 'No' } });
      const end = await runPlan(api, ['--now', NOW]);
      assert.equal(end.exitCode, exitCode);
      assert.match(end.stderr.replace(/^deploytime: |\n$/g, ''), said);
    });
  }
});

/** In one line, with single spaces. */
function unwrapped(text: string): string {
  return text.replace(/\s+/g, ' ');
}

describe('deploytime plan --observe', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  /** A cluster and a service, and how the command reaches them. */
  function worldOf({
    instances,
    desiredCount,
  }: {
    readonly instances: readonly string[];
    readonly desiredCount: number;
  }) {
    const world = simulator.world();
    world.given.cluster({
      id: 'orders',
      instances: instances.map((id) => ({ id, instanceClass: 'db.r6g.large' })),
    });
    world.given.service({ cluster: 'prod', name: 'batch', desiredCount });
    const { endpoint, credentials } = world.configuration();
    const environment = {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: endpoint,
    };
    return { world, environment };
  }

  test('looks at what the targets have, and changes nothing', async (context) => {
    const api = await tableOf(context, [itemOf(planKey(ID), storedPlan(), { version: 1 })]);
    const { world, environment } = worldOf({ instances: ['orders-1', 'orders-2'], desiredCount: 4 });
    const { exitCode, stdout, stderr } = await runPlan(api, ['--observe', '--now', NOW], environment);
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.match(stdout, /\ndocdb\/orders has 2 × db\.r6g\.large\necs\/prod\/batch has 4 tasks\n\n/);
    assert.deepEqual(world.journal.entries, []);
    assert.deepEqual(world.journal.violations, []);
  });

  test('in an open window goes on from what was recorded', async (context) => {
    const api = await tableOf(context, [itemOf(planKey(ID), storedPlan(), { version: 1 }), ...RECORDS]);
    const own = replicaName(ID, 'orders', 1);
    const { environment } = worldOf({ instances: ['orders-1', 'orders-2', own], desiredCount: 12 });
    const { stdout } = await runPlan(api, ['--observe', '--now', NIGHT, '--to', '2026-10-22'], environment);
    assert.doesNotMatch(stdout, /start nightly/);
    assert.match(stdout, /\ndocdb\/orders has 3 × db\.r6g\.large\necs\/prod\/batch has 12 tasks\n/);
    assert.match(
      unwrapped(stdout),
      new RegExp(`end nightly .* 1 UpdateService 5 tasks .* 2 DeleteDBInstance ${own}`),
    );
  });

  test('ends where a target is not there', async (context) => {
    const api = await tableOf(context, [itemOf(planKey(ID), storedPlan(), { version: 1 })]);
    const { endpoint, credentials } = simulator.world().configuration();
    const end = await runPlan(api, ['--observe', '--now', NOW], {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: endpoint,
    });
    assert.deepEqual(end, {
      exitCode: 2,
      stdout: '',
      stderr: 'deploytime: docdb/orders is not there, so there is nothing to observe\n',
    });
  });
});
