import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertFailed, assertSucceeded, inWorld } from '../../support/scheduled-scaling/ask.ts';
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
  type ScheduledScalingWorldOptions,
  TAGS,
} from '../../support/scheduled-scaling/scheduled-scaling-world.ts';

type Step = Readonly<Record<string, unknown>>;

interface Refused {
  readonly steps: readonly Step[];
  readonly reason: RegExp;
  readonly given?: (world: ScheduledScalingWorld) => void;
  readonly options?: ScheduledScalingWorldOptions;
}

const step = (Target: string, more: Step): Step => ({ Target, ...more });
const small = (id: string, tags: Readonly<Record<string, string>> = TAGS) => ({
  id,
  instanceClass: 'db.r6g.large',
  tags,
});

/** What the world has no place for, and what the stack's event says of it. */
const REFUSED: Readonly<Record<string, Refused>> = {
  'targets that are not there': {
    steps: [
      step('docdb/nobody', { InstanceCount: 3 }),
      step('ecs/prod/nobody', { DesiredCount: 3 }),
      step('ecs/nowhere/batch', { DesiredCount: 3 }),
    ],
    reason:
      /^NotFound: Custom::ScheduledScaling can't do that: docdb\/nobody is not there in us-east-1; where this stack makes it, let this resource depend on it \(DependsOn\); ecs\/prod\/nobody is not there .*; ecs\/nowhere\/batch is not there/,
  },
  'a cluster of another engine': {
    steps: [step('docdb/aurora', { State: 'stopped' })],
    given: ({ account }) =>
      account.given.cluster({ id: 'aurora', engine: 'aurora-postgresql', instances: [], tags: TAGS }),
    reason:
      /^InvalidRequest: .*docdb\/aurora: The cluster aurora is of the engine aurora-postgresql; only clusters of Amazon DocumentDB/,
  },
  'a class that can not be ordered': {
    steps: [step('docdb/orders', { InstanceClass: 'db.r6g.3xlarge' })],
    reason:
      /docdb\/orders: db\.r6g\.3xlarge can't be ordered in this Region for the engine version of orders; db\.[^;]* can be/,
  },
  'fallback classes that can not be ordered': {
    steps: [
      step('docdb/orders', {
        InstanceClass: 'db.r6g.xlarge',
        FallbackClasses: ['db.r9.xlarge', 'db.r6g.2xlarge', 'db.r9.large'],
      }),
    ],
    reason: /docdb\/orders: db\.r9\.xlarge and db\.r9\.large can't be ordered/,
  },
  'a class for afterwards that can not be ordered': {
    steps: [
      step('docdb/orders', { InstanceClass: 'db.r6g.xlarge', After: { InstanceClass: 'db.r9.xlarge' } }),
    ],
    reason: /docdb\/orders: db\.r9\.xlarge can't be ordered/,
  },
  'fewer instances than there are': {
    steps: [step('docdb/orders', { InstanceCount: 1 })],
    reason:
      /InstanceCount of orders can't be 1: it has 2 instances of its own \(orders-1, orders-2\), and they are never deleted/,
  },
  'a cluster without instances': {
    steps: [step('docdb/empty', { InstanceCount: 3 })],
    given: ({ account }) => account.given.cluster({ id: 'empty', instances: [], tags: TAGS }),
    reason: /docdb\/empty: empty has no instance: where this stack makes one, let this resource depend on it/,
  },
  'a serverless minimum for a cluster that is not': {
    steps: [step('docdb/orders', { MinCapacity: '2' })],
    reason: /MinCapacity is for serverless clusters, and orders has no serverless capacity/,
  },
  'a serverless minimum over the maximum': {
    steps: [step('docdb/events', { MinCapacity: '32' })],
    given: givenServerless,
    reason: /MinCapacity of events can't be 32: the cluster's maximum is 16/,
  },
  'a serverless minimum that restarts the instances': {
    steps: [step('docdb/events', { MinCapacity: '8' })],
    given: givenServerless,
    reason: /MinCapacity of events can't be 8: from 0.5 it crosses 1, .* takes AllowOutage: true/,
  },
  'a serverless minimum that restarts the instances only afterwards': {
    steps: [step('docdb/events', { MinCapacity: '1', After: { MinCapacity: '4' } })],
    given: givenServerless,
    reason: /MinCapacity of events can't be 4: from 1 it crosses 1/,
  },
  'a count for a service with a scalable target': {
    steps: [step('ecs/prod/reports', { DesiredCount: 5 })],
    reason: /DesiredCount can't be set for prod\/reports: it has a scalable target \(1–3\)/,
  },
  'bounds for a service without a scalable target': {
    steps: [step('ecs/prod/batch', { MinCapacity: 5 })],
    reason:
      /MinCapacity and MaxCapacity can't be set for prod\/batch: it has no scalable target\. Ask for DesiredCount; .*where this stack makes its scalable target, let this resource depend on that as well/,
  },
  'a minimum over the maximum that there is': {
    steps: [step('ecs/prod/reports', { MinCapacity: 5 })],
    reason: /The scalable target of prod\/reports can't be 5–3: it is 1–3/,
  },
  'a cluster and an instance without the tag': {
    steps: [step('docdb/bare', { InstanceClass: 'db.r6g.xlarge' })],
    given: ({ account }) =>
      account.given.cluster({ id: 'bare', instances: [small('bare-1'), small('bare-2', {})] }),
    reason:
      /docdb\/bare may not be scaled: the cluster bare and the instance bare-2 do not carry the tag deploytime:scaling=true\. Tag them, or name the target in the service stack's ScalableTargets/,
  },
  'a tag with another value': {
    steps: [step('ecs/prod/bare', { DesiredCount: 5 })],
    given: ({ account }) =>
      account.given.service({
        cluster: 'prod',
        name: 'bare',
        desiredCount: 1,
        tags: { 'deploytime:scaling': 'yes' },
      }),
    reason:
      /ecs\/prod\/bare may not be scaled: the service bare of the cluster prod does not carry the tag deploytime:scaling=true\. Tag it/,
  },
  'an instance that a pattern of its cluster does not name': {
    steps: [step('docdb/bare', { InstanceCount: 3 })],
    given: ({ account }) =>
      account.given.cluster({ id: 'bare', instances: [small('bare-1', {}), small('other-1', {})] }),
    options: { scalableTargets: ['docdb/bar?'] },
    reason: /docdb\/bare may not be scaled: the instance other-1 does not carry the tag/,
  },
  'several things at once, each told once': {
    steps: [
      step('docdb/orders', { InstanceClass: 'db.r9.large', InstanceCount: 1 }),
      step('ecs/prod/nobody', { DesiredCount: 3 }),
    ],
    reason:
      /^InvalidRequest: Custom::ScheduledScaling can't do that: docdb\/orders: db\.r9\.large can't be ordered [^;]*; [^;]*; docdb\/orders: InstanceCount of orders can't be 1: [^;]*; ecs\/prod\/nobody is not there/,
  },
};

