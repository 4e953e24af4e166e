import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Schedule, schedulesOf } from '../../../handlers/scaling/store/plan-schedules.ts';
import { scheduleDifference } from '../../../handlers/scaling/store/schedule-difference.ts';
import type { ScheduleGroupStore, ScheduleStore } from '../../../handlers/scaling/store/schedule-store.ts';
import { expression, night, nightly, planOf } from './plans.ts';

export type ScheduleStoreUnderTest = ScheduleStore & ScheduleGroupStore;

/** What a server is known not to do as AWS does, by the test that would show it, with the reason. */
export type ScheduleStoreDifferences = Readonly<Partial<Record<ScheduleStoreTest, string>>>;

/**
 * What the resource relies on, whatever the schedules are kept in. None of them ever fires.
 * @param open Called once for each test; there is no group but the default one.
 */
export function testScheduleStore(
  name: string,
  open: (context: TestContext) => Promise<ScheduleStoreUnderTest>,
  differences: ScheduleStoreDifferences = {},
): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(TESTS) as [ScheduleStoreTest, Check][]) {
      const difference = differences[title];
      if (difference === undefined) test(title, async (context) => check(await open(context)));
      else {
        // Held too: a difference that is gone is to be taken from the list.
        test(`${title}: not here, ${difference}`, async (context) => {
          const store = await open(context);
          await assert.rejects(() => check(store));
        });
      }
    }
  });
}

type Check = (store: ScheduleStoreUnderTest) => Promise<void>;
export type ScheduleStoreTest = keyof typeof TESTS;

const NEVER = new AbortController().signal;
export const GROUP = 'deploytime-nightly-0123abcd';

/** Two schedules of a plan as it is made in 2026, for times in 2099. */
export const SCHEDULES: readonly Schedule[] = schedulesOf(
  planOf(
    [
      nightly({
        start: expression('cron(30 0 * * ? 2099)'),
        end: { kind: 'expression', expression: expression('at(2099-12-31T05:00:00)') },
      }),
    ],
    { timezone: 'Asia/Tokyo' },
  ),
  {
    group: GROUP,
    stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:deploytime-scaling-run',
    roleArn: 'arn:aws:iam::111122223333:role/deploytime-scaling-schedule',
    deadLetterArn: 'arn:aws:sqs:us-east-1:111122223333:deploytime-scaling-dead-letters',
    now: night('00:00'),
  },
);

const TESTS = {
  'what was put is listed as it was wanted, so that nothing is left to be changed': async (store) => {
    await putAll(store);
    assert.deepEqual(await list(store), SCHEDULES);
    assert.deepEqual(scheduleDifference(await list(store), SCHEDULES), {
      creates: [],
      updates: [],
      deletes: [],
    });
  },

  'a group that is not there has no schedules': async (store) => {
    assert.deepEqual(await store.listSchedules(GROUP, NEVER), []);
  },

  'a group lists its own schedules only': async (store) => {
    await putAll(store);
    await store.createGroup('other', NEVER);
    assert.deepEqual(await store.listSchedules('other', NEVER), []);
  },

  'a group is created again without losing what is in it': async (store) => {
    await putAll(store);
    await store.createGroup(GROUP, NEVER);
    assert.equal((await list(store)).length, SCHEDULES.length);
  },

  'a schedule is put over itself, and over another one of its name': async (store) => {
    await putAll(store);
    await putAll(store);
    const [first, ...others] = SCHEDULES;
    assert.ok(first);
    const changed = {
      ...first,
      ScheduleExpression: 'cron(45 0 * * ? 2099)',
      ScheduleExpressionTimezone: 'UTC',
    };
    await store.putSchedule(changed, NEVER);
    assert.deepEqual(await list(store), [changed, ...others]);
  },

  'an update goes through, also back to what was there before': async (store) => {
    await putAll(store);
    const [first] = SCHEDULES;
    assert.ok(first);
    const changed = { ...first, ScheduleExpression: 'cron(45 0 * * ? 2099)' };
    for (const schedule of [changed, first, changed, first]) {
      await store.putSchedule(schedule, NEVER);
      assert.deepEqual((await list(store))[0], schedule);
    }
  },

  'a schedule is disabled, and is otherwise as it was': async (store) => {
    await putAll(store);
    const [first, ...others] = SCHEDULES;
    assert.ok(first);
    for (let time = 0; time < 2; time += 1) {
      await store.disableSchedule(GROUP, first.Name, NEVER);
      assert.deepEqual(await list(store), [{ ...first, State: 'DISABLED' }, ...others]);
    }
  },

  'a schedule is deleted, and one that is not there is fine': async (store) => {
    await putAll(store);
    const [first, ...others] = SCHEDULES;
    assert.ok(first);
    for (let time = 0; time < 2; time += 1) {
      await store.deleteSchedule(GROUP, first.Name, NEVER);
      assert.deepEqual(await list(store), others);
    }
    await store.disableSchedule(GROUP, first.Name, NEVER);
    assert.deepEqual(await list(store), others);
  },

  'with a group go its schedules, and a group that is not there is fine': async (store) => {
    await putAll(store);
    for (let time = 0; time < 2; time += 1) {
      await store.deleteGroup(GROUP, NEVER);
      assert.deepEqual(await store.listSchedules(GROUP, NEVER), []);
    }
    await store.deleteSchedule(GROUP, 'nightly-start', NEVER);
    await store.disableSchedule(GROUP, 'nightly-start', NEVER);
  },
} satisfies Record<string, Check>;

async function putAll(store: ScheduleStoreUnderTest): Promise<void> {
  const isThere = (await store.listSchedules(GROUP, NEVER)).length > 0;
  if (!isThere) await store.createGroup(GROUP, NEVER);
  for (const schedule of SCHEDULES) await store.putSchedule(schedule, NEVER);
}

/** In the order of SCHEDULES. */
async function list(store: ScheduleStoreUnderTest): Promise<readonly Schedule[]> {
  const found = await store.listSchedules(GROUP, NEVER);
  return found.toSorted((a, b) => (a.Name > b.Name ? -1 : 1));
}
