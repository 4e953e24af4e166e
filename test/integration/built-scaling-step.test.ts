import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import type { DryRunLine } from '../../handlers/scaling/run/dry-run.ts';
import { type BusEventDetail, eventOf } from '../../handlers/scaling/run/scaling-event.ts';
import type { ScalingTask, TaskAnswer } from '../../handlers/scaling/run/scaling-task.ts';
import { NO_PROGRESS } from '../../handlers/scaling/run/take-step.ts';
import { DynamoDbPlanStore } from '../../handlers/scaling/store/dynamodb-plan-store.ts';
import { createSfnClient } from '../../handlers/scaling/store/execution-store.ts';
import { DynamoDbHistoryStore } from '../../handlers/scaling/store/history-store.ts';
import { createDynamoDbClient, TableStore } from '../../handlers/scaling/store/table-store.ts';
import { formatInstant } from '../../handlers/scaling/time/instant.ts';
import type { FunctionError, Invocation } from '../../local/runtime/invocation.ts';
import { DEFAULT_REGION } from '../support/cloudformation/stack.ts';
import { createScalingTable } from '../support/dynamodb/scaling-table.ts';
import { builtService } from '../support/lambda/built-service.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { interpretedExecution } from '../support/scaling/driver/interpreted-execution.ts';
import { LARGE, SMALL } from '../support/scaling/observations.ts';
import { batchStep, nightly, ordersStep, storedPlan } from '../support/scaling/plans.ts';
import { startScalingSimulator } from '../support/scaling/simulator.ts';
import type { SimulatorWorld } from '../support/scaling/simulator-world.ts';
import { VirtualClock } from '../support/scaling/virtual-clock.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
const TABLE = 'deploytime-scaling';
const SECRET = 'a-secret-key-that-nobody-may-read';
const TAGS = { 'deploytime:scaling': 'true' };
const BY_HAND = { plan: 'plan-1', scenario: 'nightly' } as const;
const HOUR_MS = 3_600_000;

interface Scene {
  readonly world: SimulatorWorld;
  readonly plans: DynamoDbPlanStore;
  readonly history: DynamoDbHistoryStore;
  /** One invocation of the built function. */
  readonly invoke: (task: ScalingTask) => Promise<TaskAnswer>;
  /** An invocation that fails: as what Step Functions sees it. */
  readonly fail: (task: ScalingTask) => Promise<FunctionError>;
  /** An execution of the state machine, by the deployed definition, with a real invocation for each of its steps. */
  readonly execute: (input: unknown) => ReturnType<typeof interpretedExecution>;
  /** What came to the default bus. */
  readonly bus: readonly { readonly DetailType?: string; readonly Detail?: string }[];
  /** The inputs of the executions that the function started. */
  readonly started: () => Promise<readonly Record<string, unknown>[]>;
  readonly log: () => string;
}

/**
 * Entry, environment, clients and all: the bundle that is deployed, in a process of its own, with the table and Step
 * Functions of moto, and the simulator's clusters and services. The function lives in real time, the targets in theirs.
 */
