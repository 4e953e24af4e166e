import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CREATE_FAILED_ID } from '../../../handlers/cloudformation/physical-resource-id.ts';
import { ProviderError } from '../../../handlers/errors.ts';
import { assertFailed, assertSucceeded, inWorld } from '../../support/scheduled-scaling/ask.ts';
import {
  CLOSED,
  MANY_BATCH,
  MANY_REPORTS,
  OPEN,
  planProperties,
  scenario,
} from '../../support/scheduled-scaling/plan-samples.ts';
import type { ScheduledScalingWorld } from '../../support/scheduled-scaling/scheduled-scaling-world.ts';

const FIRST = planProperties(scenario(OPEN, MANY_BATCH));
const SECOND = planProperties(scenario(OPEN, { ...MANY_BATCH, DesiredCount: 6 }));
const MADE_UP_ID = 'shop-Nightly-1A2B3C4D5E6F';
const NOTHING = { plans: [], groups: [], recorded: [] };

/** Without what the targets have. */
async function left(world: ScheduledScalingWorld): Promise<unknown> {
  const { plans, groups, recorded } = await world.observe();
  return { plans, groups, recorded };
}

/** Each of these requests has several calls, and can die before and after each. */
const MIN_DEATHS = 8;

/** After so many calls of its ports nothing of a function goes on. @returns how many there were. */
function dies(world: ScheduledScalingWorld, after: number): () => number {
  let calls = 0;
  world.interruption = () => {
    calls += 1;
    // As if the function were gone: nothing that it does has an effect any more.
    if (calls > after) throw new Error('The function has died');
  };
  return () => calls;
}

