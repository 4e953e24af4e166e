import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import type { InjectedFailure } from '../../support/cloudformation/operation.ts';
import { startResponseServer } from '../../support/cloudformation/response-server.ts';
import { type DeployResult, Stack } from '../../support/cloudformation/stack.ts';
import { BUILT_IN_TYPE, type TemplateProperties } from '../../support/cloudformation/template.ts';
import {
  CLOSED,
  LARGE_ORDERS,
  MANY_BATCH,
  MANY_REPORTS,
  OPEN,
  planProperties,
  scenario,
} from '../../support/scheduled-scaling/plan-samples.ts';
import {
  type ScheduledScalingWorld,
  startScheduledScalingWorld,
} from '../../support/scheduled-scaling/scheduled-scaling-world.ts';

const TOKEN = 'arn:aws:lambda:us-east-1:111122223333:function:deploytime-scheduled-scaling';
const HOUR_MS = 3_600_000;

/** A stack with a plan, and a resource that may fail after it. */
interface Scene {
  readonly world: ScheduledScalingWorld;
  readonly stack: Stack;
  /** @param fails The resource that fails, and what happens to the world right then, before the rollback. */
  readonly deploy: (
    properties: TemplateProperties,
    fails?: { readonly resource: 'Plan' | 'Breaker'; readonly meanwhile?: () => void },
  ) => Promise<DeployResult>;
}

const inScene = (play: (scene: Scene) => Promise<void>) => async () => {
  const responses = await startResponseServer();
  let stack: Stack | undefined;
  try {
    await using world = await startScheduledScalingWorld({
      statusOf: (id) => (id === stack?.stackId ? stack.status : undefined),
    });
    const handler: LambdaHandler = (event, context) =>
      world.startInstance(responses.origin).handler(event, context);
    const played = new Stack({
      responses,
      providers: { [TOKEN]: { handler, maximumRetryAttempts: 0 } },
      log: world.log,
    });
    stack = played;
    let generation = 0;
    const deploy: Scene['deploy'] = (properties, fails) => {
      generation += 1;
      const template = {
        Plan: {
          type: 'Custom::ScheduledScaling',
          properties: { ServiceToken: TOKEN, ...properties },
        },
        Breaker: { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn: ['Plan'] },
      };
      return played.deploy(template, fails ? { fail: failureOf(fails) } : {});
    };
    await play({ world, stack: played, deploy });
    world.interruption = undefined;
    assert.deepEqual(await played.violations(), []);
    assert.deepEqual(world.violations(), []);
    assert.match(statusOf(await played.delete()), /^DELETE_COMPLETE/);
    const { plans, groups, recorded } = await world.observe();
    assert.deepEqual([plans, groups, recorded], [[], [], []]);
  } finally {
    await responses.stop();
  }
};

/** What is read of it at the very moment of the failure happens then. */
function failureOf({
  resource,
  meanwhile,
}: {
  resource: string;
  meanwhile?: (() => void) | undefined;
}): InjectedFailure {
  return {
    logicalId: resource,
    get until() {
      meanwhile?.();
      return Promise.resolve();
    },
  };
}

const statusOf = (result: DeployResult): string =>
  `${result.status} ${result.failures.map(({ logicalId, reason }) => `${logicalId}: ${reason}`).join('; ')}`;

const FORMER = planProperties(scenario(OPEN, MANY_BATCH), { ...scenario(CLOSED, LARGE_ORDERS), Name: 'two' });
/** What the Update makes of it while the first scenario is open. */
const UPDATES: Readonly<Record<string, TemplateProperties>> = {
  'another capacity': planProperties(scenario(OPEN, { ...MANY_BATCH, DesiredCount: 5 })),
  'another target': planProperties(scenario(OPEN, MANY_REPORTS)),
  'a window that is closed': planProperties(scenario(CLOSED, MANY_BATCH)),
  'a scenario that opens': planProperties(scenario(OPEN, MANY_BATCH), {
    ...scenario(OPEN, MANY_REPORTS),
    Name: 'three',
  }),
};

/** What becomes of the world before the rollback. None of it may be a reason to refuse it. */
const TURNS: Readonly<Record<string, (world: ScheduledScalingWorld) => void>> = {
  'nothing has happened': () => {},
  'nothing can be looked at': (world) => {
    world.interruption = (call) => {
      if (call === 'targets.survey')
        throw new ProviderError('AccessDenied', 'DocumentDB refused to describe');
    };
  },
  'a target that was there before is gone': ({ account }) => account.operator.deleteService('prod', 'batch'),
  'the tag of a target is gone': ({ account }) => {
    account.given.service({ cluster: 'prod', name: 'batch', desiredCount: 2 });
  },
  'a class can not be ordered any more': (world) => {
    world.interruption = (call, when) => {
      if (call === 'targets.survey' && when === 'after')
        throw new ProviderError('InvalidRequest', 'No class');
    };
  },
};