describe('The built function deploytime-scaling-step', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  const inScene = (play: (scene: Scene) => Promise<void>) => async () => {
    await moto.reset();
    await using simulator = await startScalingSimulator();
    await using bus = await startBus();
    const world = simulator.world({ clock: new VirtualClock(Date.now()) });
    givenTargets(world);
    const configuration = {
      endpoint: moto.origin,
      region: DEFAULT_REGION,
      credentials: { accessKeyId: world.id, secretAccessKey: SECRET },
    };
    const dynamoDb = createDynamoDbClient(configuration);
    const sfn = createSfnClient(configuration);
    const service = await builtService('scaling-step', {
      region: DEFAULT_REGION,
      accountId: moto.accountId,
      responseEndpoint: new URL(moto.origin),
      credentials: configuration.credentials,
      serviceEndpoints: {
        APPLICATION_AUTO_SCALING: new URL(simulator.origin),
        DOCDB: new URL(simulator.origin),
        ECS: new URL(simulator.origin),
        EVENTBRIDGE: new URL(bus.origin),
      },
    });
    try {
      await createScalingTable(dynamoDb, TABLE);
      const { stateMachineArn } = await sfn.send(
        new CreateStateMachineCommand({
          name: 'deploytime-scaling-run',
          roleArn: `arn:aws:iam::${moto.accountId}:role/run`,
          definition: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }),
        }),
      );
      const table = new TableStore(dynamoDb, { table: TABLE });
      const log = () => service.provider.lines.join('\n');
      const invoke = async (task: ScalingTask): Promise<TaskAnswer> => {
        const invocation: Invocation = await service.provider.invoke(task);
        if (invocation.outcome === 'returned') return invocation.payload as TaskAnswer;
        throw new Error(`${invocation.error.errorType}: ${invocation.error.errorMessage}\n${log()}`);
      };
      let executions = 0;
      await play({
        world,
        invoke,
        log,
        bus: bus.entries,
        plans: new DynamoDbPlanStore(table),
        history: new DynamoDbHistoryStore(table),
        fail: async (task) => {
          const invocation = await service.provider.invoke(task);
          assert.equal(invocation.outcome, 'failed');
          return invocation.error;
        },
        execute: (input) => {
          executions += 1;
          return interpretedExecution({
            execution: `arn:aws:states:${DEFAULT_REGION}:${moto.accountId}:execution:deploytime-scaling-run:${executions}`,
            startedAt: Date.now(),
            input,
            invoke,
            pause: async (milliseconds) => world.clock.advance(milliseconds),
          });
        },
        started: async () => {
          const listed = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
          const described = (listed.executions ?? []).map(({ executionArn }) =>
            sfn.send(new DescribeExecutionCommand({ executionArn })),
          );
          return (await Promise.all(described)).map(({ input = '{}' }) => JSON.parse(input));
        },
      });
      assert.deepEqual(world.journal.violations, []);
      assert.ok(!log().includes(SECRET), 'The log holds the secret key');
      assert.doesNotMatch(log(), /X-Amz-Signature|AWS4-HMAC-SHA256/);
    } finally {
      await service.stop();
      dynamoDb.destroy();
      sfn.destroy();
    }
  };

  test(
    'takes a cluster and a service through a whole window, and tells all of it',
    inScene(async ({ world, plans, history, execute, started, bus, log }) => {
      const before = world.capacity();
      const since = Date.now();
      const until = formatInstant(since + HOUR_MS);
      await plans.putPlan(storedPlan([BIGGER]), 'new', NEVER);

      const start = await execute({ ...BY_HAND, edge: 'start', until });
      assert.equal(start.output?.outcome, 'Converged', start.cause);
      const { clusters, services } = world.capacity();
      assert.deepEqual(Object.values(clusters.orders?.instances ?? {}), [LARGE, LARGE, LARGE]);
      assert.equal(services['prod/batch']?.runningCount, 12);
      assert.equal(services['prod/reports']?.bounds?.[1], 8);
      const end = { ...BY_HAND, edge: 'end', scheduledTime: until };
      assert.deepEqual(await started(), [end], 'the end is started with the window');
      assert.equal((await plans.listRecorded('plan-1', NEVER)).length, 3);

      assert.equal((await execute({ ...BY_HAND, edge: 'end' })).output?.outcome, 'Converged');
      assert.deepEqual(world.capacity(), before);
      assert.deepEqual(await plans.listRecorded('plan-1', NEVER), []);
      assert.equal(world.documentDb.account.failovers.length, 2);

      const kept = await history.listHistory('plan-1', { since: since - HOUR_MS }, NEVER);
      const told = bus.map(({ Detail = '' }) => JSON.parse(Detail) as BusEventDetail);
      assert.equal(kept.length, told.length);
      assert.deepEqual(
        new Set(kept.map((event) => JSON.stringify(eventOf(event).detail))),
        new Set(told.map((detail) => JSON.stringify(detail))),
      );
      assert.deepEqual(
        told.flatMap(({ outcome, target }) => (outcome === 'Converged' ? [target] : [])),
        [
          'docdb/orders',
          'ecs/prod/batch',
          'ecs/prod/reports',
          'ecs/prod/reports',
          'ecs/prod/batch',
          'docdb/orders',
        ],
      );
      assert.equal(
        told.filter(({ outcome }) => outcome === 'Changed').length,
        world.journal.accepted().length,
        'every change is told',
      );
      assert.doesNotMatch(log(), /could not be told|No application metrics/);
      assert.deepEqual(metricsIn(log()), {
        Started: 2,
        Changed: world.journal.accepted().length,
        Converged: 6,
      });
    }),
  );

  test(
    'sweeps: starts what was missed, and tells of drift with the run that repairs it',
    inScene(async ({ world, plans, invoke, execute, started, bus, log }) => {
      const now = Date.now();
      const open = { scenario: 'nightly', hold: 'open', from: now - HOUR_MS, until: now + HOUR_MS } as const;
      await plans.putPlan(storedPlan([BATCH_ONLY], { overrides: [open] }), 'new', NEVER);
      assert.equal((await invoke({ task: 'sweep' })).reason, '1 runs were started');
      const [missed] = await started();
      assert.deepEqual(
        { ...missed, scheduledTime: '' },
        { ...BY_HAND, edge: 'start', scheduledTime: '', isRepair: true },
      );
      assert.equal((await execute(missed)).output?.outcome, 'Converged');
      assert.equal(world.capacity().services['prod/batch']?.desiredCount, 12);
      assert.equal((await invoke({ task: 'sweep' })).reason, '0 runs were started');

      // The cooldown is an hour, a late read is believed after minutes, and the function lives in real time.
      const target = { kind: 'ecs', cluster: 'prod', service: 'batch' } as const;
      const { repairedAt: _, intent: __, ...state } = await plans.getTargetState(target, NEVER);
      await plans.saveTargetState(target, state, NEVER);
      world.operator.setDesiredCount('prod', 'batch', 5);
      assert.equal((await invoke({ task: 'sweep' })).reason, '1 runs were started');
      assert.equal(bus.at(-1)?.DetailType, 'Scheduled Scaling Drifted');
      assert.equal(metricsIn(log()).SweepCompleted, 3);
    }),
  );

  test(
    'answers a dry run, and what a person typed wrong, and changes nothing',
    inScene(async ({ world, plans, execute, bus }) => {
      await plans.putPlan(storedPlan([BIGGER]), 'new', NEVER);
      const dry = await execute({ ...BY_HAND, edge: 'start', dryRun: true });
      assert.equal(dry.output?.outcome, 'DryRun');
      const lines = (dry.output?.wouldDo ?? []) as readonly DryRunLine[];
      assert.deepEqual(
        lines.map(({ target, would }) => [target, would]),
        [
          ['docdb/orders', 'change'],
          ['ecs/prod/batch', 'change'],
          ['ecs/prod/reports', 'change'],
        ],
      );
      const wrong = await execute({ ...BY_HAND, scenario: 'weekly', edge: 'start' });
      assert.deepEqual([wrong.status, wrong.error], ['FAILED', 'Failed']);
      assert.match(wrong.cause ?? '', /the plan plan-1 has no scenario "weekly"; it has nightly$/);
      assert.deepEqual([world.journal.entries, bus], [[], []]);
    }),
  );

  test(
    'fails under its error’s name where the table can’t be read, and gives up what broke off',
    inScene(async ({ plans, invoke, fail, bus, log }) => {
      await plans.putPlan(storedPlan([BIGGER]), 'new', NEVER);
      const execution = { execution: 'arn:one', startedAt: formatInstant(Date.now()), progress: NO_PROGRESS };
      const input = { ...BY_HAND, plan: 'p'.repeat(128), edge: 'start' };
      const unread = { ...BY_HAND, plan: '', edge: 'start' };
      assert.match((await invoke({ task: 'step', ...execution, input: unread })).reason, /plan is missing/);
      assert.match((await invoke({ task: 'step', ...execution, input })).reason, /there is no plan "p+"/);
      await moto.reset();
      const { errorType, errorMessage } = await fail({ task: 'step', ...execution, input });
      assert.equal(errorType, 'ProviderError');
      assert.match(
        errorMessage,
        /^DynamoDB refused to read the item pk=plans, sk=p+ of the table deploytime-scaling/,
      );
      const error = { Error: errorType, Cause: JSON.stringify({ errorType, errorMessage }) };
      const broken = await invoke({
        task: 'broken',
        ...execution,
        input: { ...BY_HAND, edge: 'start' },
        error,
      });
      assert.match(broken.reason, /broke off: ProviderError: DynamoDB refused to read/);
      assert.equal(bus.length, 1);
      assert.match(log(), /"level":"ERROR","message":"The history could not be told"/);
      assert.deepEqual(metricsIn(log()), { Failed: 1, Untold: 1 });
    }),
  );
});

