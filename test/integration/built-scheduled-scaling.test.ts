import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import {
  SCHEDULED_SCALING_ATTRIBUTES,
  SCHEDULED_SCALING_TYPE,
} from '../../handlers/scaling/plan/plan-properties.ts';
import { DynamoDbPlanStore } from '../../handlers/scaling/store/dynamodb-plan-store.ts';
import { createSfnClient } from '../../handlers/scaling/store/execution-store.ts';
import { createDynamoDbClient, TableStore } from '../../handlers/scaling/store/table-store.ts';
import { startResponseServer } from '../support/cloudformation/response-server.ts';
import { DEFAULT_REGION, type DeployResult, Stack } from '../support/cloudformation/stack.ts';
import { startStackStatusApi } from '../support/cloudformation/stack-status-api.ts';
import { BUILT_IN_TYPE, type TemplateProperties } from '../support/cloudformation/template.ts';
import { codeBlocks } from '../support/docs/code-blocks.ts';
import { planPropertiesIn } from '../support/docs/plan-block.ts';
import { createScalingTable } from '../support/dynamodb/scaling-table.ts';
import { builtService, handlerOf } from '../support/lambda/built-service.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { startScalingSimulator } from '../support/scaling/simulator.ts';
import {
  LARGE_ORDERS,
  MANY_BATCH,
  MANY_REPORTS,
  planProperties,
  scenario,
} from '../support/scheduled-scaling/plan-samples.ts';
import { givenTargets } from '../support/scheduled-scaling/scheduled-scaling-world.ts';
import { type SchedulerApi, startSchedulerApi } from '../support/scheduler-api/scheduler-api.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
const TABLE = 'deploytime-scaling';
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY_MS = 86_400_000;

/** Open for days around the real present, which is all that the built function knows. */
function openNow(): { Start: string; End: string } {
  const dayAt = (days: number) => DAYS[new Date(Date.now() + days * DAY_MS).getUTCDay()];
  return { Start: `cron(0 0 ? * ${dayAt(-2)} *)`, End: `cron(0 0 ? * ${dayAt(3)} *)` };
}

/** A stack whose plan is kept by the bundle that is deployed, in a process of its own. */
interface Scene {
  readonly deploy: (properties: TemplateProperties, breaks?: boolean) => Promise<DeployResult>;
  readonly stack: Stack;
  readonly scheduler: SchedulerApi;
  readonly plans: DynamoDbPlanStore;
  /** The inputs of the executions that were started, the newest first. */
  readonly started: () => Promise<readonly Record<string, unknown>[]>;
}

