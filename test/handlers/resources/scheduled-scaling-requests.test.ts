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

  test(
    'an Update that one delivery has made, the failure of the other does not undo',
    inWorld(async (world, ask) => {
      const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
      const update = ask.prepare('Update', SECOND, { id, old: FIRST, later: 1 });
      once(world, 'schedules.listSchedules', async () => {
        assertSucceeded(await update());
        throw new ProviderError('GeneralServiceException', 'Something broke');
      });
      assertFailed(await update(), /Something broke/);
      const [stored] = await world.plans.listPlans();
      assert.deepEqual(stored?.plan.scenarios[0]?.steps[0]?.capacity, { desiredCount: 6 });
    }),
  );

  test(
    'an Update that one delivery has undone, the other one does not take for made',
    inWorld(async (world, ask) => {
      const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
      const before = await world.look();
      const update = ask.prepare('Update', SECOND, { id, old: FIRST, later: 1 });
      // The second comes when the first has stored it, and goes on when the first has failed and undone it.
      const calls: string[] = [];
      let second: ReturnType<typeof update> | undefined;
      const undone = Promise.withResolvers<void>();
      world.interruption = async (call, when) => {
        if (call !== 'schedules.listSchedules' || when !== 'before') return;
        calls.push(call);
        if (calls.length === 1) {
          second = update();
          while (calls.length < 2) await new Promise((resume) => setImmediate(resume));
          throw new ProviderError('GeneralServiceException', 'Something broke');
        }
        if (calls.length === 2) await undone.promise;
      };
      assertFailed(await update(), /Something broke/);
      undone.resolve();
      assertFailed((await second) as Awaited<ReturnType<typeof update>>, /A later request has changed/);
      assert.deepEqual(await world.look(), before);
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