const BIGGER = nightly({
  steps: [
    ordersStep({ instanceClass: LARGE, instanceCount: 3 }),
    batchStep({ desiredCount: 12 }),
    {
      target: { kind: 'ecs', cluster: 'prod', service: 'reports' },
      capacity: { minCapacity: 2, maxCapacity: 8 },
    },
  ],
});
const BATCH_ONLY = nightly();

function givenTargets({ given }: SimulatorWorld): void {
  given.cluster({
    id: 'orders',
    instances: ['orders-1', 'orders-2'].map((id) => ({ id, instanceClass: SMALL, tags: TAGS })),
    tags: TAGS,
  });
  given.service({ cluster: 'prod', name: 'batch', desiredCount: 3, tags: TAGS });
  given.service({
    cluster: 'prod',
    name: 'reports',
    desiredCount: 2,
    bounds: { minCapacity: 1, maxCapacity: 3 },
    tags: TAGS,
  });
}

/** How often each outcome was counted, as CloudWatch would read it from the log. */
function metricsIn(log: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of log.split('\n').filter((each) => each.includes('"CloudWatchMetrics"'))) {
    const written = JSON.parse(line) as Record<string, unknown> & {
      readonly _aws: {
        readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { Name: string }[] }[];
      };
    };
    for (const { Name } of written._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics)) {
      const values = [written[Name]].flat().map(Number);
      counts[Name] = (counts[Name] ?? 0) + values.reduce((sum, value) => sum + value, 0);
    }
  }
  return counts;
}

interface Bus extends AsyncDisposable {
  readonly origin: string;
  readonly entries: { readonly DetailType?: string; readonly Detail?: string }[];
}

/** The default bus: it takes every event, and keeps it. */
async function startBus(): Promise<Bus> {
  const entries: Bus['entries'] = [];
  const server = createServer(async (request, response) => {
    const isPut = request.headers['x-amz-target'] === 'AWSEvents.PutEvents';
    const { Entries = [] } = JSON.parse(await text(request)) as { readonly Entries?: Bus['entries'] };
    entries.push(...Entries);
    response.writeHead(isPut ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'event' })) }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    entries,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