/** Entry, environment, clients and all, with DynamoDB and Step Functions as moto has them. */
describe(`The built function of ${SCHEDULED_SCALING_TYPE}`, witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  const inScene = (play: (scene: Scene) => Promise<void>) => async () => {
    await moto.reset();
    const responses = await startResponseServer();
    await using simulator = await startScalingSimulator();
    await using scheduler = await startSchedulerApi({ accountId: moto.accountId });
    let stack: Stack | undefined;
    await using statuses = await startStackStatusApi({ statusOf: () => stack?.status });
    const world = simulator.world();
    givenTargets(world);
    const configuration = {
      endpoint: moto.origin,
      region: DEFAULT_REGION,
      credentials: { accessKeyId: world.id, secretAccessKey: 'example' },
    };
    const dynamoDb = createDynamoDbClient(configuration);
    const sfn = createSfnClient(configuration);
    const service = await builtService('scheduled-scaling', {
      region: DEFAULT_REGION,
      accountId: moto.accountId,
      responseEndpoint: new URL(responses.origin),
      credentials: configuration.credentials,
      serviceEndpoints: {
        APPLICATION_AUTO_SCALING: new URL(simulator.origin),
        CLOUDFORMATION: new URL(statuses.origin),
        DOCDB: new URL(simulator.origin),
        DYNAMODB: new URL(moto.origin),
        ECS: new URL(simulator.origin),
        SCHEDULER: new URL(scheduler.origin),
        SFN: new URL(moto.origin),
      },
    });
    const token = `arn:aws:lambda:${DEFAULT_REGION}:${moto.accountId}:function:deploytime-scheduled-scaling`;
    try {
      await createScalingTable(dynamoDb, TABLE);
      const { stateMachineArn } = await sfn.send(
        new CreateStateMachineCommand({
          name: 'deploytime-scaling-run',
          roleArn: `arn:aws:iam::${moto.accountId}:role/run`,
          definition: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }),
        }),
      );
      const played = new Stack({
        responses,
        accountId: moto.accountId,
        providers: {
          [token]: {
            handler: handlerOf(service.provider),
            maximumRetryAttempts: 0,
            onFailure: { handler: handlerOf(service.undelivered) },
          },
        },
        attributes: { [SCHEDULED_SCALING_TYPE]: SCHEDULED_SCALING_ATTRIBUTES },
        log: () => [...service.provider.lines, ...service.undelivered.lines].join('\n'),
      });
      stack = played;
      let generation = 0;
      await play({
        stack: played,
        scheduler,
        plans: new DynamoDbPlanStore(new TableStore(dynamoDb, { table: TABLE })),
        deploy: (properties, breaks = false) => {
          generation += 1;
          return played.deploy(
            {
              Nightly: { type: SCHEDULED_SCALING_TYPE, properties: { ServiceToken: token, ...properties } },
              Breaker: {
                type: BUILT_IN_TYPE,
                properties: { Generation: generation },
                dependsOn: ['Nightly'],
              },
            },
            breaks ? { fail: { logicalId: 'Breaker' } } : {},
          );
        },
        started: async () => {
          const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
          const described = executions.map(({ executionArn }) =>
            sfn.send(new DescribeExecutionCommand({ executionArn })),
          );
          return (await Promise.all(described)).map(({ input = '{}' }) => JSON.parse(input));
        },
      });
      assert.deepEqual(await played.violations(), []);
      assert.deepEqual([...scheduler.violations, ...statuses.violations, ...world.journal.violations], []);
      assert.deepEqual(world.journal.accepted(), [], 'It changes no target');
    } finally {
      await service.stop();
      dynamoDb.destroy();
      sfn.destroy();
      await responses.stop();
    }
  };

  test(
    'keeps a plan through its life: open at once, changed, rolled back, deleted',
    inScene(async ({ deploy, stack, scheduler, plans, started }) => {
      const first = planProperties(scenario(openNow(), LARGE_ORDERS, MANY_BATCH));
      const created = await deploy(first);
      assert.equal(created.status, 'CREATE_COMPLETE', created.failures[0]?.reason);
      const attributes = stack.resources.get('Nightly')?.attributes ?? {};
      const plan = String(attributes.PlanId);
      const groups = () =>
        scheduler.account.groups.filter(({ Name, State }) => Name !== 'default' && State === 'ACTIVE');
      assert.deepEqual(
        groups().map(({ Name }) => Name),
        [attributes.ScheduleGroup],
      );
      assert.deepEqual(
        scheduler.account.schedules.map(({ Name, Target }) => [Name, Target.Arn, Target.RoleArn]),
        ['start', 'end'].map((edge) => [
          `nightly-batch-${edge}`,
          `arn:aws:states:us-east-1:${moto.accountId}:stateMachine:deploytime-scaling-run`,
          `arn:aws:iam::${moto.accountId}:role/deploytime-scaling-schedule`,
        ]),
      );
      const [run] = await started();
      assert.deepEqual(
        { ...run, scheduledTime: '' },
        { plan, scenario: 'nightly-batch', edge: 'start', scheduledTime: '' },
      );
      const stored = await plans.findPlan(plan, NEVER);
      assert.equal(stored?.status, 'active');

      const second = planProperties(scenario(openNow(), MANY_REPORTS));
      assert.equal((await deploy(second, true)).status, 'UPDATE_ROLLBACK_COMPLETE');
      assert.deepEqual(stack.resources.get('Nightly')?.attributes, attributes);
      assert.deepEqual((await plans.findPlan(plan, NEVER))?.plan, stored.plan);

      assert.equal((await deploy(second)).status, 'UPDATE_COMPLETE');
      const changed = await plans.findPlan(plan, NEVER);
      assert.equal(changed?.plan.scenarios[0]?.steps[0]?.target.kind, 'ecs');
      assert.equal(changed.formerTargets?.length, 2);

      assert.equal((await stack.delete()).status, 'DELETE_COMPLETE');
      assert.deepEqual(groups(), []);
      assert.deepEqual(scheduler.account.schedules, []);
      assert.equal((await plans.findPlan(plan, NEVER))?.status, 'removed');
    }),
  );

  test(
    'takes the first example of its page as it stands',
    inScene(async ({ deploy, stack, scheduler }) => {
      const [example = ''] = codeBlocks('docs/resource-types/scheduled-scaling.md', 'yaml');
      const { ServiceToken: _, ...properties } = planPropertiesIn(example);
      const created = await deploy(properties as TemplateProperties);
      assert.equal(created.status, 'CREATE_COMPLETE', created.failures[0]?.reason);
      assert.deepEqual(
        scheduler.account.schedules.map((each) => [each.ScheduleExpression, each.ScheduleExpressionTimezone]),
        [
          ['cron(30 0 * * ? *)', 'Asia/Tokyo'],
          ['cron(0 5 * * ? *)', 'Asia/Tokyo'],
        ],
      );
      assert.equal((await stack.delete()).status, 'DELETE_COMPLETE');
    }),
  );

  test(
    'refuses what the world does not have, and leaves nothing',
    inScene(async ({ deploy, stack, scheduler, plans, started }) => {
      const result = await deploy(
        planProperties(
          scenario(
            openNow(),
            { ...LARGE_ORDERS, InstanceCount: 1 },
            { ...MANY_BATCH, Target: 'ecs/prod/nobody' },
          ),
        ),
      );
      assert.equal(result.status, 'ROLLBACK_COMPLETE');
      assert.match(
        result.failures[0]?.reason ?? '',
        /InvalidRequest: Custom::ScheduledScaling can't do that: docdb\/orders: InstanceCount of orders can't be 1.*ecs\/prod\/nobody is not there in us-east-1/,
      );
      assert.equal((await stack.delete()).status, 'DELETE_COMPLETE');
      assert.deepEqual(await plans.listPlans(NEVER), []);
      assert.deepEqual(scheduler.calls, []);
      assert.deepEqual(await started(), []);
    }),
  );
});
