import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CREATE_FAILED_ID } from '../../../handlers/cloudformation/physical-resource-id.ts';
import { ProviderError } from '../../../handlers/errors.ts';
import { STACK_ID } from '../../support/provider/events.ts';
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

/** Interrupts the next call of a port once. */
function once(world: ScheduledScalingWorld, call: string, act: () => Promise<unknown> | never): void {
  world.interruption = async (made, when) => {
    if (made !== call || when !== 'before') return;
    world.interruption = undefined;
    await act();
  };
}

describe('requests that come more than once, or too late', () => {
  test(
    'a Create that is delivered again after its success does nothing and answers the same',
    inWorld(async (world, ask) => {
      const deliver = ask.prepare('Create', FIRST);
      const first = assertSucceeded(await deliver());
      const calls = world.scheduler.calls.length;
      const executions = world.runs.executions.length;
      // The world may refuse it by now: it is not asked.
      world.account.operator.deleteService('prod', 'batch');
      assert.deepEqual(await deliver(), first);
      assert.equal(world.scheduler.calls.length, calls);
      assert.equal(world.runs.executions.length, executions);
    }),
  );

  test(
    'an Update that is delivered again makes what it made, and starts no run twice',
    inWorld(async (world, ask) => {
      const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
      const deliver = ask.prepare('Update', SECOND, { id, old: FIRST, later: 1 });
      const answer = assertSucceeded(await deliver());
      const before = await world.look();
      const executions = world.runs.executions.length;
      world.clock.advance(60_000);
      assert.deepEqual(await deliver(), answer);
      assert.deepEqual(await world.look(), before);
      assert.equal(world.runs.executions.length, executions);
    }),
  );

  for (const [requestType, properties] of [
    ['Create', FIRST],
    ['Update', FIRST],
  ] as const) {
    test(
      `a ${requestType} that is delivered after a later Update changes nothing`,
      inWorld(async (world, ask) => {
        const { PhysicalResourceId: id, Data } = assertSucceeded(await ask('Create', FIRST));
        const late = ask.prepare(requestType, properties, { id, old: SECOND, later: 1 });
        assertSucceeded(await ask('Update', SECOND, { id, old: FIRST, later: 2 }));
        const before = await world.look();
        const answer = assertSucceeded(await late());
        assert.deepEqual([answer.PhysicalResourceId, answer.Data], [id, Data]);
        assert.deepEqual(await world.look(), before);
      }),
    );

    test(
      `a ${requestType} that is delivered after the Delete makes nothing`,
      inWorld(async (world, ask) => {
        const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
        const late = ask.prepare(requestType, properties, { id, old: SECOND, later: 1 });
        assertSucceeded(await ask('Delete', FIRST, { id, later: 2 }));
        assertFailed(
          await late(),
          /^NotStabilized: A later request has changed or deleted the plan Nightly-/,
        );
        assert.deepEqual(await left(world), NOTHING);
      }),
    );
  }

  test(
    'a Delete that is delivered after the resource was created again leaves it alone',
    inWorld(async (world, ask) => {
      const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
      const late = ask.prepare('Delete', FIRST, { id, later: 1 });
      assertSucceeded(await late());
      assertSucceeded(await ask('Create', SECOND, { later: 2 }));
      const before = await world.look();
      assertSucceeded(await late());
      assert.deepEqual(await world.look(), before);
    }),
  );

  test(
    'two deliveries at once make one plan, one group and one run, whatever they meet first',
    inWorld(async (world, ask) => {
      for (let round = 0; round < 8; round += 1) {
        const create = ask.prepare('Create', FIRST, { later: 10 * round });
        // The second one begins when the first has come so far.
        const calls: string[] = [];
        let second: Promise<unknown> | undefined;
        world.interruption = (call, when) => {
          if (when === 'before') calls.push(call);
          if (calls.length === 1 + 2 * round) second ??= create();
        };
        const answers = [await create(), await (second ?? create())];
        world.interruption = undefined;
        const [one, other] = answers as [(typeof answers)[0], (typeof answers)[0]];
        assert.deepEqual(one, other, `The second began at ${calls[2 * round]}`);
        const found = await world.look();
        assert.equal(found.plans.length, 1);
        assert.equal(found.groups.length, 1);
        assert.equal(world.runs.executions.filter(({ name }) => name.startsWith('start')).length, round + 1);
        const id = (one as { PhysicalResourceId: string }).PhysicalResourceId;
        const remove = ask.prepare('Delete', FIRST, { id, later: 10 * round + 5 });
        for (const { Status, Reason } of await Promise.all([remove(), remove()])) {
          assert.equal(Status, 'SUCCESS', Reason);
        }
        assert.deepEqual(await left(world), NOTHING);
      }
    }),
  );

  test(
    'what one of two deliveries has made, the failure of the other does not undo',
    inWorld(async (world, ask) => {
      const create = ask.prepare('Create', FIRST);
      once(world, 'schedules.putSchedule', async () => {
        assertSucceeded(await create());
        throw new ProviderError('GeneralServiceException', 'Something broke');
      });
      assertFailed(await create(), /Something broke/);
      const { plans, groups } = await world.look();
      assert.deepEqual([plans.length, groups.length], [1, 1]);
      const [group] = groups;
      assert.deepEqual(Object.keys(group ?? {}).length, 2);
    }),
  );
});