describe('the rollback of an Update in an open window', () => {
  for (const [update, next] of Object.entries(UPDATES)) {
    for (const [turn, happen] of Object.entries(TURNS)) {
      test(
        `to ${update}, when ${turn}`,
        inScene(async ({ world, stack, deploy }) => {
          assert.equal((await deploy(FORMER)).status, 'CREATE_COMPLETE');
          const attributes = stack.resources.get('Plan')?.attributes;
          const { plans, groups } = await world.observe();
          const result = await deploy(next, { resource: 'Breaker', meanwhile: () => happen(world) });
          assert.match(statusOf(result), /^UPDATE_ROLLBACK_COMPLETE Breaker/);
          assert.deepEqual(stack.resources.get('Plan')?.attributes, attributes);
          const found = await world.observe();
          assert.deepEqual([found.plans, found.groups], [plans, groups]);
          const { services } = found.capacity;
          if (turn === 'nothing has happened') assert.equal(services['prod/batch']?.desiredCount, 12);
          assert.deepEqual(services['prod/reports']?.bounds, [1, 3]);
        }),
      );
    }
  }

  test(
    'where CloudFormation does not tell its status: the plan of before is taken unchecked, another one is not',
    inScene(async ({ world, deploy }) => {
      assert.equal((await deploy(FORMER)).status, 'CREATE_COMPLETE');
      world.statuses.fail('AccessDenied');
      const result = await deploy(UPDATES['another target'] ?? {}, {
        resource: 'Breaker',
        meanwhile: () => world.account.operator.deleteService('prod', 'batch'),
      });
      assert.match(statusOf(result), /^UPDATE_ROLLBACK_COMPLETE Breaker/);
      const other = await deploy(planProperties(scenario(OPEN, { ...MANY_BATCH, DesiredCount: 7 })));
      assert.match(statusOf(other), /^UPDATE_ROLLBACK_COMPLETE Plan: .*prod\/batch is being deleted/);
      world.statuses.mend();
    }),
  );

  test(
    'after an Update that failed brings back what its runs have changed',
    inScene(async ({ world, deploy }) => {
      assert.equal((await deploy(FORMER)).status, 'CREATE_COMPLETE');
      const before = await world.observe();
      // The second run can't be started: by then the first one is at work.
      let starts = 0;
      world.interruption = async (call, when) => {
        if (call !== 'runs.start' || when !== 'before') return;
        starts += 1;
        if (starts === 1) return;
        world.interruption = undefined;
        await world.runs.play(world.clock.now + HOUR_MS / 4);
        throw new ProviderError('AccessDenied', 'Step Functions refused to start');
      };
      const result = await deploy(UPDATES['another target'] ?? {});
      assert.match(
        statusOf(result),
        /^UPDATE_ROLLBACK_COMPLETE Plan: .*AccessDenied: Step Functions refused/,
      );
      const found = await world.observe();
      assert.deepEqual(
        [found.plans, found.groups, found.recorded],
        [before.plans, before.groups, before.recorded],
      );
      const { services } = found.capacity;
      assert.deepEqual(services['prod/batch'], before.capacity.services['prod/batch']);
      // How many tasks there are within them is the scaling policy's.
      assert.deepEqual(services['prod/reports']?.bounds, [1, 3]);
    }),
  );

  test(
    'is not refused for what time has made of the former plan',
    inScene(async ({ world, deploy }) => {
      // It ends once more than 1,500 days are to come, which is as far as a plan is looked at; a year later it doesn't.
      const former = planProperties(
        scenario({ Start: 'cron(0 0 * * ? *)', End: 'cron(0 5 * * ? 2026-2030)' }, MANY_BATCH),
      );
      assert.equal((await deploy(former)).status, 'CREATE_COMPLETE');
      world.clock.advanceTo(Date.parse('2027-12-01T12:00:00Z'));
      const refused = await deploy({ ...former, Timezone: 'Europe/Berlin' });
      assert.match(statusOf(refused), /^UPDATE_ROLLBACK_COMPLETE Plan: .*never ends/);
      const result = await deploy(planProperties(scenario(CLOSED, MANY_BATCH)), { resource: 'Breaker' });
      assert.match(statusOf(result), /^UPDATE_ROLLBACK_COMPLETE Breaker/);
    }),
  );
});

describe('the rollback of a Create in an open window', () => {
  test(
    'leaves nothing, however far its run has come',
    inScene(async ({ world, stack, deploy }) => {
      const { capacity } = await world.look();
      for (const minutes of [0, 5, 15, 30, 60]) {
        const result = await deploy(planProperties(scenario(OPEN, LARGE_ORDERS, MANY_BATCH)), {
          resource: 'Breaker',
        });
        assert.match(statusOf(result), /^ROLLBACK_COMPLETE Breaker/);
        await world.runs.play(world.clock.now + minutes * 60_000);
        assert.match(statusOf(await stack.delete()), /^DELETE_COMPLETE/);
        assert.deepEqual(await world.observe(), { plans: [], groups: [], recorded: [], capacity });
      }
      assert.equal((await deploy(FORMER)).status, 'CREATE_COMPLETE');
    }),
  );
});
