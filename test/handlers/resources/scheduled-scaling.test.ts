import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatInstant } from '../../../handlers/scaling/time/instant.ts';
import { type Ask, assertSucceeded, inWorld } from '../../support/scheduled-scaling/ask.ts';
import {
  CLOSED,
  LARGE_ORDERS,
  MANY_BATCH,
  MANY_REPORTS,
  NIGHTLY,
  OPEN,
  planProperties,
  scenario,
} from '../../support/scheduled-scaling/plan-samples.ts';
import {
  type ScheduledScalingWorld,
  SETTING,
} from '../../support/scheduled-scaling/scheduled-scaling-world.ts';

/** An instant of the tests' night, which begins at 2:00. */
const at = (time: string, days = 0): number => Date.parse(`2026-11-20T${time}Z`) + days * 86_400_000;
const HOUR_MS = 3_600_000;

const batchOf = (world: ScheduledScalingWorld) =>
  world.account.capacity().services['prod/batch']?.desiredCount;
const ordersOf = (world: ScheduledScalingWorld) => world.account.capacity().clusters.orders?.instances;
const startsOf = (world: ScheduledScalingWorld) =>
  world.runs.executions.map(({ name }) => name.split('-2026')[0]);

async function create(ask: Ask, properties: Record<string, unknown>): Promise<string> {
  return assertSucceeded(await ask('Create', properties)).PhysicalResourceId;
}

describe('what a Create of Custom::ScheduledScaling makes', () => {
  test(
    'is a plan, a group of its own, and a schedule for each start and end, in the zone of the plan',
    inWorld(async (world, ask) => {
      const properties = {
        ...planProperties(scenario(CLOSED, LARGE_ORDERS, MANY_BATCH)),
        Timezone: 'Asia/Tokyo',
      };
      const { PhysicalResourceId: id, Data } = assertSucceeded(await ask('Create', properties));
      assert.match(id, /^Nightly-[0-9a-f]{8}$/);
      assert.equal(Data.PlanId, id);
      assert.match(Data.ScheduleGroup ?? '', new RegExp(`^deploytime-${id}-[0-9a-f]{8}$`));
      const { schedules } = world.scheduler.account;
      assert.deepEqual(
        schedules.map(({ GroupName, Name, ScheduleExpression, ScheduleExpressionTimezone, Target }) => ({
          GroupName,
          Name,
          ScheduleExpression,
          ScheduleExpressionTimezone,
          arn: Target.Arn,
          input: JSON.parse(Target.Input ?? ''),
        })),
        (['start', 'end'] as const).map((edge) => ({
          GroupName: Data.ScheduleGroup,
          Name: `nightly-batch-${edge}`,
          ScheduleExpression: edge === 'start' ? CLOSED.Start : CLOSED.End,
          ScheduleExpressionTimezone: 'Asia/Tokyo',
          arn: SETTING.stateMachineArn,
          input: {
            plan: id,
            scenario: 'nightly-batch',
            edge,
            scheduledTime: '<aws.scheduler.scheduled-time>',
          },
        })),
      );
      assert.deepEqual(world.runs.executions, []);
      const [stored] = await world.plans.listPlans();
      assert.equal(stored?.status, 'active');
      assert.deepEqual(world.account.journal.accepted(), []);
    }),
  );

  test(
    'starts what is open at once, and the schedule of its end brings everything back',
    inWorld(async (world, ask) => {
      await create(ask, planProperties(scenario(NIGHTLY, LARGE_ORDERS, MANY_BATCH)));
      assert.deepEqual(startsOf(world), ['start-nightly-batch']);
      await world.runs.play(at('04:59:00'));
      assert.deepEqual(new Set(Object.values(ordersOf(world) ?? {})), new Set(['db.r6g.2xlarge']));
      assert.equal(Object.keys(ordersOf(world) ?? {}).length, 3);
      assert.equal(batchOf(world), 12);
      await world.runs.play(at('07:00:00'));
      assert.deepEqual(ordersOf(world), { 'orders-1': 'db.r6g.large', 'orders-2': 'db.r6g.large' });
      assert.equal(batchOf(world), 2);
      assert.deepEqual((await world.look()).recorded, []);
      // And so again the next night, by its schedules alone.
      await world.runs.play(at('04:00:00', 1));
      assert.equal(batchOf(world), 12);
    }),
  );

  test(
    'has an end that no schedule fires: the run of an open start waits for it',
    inWorld(async (world, ask) => {
      const times = { Start: NIGHTLY.Start, Duration: 'PT2H' };
      await create(ask, planProperties(scenario(times, MANY_BATCH)));
      assert.deepEqual(
        world.scheduler.account.schedules.map(({ Name }) => Name),
        ['nightly-batch-start'],
      );
      await world.runs.play(at('02:59:00'));
      assert.equal(batchOf(world), 12);
      await world.runs.play(at('03:10:00'));
      assert.equal(batchOf(world), 2);
    }),
  );

  test(
    'misses no start that is due within the minute, and fires none twice',
    inWorld(
      async (world, ask) => {
        await create(ask, planProperties(scenario(NIGHTLY, MANY_BATCH)));
        assert.equal(batchOf(world), 2);
        await world.runs.play(at('01:00:30'));
        assert.equal(batchOf(world), 12);
        assert.equal(world.account.journal.accepted().length, 1);
        await world.runs.play(at('01:10:00'));
        const outcomes = world.runs.executions.map(({ answer }) => answer?.outcome);
        assert.deepEqual(outcomes.toSorted(), ['Converged', 'Duplicate']);
      },
      { now: at('00:59:40') },
    ),
  );

  test(
    'misses no one-time start that comes before its schedule could be made',
    inWorld(
      async (world, ask) => {
        const times = { Start: 'at(2026-11-20T01:00:00)', End: 'at(2026-11-20T03:00:00)' };
        await create(ask, planProperties(scenario(times, MANY_BATCH)));
        assert.deepEqual(
          world.scheduler.account.schedules.map(({ Name }) => Name),
          ['nightly-batch-end'],
        );
        await world.runs.play(at('01:05:00'));
        assert.equal(batchOf(world), 12);
        await world.runs.play(at('03:05:00'));
        assert.equal(batchOf(world), 2);
      },
      { now: at('00:59:55') },
    ),
  );

  test(
    'follows from the stack and the logical id',
    inWorld(async (world, ask) => {
      const first = await create(ask, planProperties(scenario(CLOSED, MANY_BATCH)));
      const other = assertSucceeded(
        await ask('Create', planProperties(scenario(CLOSED, MANY_REPORTS)), { logicalId: 'Reports' }),
      ).PhysicalResourceId;
      assert.match(other, /^Reports-/);
      assert.equal((await world.look()).groups.length, 2);
      await ask('Delete', {}, { id: first });
      assert.equal(await create(ask, planProperties(scenario(CLOSED, MANY_BATCH))), first);
    }),
  );
});