describe('a Create that died', () => {
  for (const [status, id] of [
    ['ROLLBACK_IN_PROGRESS', CREATE_FAILED_ID],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', MADE_UP_ID],
    ['DELETE_IN_PROGRESS', MADE_UP_ID],
  ] as const) {
    test(
      `after any call is cleared up by the Delete under ${id} in ${status}`,
      inWorld(
        async (world, ask) => {
          const { capacity } = await world.look();
          for (let after = 0; ; after += 1) {
            const countCalls = dies(world, after);
            const answer = await ask('Create', FIRST, { later: 10 * after });
            const hasDied = countCalls() > after;
            world.interruption = undefined;
            if (hasDied) assertFailed(answer, /unexpected Error/);
            // What is left does nothing until then, unless it was done but for the answer.
            await world.runs.play(world.clock.now + 60_000);
            assertSucceeded(await ask('Delete', FIRST, { id, later: 10 * after + 5 }));
            assert.deepEqual(await world.observe(), { ...NOTHING, capacity }, `after ${after} calls`);
            if (hasDied) continue;
            assert.ok(after >= MIN_DEATHS, `${after} deaths`);
            break;
          }
        },
        { statusOf: () => status },
      ),
    );
  }

  test(
    'before its plan was active is cleared up whatever CloudFormation does, or does not tell',
    inWorld(
      async (world, ask) => {
        world.statuses.fail('AccessDenied');
        for (const [round, call] of ['schedules.createGroup', 'schedules.putSchedule'].entries()) {
          let hasDied = false;
          world.interruption = (made, when) => {
            hasDied ||= made === call && when === 'after';
            if (hasDied) throw new Error('The function has died');
          };
          assertFailed(await ask('Create', FIRST, { later: 10 * round }), /unexpected Error/);
          world.interruption = undefined;
          assert.equal((await world.look()).groups.length, 1);
          assertSucceeded(await ask('Delete', FIRST, { id: CREATE_FAILED_ID, later: 10 * round + 5 }));
          assert.deepEqual(await left(world), NOTHING, call);
        }
      },
      { statusOf: () => 'CREATE_IN_PROGRESS' },
    ),
  );

  test(
    'is no reason to delete a plan that works: one that was created again after a failure',
    inWorld(
      async (world, ask) => {
        assertSucceeded(await ask('Create', FIRST));
        const before = await world.look();
        assertSucceeded(await ask('Delete', FIRST, { id: CREATE_FAILED_ID, later: 1 }));
        assertSucceeded(await ask('Delete', FIRST, { id: MADE_UP_ID, later: 2 }));
        assert.deepEqual(await world.look(), before);
        assert.match(world.log(), /The plan stays: the Delete is not for it/);
      },
      { statusOf: () => 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' },
    ),
  );

  test(
    'is made up for by the next Create',
    inWorld(async (world, ask) => {
      for (let after = 4; after < 24; after += 4) {
        dies(world, after);
        await ask('Create', SECOND, { later: after });
      }
      world.interruption = undefined;
      assertSucceeded(await ask('Create', FIRST, { later: 100 }));
      const { plans, groups, capacity } = await world.observe();
      assert.deepEqual([plans.length, groups.length], [1, 1]);
      assert.equal(capacity.services['prod/batch']?.desiredCount, 12);
    }),
  );

  test(
    'has its group deleted by the next one, which makes its own',
    inWorld(async (world, ask) => {
      let hasDied = false;
      world.interruption = (made, when) => {
        hasDied ||= made === 'schedules.createGroup' && when === 'after';
        if (hasDied) throw new Error('The function has died');
      };
      assertFailed(await ask('Create', FIRST), /unexpected Error/);
      world.interruption = undefined;
      const [left] = world.scheduler.account.groups.filter(({ Name }) => Name !== 'default');
      const { Data } = assertSucceeded(await ask('Create', FIRST, { later: 1 }));
      assert.notEqual(Data.ScheduleGroup, left?.Name);
      assert.equal((await world.look()).groups.length, 1);
    }),
  );

  test(
    'and whose table can not be read has left nothing that could be deleted',
    inWorld(async (world, ask) => {
      world.interruption = (call) => {
        if (call === 'plans.findPlan') throw new ProviderError('AccessDenied', 'DynamoDB refused to read');
      };
      assertFailed(await ask('Create', FIRST), /AccessDenied: DynamoDB refused/);
      assertSucceeded(await ask('Delete', FIRST, { id: CREATE_FAILED_ID, later: 1 }));
    }),
  );
});

describe('a function that died after any call', () => {
  const other = planProperties(scenario(OPEN, MANY_REPORTS), {
    ...scenario(CLOSED, MANY_BATCH),
    Name: 'two',
  });

  test(
    'of an Update: its rollback ends with the former plan, its schedules and its capacity',
    inWorld(async (world, ask) => {
      const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
      const before = await world.observe();
      for (let after = 0; ; after += 1) {
        const countCalls = dies(world, after);
        await ask('Update', other, { id, old: FIRST, later: 10 * after + 1 });
        const hasDied = countCalls() > after;
        world.interruption = undefined;
        await world.runs.play(world.clock.now + 600_000);
        assertSucceeded(await ask('Update', FIRST, { id, old: other, later: 10 * after + 5 }));
        const found = await world.observe();
        assert.deepEqual([found.plans, found.groups], [before.plans, before.groups], `after ${after} calls`);
        const { services } = found.capacity;
        assert.equal(services['prod/batch']?.desiredCount, 12, `after ${after} calls`);
        assert.deepEqual(services['prod/reports']?.bounds, [1, 3], `after ${after} calls`);
        if (hasDied) continue;
        assert.ok(after >= MIN_DEATHS, `${after} deaths`);
        break;
      }
    }),
  );

  test(
    'of a Delete: the next one finishes it',
    inWorld(async (world, ask) => {
      const { capacity } = await world.look();
      for (let after = 0; ; after += 1) {
        const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST, { later: 10 * after }));
        await world.observe();
        const countCalls = dies(world, after);
        await ask('Delete', FIRST, { id, later: 10 * after + 2 });
        const hasDied = countCalls() > after;
        world.interruption = undefined;
        assertSucceeded(await ask('Delete', FIRST, { id, later: 10 * after + 5 }));
        assert.deepEqual(await world.observe(), { ...NOTHING, capacity }, `after ${after} calls`);
        if (hasDied) continue;
        assert.ok(after >= MIN_DEATHS, `${after} deaths`);
        break;
      }
    }),
  );
});