function givenServerless({ account }: ScheduledScalingWorld): void {
  account.given.cluster({
    id: 'events',
    instances: [{ id: 'events-1', instanceClass: 'db.serverless', tags: TAGS }],
    serverless: { minCapacity: 0.5, maxCapacity: 16 },
    tags: TAGS,
  });
}

describe('a Create is refused, and leaves nothing, for', () => {
  for (const [what, { steps, reason, given, options }] of Object.entries(REFUSED)) {
    test(
      what,
      inWorld(async (world, ask) => {
        given?.(world);
        const before = await world.look();
        assertFailed(await ask('Create', planProperties(scenario(OPEN, ...steps))), reason);
        assert.deepEqual(await world.look(), before);
        assert.deepEqual(world.scheduler.calls, []);
      }, options),
    );
  }

  test(
    "a target of another plan's",
    inWorld(async (world, ask) => {
      const { PhysicalResourceId: id } = assertSucceeded(
        await ask('Create', planProperties(scenario(OPEN, MANY_BATCH))),
      );
      const other = () => ask('Create', planProperties(scenario(OPEN, MANY_BATCH)), { logicalId: 'Other' });
      assertFailed(
        await other(),
        new RegExp(
          `^InvalidRequest: .*ecs/prod/batch is scaled by the plan ${id}; a target belongs to one plan`,
        ),
      );
      await world.runs.play(world.clock.now + 600_000);
      assertSucceeded(await ask('Delete', {}, { id, later: 1 }));
      assertFailed(
        await other(),
        new RegExp(`ecs/prod/batch is still being brought back by the plan ${id}, which it belonged to`),
      );
      await world.observe();
      assertSucceeded(await other());
    }),
  );

  for (const [requestType, call] of [
    ['Create', 'plans.putPlan'],
    ['Update', 'plans.updatePlan'],
  ] as const) {
    test(
      `a target that another plan has taken since it was checked by the ${requestType}`,
      inWorld(async (world, ask) => {
        const mine = planProperties(scenario(OPEN, MANY_REPORTS));
        const wanted = planProperties(scenario(OPEN, MANY_BATCH));
        const { PhysicalResourceId: id } =
          requestType === 'Update' ? assertSucceeded(await ask('Create', mine)) : { PhysicalResourceId: '' };
        const before = await world.look();
        world.interruption = async (made, when) => {
          if (made !== call || when !== 'before') return;
          world.interruption = undefined;
          assertSucceeded(await ask('Create', wanted, { logicalId: 'Other' }));
        };
        const request = requestType === 'Update' ? { id, old: mine, later: 1 } : {};
        assertFailed(
          await ask(requestType, wanted, request),
          /ecs\/prod\/batch is scaled by the plan Other-/,
        );
        const { plans, groups } = await world.look();
        assert.equal(plans.length, before.plans.length + 1);
        assert.equal(groups.length, before.groups.length + 1);
        assert.deepEqual(plans[0], before.plans[0] ?? plans[0]);
      }),
    );
  }

  test(
    'a target that two plans want at the same time: at most one of them is made',
    inWorld(async (world, ask) => {
      const answers = await Promise.all(
        ['One', 'Two'].map((logicalId) =>
          ask('Create', planProperties(scenario(OPEN, MANY_BATCH)), { logicalId }),
        ),
      );
      const made = answers.filter(({ Status }) => Status === 'SUCCESS').length;
      assert.ok(made <= 1);
      const { plans, groups } = await world.observe();
      assert.deepEqual([plans.length, groups.length], [made, made]);
    }),
  );
});