describe('what an Update of Custom::ScheduledScaling changes', () => {
  const valid = planProperties(scenario(NIGHTLY, MANY_BATCH));

  test(
    'is in place: the same id, the same group, and only the schedules that differ',
    inWorld(async (world, ask) => {
      const created = assertSucceeded(await ask('Create', valid));
      const calls = world.scheduler.calls.length;
      const later = planProperties(scenario({ ...NIGHTLY, End: 'cron(0 6 * * ? *)' }, MANY_BATCH));
      const updated = assertSucceeded(
        await ask('Update', later, { id: created.PhysicalResourceId, old: valid, later: 1 }),
      );
      assert.equal(updated.PhysicalResourceId, created.PhysicalResourceId);
      assert.deepEqual(updated.Data, created.Data);
      const changes = world.scheduler.calls
        .slice(calls)
        .filter(({ action }) => /^(Create|Update|Delete)/.test(action));
      assert.deepEqual(
        changes.map(({ action, name, error }) => [action, name, error]),
        [
          ['CreateSchedule', 'nightly-batch-end', 'ConflictException'],
          ['UpdateSchedule', 'nightly-batch-end', undefined],
        ],
      );
      await world.runs.play(at('05:30:00'));
      assert.equal(batchOf(world), 12);
      await world.runs.play(at('06:10:00'));
      assert.equal(batchOf(world), 2);
    }),
  );

  const turns: Readonly<Record<string, { next: Record<string, unknown>; batch: number; reports: number }>> = {
    'the capacity of an open window': {
      next: planProperties(scenario(NIGHTLY, { ...MANY_BATCH, DesiredCount: 5 })),
      batch: 5,
      reports: 2,
    },
    'a window that is not open any more': {
      next: planProperties(scenario(CLOSED, MANY_BATCH)),
      batch: 2,
      reports: 2,
    },
    'another target in an open window': {
      next: planProperties(scenario(NIGHTLY, MANY_REPORTS)),
      batch: 2,
      reports: 4,
    },
    'one more scenario, which is open': {
      next: planProperties(scenario(NIGHTLY, MANY_BATCH), { ...scenario(OPEN, MANY_REPORTS), Name: 'more' }),
      batch: 12,
      reports: 4,
    },
    'another name for the open scenario': {
      next: planProperties({ ...scenario(NIGHTLY, MANY_BATCH), Name: 'renamed' }),
      batch: 12,
      reports: 2,
    },
    'a higher priority elsewhere': {
      next: planProperties(scenario(NIGHTLY, MANY_BATCH), {
        ...scenario(OPEN, { ...MANY_BATCH, DesiredCount: 7 }),
        Name: 'more',
        Priority: 1,
      }),
      batch: 7,
      reports: 2,
    },
    nothing: { next: { ...valid, DeploymentId: '2' }, batch: 12, reports: 2 },
  };
  for (const [what, { next, batch, reports }] of Object.entries(turns)) {
    for (const when of ['after the start was over', 'while the start is under way']) {
      test(
        `${what}, ${when}`,
        inWorld(async (world, ask) => {
          const id = await create(ask, valid);
          if (when === 'after the start was over') await world.runs.play(at('02:30:00'));
          else await world.runs.play(world.clock.now);
          assert.equal(batchOf(world), 12);
          assertSucceeded(await ask('Update', next, { id, old: valid, later: 1 }));
          await world.runs.play(world.clock.now + HOUR_MS / 4);
          const { services } = world.account.capacity();
          assert.equal(services['prod/batch']?.desiredCount, batch);
          assert.equal(services['prod/reports']?.desiredCount, reports);
          // What follows by schedules brings everything back in the end.
          assertSucceeded(await ask('Delete', {}, { id, later: 2 }));
          const { capacity, recorded, plans, groups } = await world.observe();
          assert.equal(capacity.services['prod/batch']?.desiredCount, 2);
          assert.deepEqual(capacity.services['prod/reports']?.bounds, [1, 3]);
          assert.deepEqual([recorded, plans, groups], [[], [], []]);
        }),
      );
    }
  }

  test(
    "keeps a person's word",
    inWorld(async (world, ask) => {
      const closed = planProperties(scenario(CLOSED, MANY_BATCH));
      const id = await create(ask, closed);
      world.runs.startByHand({
        plan: id,
        scenario: 'nightly-batch',
        edge: 'start',
        until: formatInstant(at('08:00:00')),
      });
      await world.runs.play(at('02:10:00'));
      assert.equal(batchOf(world), 12);
      const next = planProperties(scenario(CLOSED, { ...MANY_BATCH, DesiredCount: 9 }));
      assertSucceeded(await ask('Update', next, { id, old: closed, later: 1 }));
      await world.runs.play(at('07:50:00'));
      assert.equal(batchOf(world), 9);
      await world.runs.play(at('08:10:00'));
      assert.equal(batchOf(world), 2);
    }),
  );

  test(
    'is made again where the plan is gone, under the same id',
    inWorld(async (world, ask) => {
      const created = assertSucceeded(await ask('Create', valid));
      const before = await world.look();
      await world.vanish();
      const updated = assertSucceeded(
        await ask('Update', { ...valid, DeploymentId: '2' }, { id: created.PhysicalResourceId, later: 1 }),
      );
      assert.equal(updated.PhysicalResourceId, created.PhysicalResourceId);
      assert.deepEqual(await world.look(), before);
    }),
  );

  test(
    'puts right what somebody did to its schedules',
    inWorld(async (world, ask) => {
      const id = await create(ask, valid);
      const before = await world.look();
      const [start, end] = world.scheduler.account.schedules;
      assert.ok(start && end);
      await world.ports.schedules.disableSchedule(start.GroupName, start.Name, new AbortController().signal);
      await world.ports.schedules.deleteSchedule(end.GroupName, end.Name, new AbortController().signal);
      assertSucceeded(await ask('Update', { ...valid, DeploymentId: '2' }, { id, old: valid, later: 1 }));
      assert.deepEqual((await world.look()).groups, before.groups);
    }),
  );

  test(
    'under an id that is none of a plan makes the plan, and the Delete of that id leaves it alone',
    inWorld(async (world, ask) => {
      const { PhysicalResourceId: id } = assertSucceeded(
        await ask('Update', valid, { id: 'arn:aws:something:else' }),
      );
      assert.match(id, /^Nightly-/);
      const before = await world.look();
      assertSucceeded(await ask('Delete', valid, { id: 'arn:aws:something:else', later: 1 }));
      assert.deepEqual(await world.look(), before);
    }),
  );
});

