import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { type Ask, assertFailed, assertSucceeded, inWorld } from '../../support/scheduled-scaling/ask.ts';
import {
  CLOSED,
  LARGE_ORDERS,
  MANY_BATCH,
  MANY_REPORTS,
  OPEN,
  planProperties,
  scenario,
} from '../../support/scheduled-scaling/plan-samples.ts';
import type { ScheduledScalingWorld } from '../../support/scheduled-scaling/scheduled-scaling-world.ts';

const FIRST = planProperties(scenario(OPEN, MANY_BATCH), { ...scenario(CLOSED, LARGE_ORDERS), Name: 'two' });
const SECOND = planProperties(
  { ...scenario(OPEN, MANY_REPORTS), Name: 'three' },
  { ...scenario({ ...CLOSED, Start: 'cron(0 2 ? * WED *)' }, LARGE_ORDERS), Name: 'two' },
);
const BROKEN = new ProviderError('GeneralServiceException', 'Something broke');

/** Lets one call after the other fail, in one request each, until one needs no more calls. */
async function failEachCall(
  world: ScheduledScalingWorld,
  when: 'before' | 'after',
  check: (round: number, call: string) => Promise<void>,
  send: (round: number) => ReturnType<Ask>,
): Promise<number> {
  for (let round = 0; ; round += 1) {
    let calls = 0;
    let failed: string | undefined;
    world.interruption = (call, moment) => {
      if (moment !== when) return;
      calls += 1;
      if (calls !== round + 1) return;
      failed = call;
      throw BROKEN;
    };
    const answer = await send(round);
    world.interruption = undefined;
    if (failed === undefined) {
      assertSucceeded(answer);
      return round;
    }
    // What is only in the way of a twin is tried again.
    const isRepeated = failed === 'schedules.deleteGroup';
    if (isRepeated) assertSucceeded(answer);
    else assertFailed(answer, /^GeneralServiceException: Something broke/);
    await check(round, `${failed}, ${when} it was done (call ${round + 1})`);
  }
}

describe('a request of which any call fails once', () => {
  for (const when of ['before', 'after'] as const) {
    test(
      `${when} it is carried out: a Create leaves nothing behind, at once`,
      inWorld(async (world, ask) => {
        const before = await world.look();
        const calls = await failEachCall(
          world,
          when,
          async (_round, call) => {
            const { plans, ...found } = await world.look();
            const { plans: __, ...untouched } = before;
            assert.deepEqual(found, untouched, call);
            // Once it was active, a run may have it: the sweep forgets it a little later.
            const wasActive = /^(runs\.start|plans\.listRecorded|plans\.updatePlan, after)/.test(call);
            if (!wasActive) assert.deepEqual(plans, [], call);
            else assert.deepEqual(await world.observe(), before, call);
          },
          (round) => ask('Create', FIRST, { later: round }),
        );
        assert.ok(calls > 12, `${calls} calls`);
      }),
    );

    test(
      `${when} it is carried out: an Update puts plan and schedules back, and its rollback brings back the rest`,
      inWorld(async (world, ask) => {
        const { PhysicalResourceId: id } = assertSucceeded(await ask('Create', FIRST));
        const before = await world.observe();
        const calls = await failEachCall(
          world,
          when,
          async (round, call) => {
            const { plans, groups } = await world.look();
            assert.deepEqual([plans, groups], [before.plans, before.groups], call);
            // As CloudFormation goes on.
            assertSucceeded(await ask('Update', FIRST, { id, old: SECOND, later: 10 * round + 15 }));
            assert.deepEqual(await world.observe(), before, call);
          },
          (round) => ask('Update', SECOND, { id, old: FIRST, later: 10 * round + 10 }),
        );
        assert.ok(calls > 12, `${calls} calls`);
        const { capacity } = await world.observe();
        assert.equal(capacity.services['prod/batch']?.desiredCount, 2);
        assert.deepEqual(capacity.services['prod/reports']?.bounds, [4, 8]);
      }),
    );

    test(
      `${when} it is carried out: a Delete is finished by the next one`,
      inWorld(async (world, ask) => {
        const before = await world.look();
        let id = '';
        const begin = async (later: number): Promise<void> => {
          id = assertSucceeded(await ask('Create', FIRST, { later })).PhysicalResourceId;
          await world.observe();
        };
        await begin(0);
        const calls = await failEachCall(
          world,
          when,
          async (round, call) => {
            assertSucceeded(await ask('Delete', FIRST, { id, later: 10 * round + 5 }));
            assert.deepEqual(await world.observe(), before, call);
            await begin(10 * round + 8);
          },
          (round) => ask('Delete', FIRST, { id, later: 10 * round + 4 }),
        );
        assert.ok(calls >= 5, `${calls} calls`);
        assert.deepEqual(await world.observe(), before);
      }),
    );
  }

  test(
    'brings back what its runs have scaled by then, although OnDelete is leave',
    inWorld(async (world, ask) => {
      const before = await world.look();
      const properties = {
        ...planProperties(scenario(OPEN, MANY_BATCH), { ...scenario(OPEN, MANY_REPORTS), Name: 'two' }),
        OnDelete: 'leave',
      };
      let starts = 0;
      world.interruption = async (call, when) => {
        if (call !== 'runs.start' || when !== 'before') return;
        starts += 1;
        if (starts !== 2) return;
        await world.runs.play(world.clock.now + 600_000);
        throw BROKEN;
      };
      assertFailed(await ask('Create', properties), /Something broke/);
      assert.deepEqual((await world.look()).recorded.length, 1);
      assert.deepEqual(await world.observe(), before);
    }),
  );

  test(
    'says what it could not undo',
    inWorld(async (world, ask) => {
      world.interruption = (call, when) => {
        if (when !== 'before') return;
        if (call === 'schedules.putSchedule') throw BROKEN;
        if (call === 'schedules.deleteGroup') {
          throw new ProviderError('AccessDenied', 'EventBridge Scheduler refused to delete the group');
        }
      };
      assertFailed(
        await ask('Create', FIRST),
        /Something broke\. What was done until then could not be undone: EventBridge Scheduler refused to delete the group/,
      );
    }),
  );
});