const FIRST = planProperties(scenario(OPEN, MANY_BATCH), { ...scenario(CLOSED, LARGE_ORDERS), Name: 'two' });

describe('a plan is taken', () => {
  test(
    'although a target of it has gone, where that was in it before',
    inWorld(async (world, ask) => {
      const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
      // The target has gone, and the plan is deployed again for another scenario's sake.
      world.account.operator.deleteService('prod', 'batch');
      const next = {
        Scenarios: [...(FIRST.Scenarios as unknown[]), { ...scenario(CLOSED, MANY_REPORTS), Name: 'three' }],
      };
      assertSucceeded(await ask('Update', next, { id, old: FIRST, later: 1 }));
      const other = planProperties(scenario(OPEN, { ...MANY_BATCH, DesiredCount: 7 }));
      assertFailed(
        await ask('Update', other, { id, old: next, later: 2 }),
        /ecs\/prod\/batch: prod\/batch is being deleted/,
      );
    }),
  );

  test(
    'where a pattern of the service stack names the targets',
    inWorld(
      async ({ account }, ask) => {
        account.given.cluster({ id: 'bare', instances: [small('bare-1', {}), small('bare-2', {})] });
        account.given.service({ cluster: 'prod', name: 'plain', desiredCount: 1 });
        const properties = planProperties(
          scenario(
            OPEN,
            step('docdb/bare', { InstanceCount: 3 }),
            step('ecs/prod/plain', { DesiredCount: 3 }),
          ),
        );
        assertSucceeded(await ask('Create', properties));
      },
      { scalableTargets: ['docdb/bare', 'ecs/*/pl?in'] },
    ),
  );

  test(
    'where only the cluster is to be changed, whatever tags its instances have',
    inWorld(async ({ account }, ask) => {
      account.given.cluster({ id: 'bare', instances: [small('bare-1', {})], tags: TAGS });
      assertSucceeded(
        await ask('Create', planProperties(scenario(CLOSED, step('docdb/bare', { State: 'stopped' })))),
      );
    }),
  );

  test(
    'with a serverless minimum that restarts instances, where outages are allowed',
    inWorld(async (world, ask) => {
      givenServerless(world);
      const asked = { MinCapacity: '8', AllowOutage: 'true', After: { MinCapacity: '0.5' } };
      assertSucceeded(await ask('Create', planProperties(scenario(CLOSED, step('docdb/events', asked)))));
    }),
  );
});