describe('what a Delete of Custom::ScheduledScaling leaves', () => {
  for (const OnDelete of ['restore', 'leave'] as const) {
    test(
      `in an open window with OnDelete: ${OnDelete}`,
      inWorld(async (world, ask) => {
        const properties = { ...planProperties(scenario(OPEN, LARGE_ORDERS, MANY_BATCH)), OnDelete };
        const before = (await world.look()).capacity;
        const id = await create(ask, properties);
        const scaled = (await world.observe()).capacity;
        // What the Delete says itself counts for nothing.
        assertSucceeded(await ask('Delete', { OnDelete: 'something', Scenarios: 'none' }, { id, later: 1 }));
        assert.deepEqual((await world.look()).groups, []);
        // Its own run does it, before any sweep comes.
        await world.runs.play(world.clock.now + 2 * HOUR_MS);
        assert.deepEqual((await world.look()).recorded, []);
        assert.equal(startsOf(world).filter((name) => name === 'end-restore').length, 1);
        const { capacity, recorded, plans } = await world.observe();
        assert.deepEqual(capacity, OnDelete === 'restore' ? before : scaled);
        assert.deepEqual([recorded, plans], [[], []]);
      }),
    );
  }

  test(
    'while the start is under way, wherever it is',
    inWorld(async (world, ask) => {
      const properties = planProperties(scenario(OPEN, LARGE_ORDERS, MANY_BATCH));
      const { capacity } = await world.look();
      for (let minutes = 0; minutes < 40; minutes += 5) {
        const id = assertSucceeded(
          await ask('Create', properties, { later: minutes * 10 }),
        ).PhysicalResourceId;
        await world.runs.play(world.clock.now + minutes * 60_000);
        assertSucceeded(await ask('Delete', properties, { id, later: minutes * 10 + 1 }));
        const found = await world.observe();
        assert.deepEqual(found.capacity, capacity, `after ${minutes} min`);
        assert.deepEqual([found.recorded, found.plans, found.groups], [[], [], []]);
      }
    }),
  );

  test(
    'is taken up by a new Create of the same resource, with what was there before everything',
    inWorld(async (world, ask) => {
      const properties = planProperties(scenario(OPEN, MANY_BATCH));
      const id = await create(ask, properties);
      await world.runs.play(at('02:20:00'));
      assertSucceeded(await ask('Delete', properties, { id, later: 1 }));
      const again = assertSucceeded(
        await ask('Create', planProperties(scenario(NIGHTLY, { ...MANY_BATCH, DesiredCount: 20 })), {
          later: 2,
        }),
      );
      assert.equal(again.PhysicalResourceId, id);
      await world.runs.play(at('04:50:00'));
      assert.equal(batchOf(world), 20);
      await world.runs.play(at('05:10:00'));
      assert.equal(batchOf(world), 2);
    }),
  );

  test(
    'does not depend on how often it is asked',
    inWorld(async (world, ask) => {
      const properties = planProperties(scenario(OPEN, MANY_BATCH));
      const id = await create(ask, properties);
      await world.runs.play(at('02:20:00'));
      for (const later of [1, 2, 3]) assertSucceeded(await ask('Delete', properties, { id, later }));
      const { plans, groups, recorded } = await world.observe();
      assert.deepEqual([plans, groups, recorded], [[], [], []]);
      assertSucceeded(await ask('Delete', properties, { id, later: 4 }));
      assert.deepEqual((await world.look()).plans, []);
    }),
  );
});