describe('requests that meet each other', () => {
  test(
    'an Update and the rollback that overtakes it end with the plan and the schedules of the rollback',
    inWorld(async (world, ask) => {
      const two = planProperties(scenario(OPEN, MANY_BATCH), {
        ...scenario(CLOSED, MANY_REPORTS),
        Name: 'more',
      });
      const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
      const before = await world.look();
      for (const call of [
        'plans.listRecorded',
        'plans.updatePlan',
        'schedules.listSchedules',
        'schedules.putSchedule',
        'plans.listPlans',
        'runs.start',
      ]) {
        const later = Math.round(performance.now());
        once(world, call, async () => {
          assertSucceeded(await ask('Update', FIRST, { id, old: two, later: later + 2 }));
        });
        await ask('Update', two, { id, old: FIRST, later: later + 1 });
        const { plans, groups } = await world.look();
        assert.deepEqual([plans, groups], [before.plans, before.groups], `The rollback came at ${call}`);
      }
    }),
  );

  for (const id of [MADE_UP_ID, CREATE_FAILED_ID]) {
    test(
      `a Delete under ${id} that comes in the middle of the Create leaves nothing of it`,
      inWorld(
        async (world, ask) => {
          const calls = [
            'targets.survey',
            'plans.putPlan',
            'schedules.createGroup',
            'schedules.putSchedule',
            'plans.updatePlan',
            'runs.start',
          ];
          for (const [round, call] of calls.entries()) {
            const isTombstoneNeeded = round < 2;
            if (isTombstoneNeeded && id === CREATE_FAILED_ID) continue;
            const later = 10 * round;
            once(world, call, async () => {
              assertSucceeded(await ask('Delete', FIRST, { id, later: later + 1 }));
            });
            const answer = await ask('Create', FIRST, { later });
            // At the last call all is done but for the run, which finds no plan any more.
            if (call !== 'runs.start')
              assertFailed(answer, /A later request has changed or deleted the plan/);
            assert.deepEqual(await left(world), NOTHING, `The Delete came at ${call}`);
          }
        },
        { statusOf: () => 'ROLLBACK_IN_PROGRESS' },
      ),
    );
  }

  test(
    'a Create that comes after the Delete that cancelled it makes nothing',
    inWorld(async (world, ask) => {
      const create = ask.prepare('Create', FIRST);
      assertSucceeded(await ask('Delete', FIRST, { id: MADE_UP_ID, later: 1 }));
      assertFailed(await create(), /A later request has changed or deleted the plan/);
      assert.deepEqual(await left(world), NOTHING);
    }),
  );

  test(
    'another stack has another plan of the same name',
    inWorld(async (world, ask) => {
      const stackId = STACK_ID.replace('/shop/', '/office/');
      const one = assertSucceeded(await ask('Create', FIRST));
      const other = assertSucceeded(
        await ask('Create', planProperties(scenario(OPEN, MANY_REPORTS)), { stackId }),
      );
      assert.notEqual(one.PhysicalResourceId, other.PhysicalResourceId);
      assertSucceeded(await ask('Delete', {}, { id: MADE_UP_ID, stackId, later: 1 }));
      assert.equal((await world.look()).plans.length, 2);
    }),
  );
});

describe('a Create that died', () => {
  /** After so many calls of its ports nothing of it goes on. */
  const dies = (world: ScheduledScalingWorld, after: number): (() => number) => {
    let calls = 0;
    world.interruption = () => {
      calls += 1;
      // As if the function were gone: nothing that it does has an effect any more.
      if (calls > after) throw new Error('The function has died');
    };
    return () => calls;
  };

  for (const status of [
    'ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'DELETE_IN_PROGRESS',
  ]) {
    for (const id of [CREATE_FAILED_ID, MADE_UP_ID]) {
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
              if (!hasDied) break;
            }
          },
          { statusOf: () => status },
        ),
      );
    }
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
