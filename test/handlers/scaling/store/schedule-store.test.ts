import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { EventBridgeScheduleStore } from '../../../../handlers/scaling/store/schedule-store.ts';
import { createSchedulerClient } from '../../../../handlers/scaling/store/scheduler-api-store.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { night } from '../../../support/scaling/plans.ts';
import { GROUP, SCHEDULES, testScheduleStore } from '../../../support/scaling/schedule-store-suite.ts';
import { startSchedulerApi } from '../../../support/scheduler-api/scheduler-api.ts';

const NEVER = new AbortController().signal;
const [START, END] = SCHEDULES;
assert.ok(START && END);

async function open(context: TestContext, { isStrict = true, clock = () => night('00:00') } = {}) {
  const api = await startSchedulerApi({ clock });
  const client = createSchedulerClient({
    endpoint: api.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
  context.after(async () => {
    client.destroy();
    await api.close();
    if (isStrict) assert.deepEqual(api.violations, []);
  });
  return { api, store: new EventBridgeScheduleStore(client, QUICK_PATIENCE) };
}

async function openWithSchedules(context: TestContext) {
  const { api, store } = await open(context);
  await store.createGroup(GROUP, NEVER);
  for (const schedule of SCHEDULES) await store.putSchedule(schedule, NEVER);
  const before = api.calls.length;
  return {
    api,
    store,
    callsSince: () => api.calls.slice(before).map(({ action, name }) => `${action} ${name}`),
  };
}

testScheduleStore(
  'schedules in the stand-in for EventBridge Scheduler',
  async (context) => (await open(context)).store,
);

describe('a group of schedules that is deleted', () => {
  test('has its schedules disabled and deleted before: its own deletion goes on, and they would fire', async (context) => {
    const { api, store, callsSince } = await openWithSchedules(context);
    await store.deleteGroup(GROUP, NEVER);
    assert.deepEqual(
      callsSince().filter((call) => !/^(Get|List)/.test(call)),
      [
        'UpdateSchedule nightly-end',
        'UpdateSchedule nightly-start',
        'DeleteSchedule nightly-end',
        'DeleteSchedule nightly-start',
        `DeleteScheduleGroup ${GROUP}`,
      ],
    );
    assert.deepEqual(api.account.schedules, []);
    assert.equal(api.account.getGroup(GROUP).State, 'DELETING');
  });

  test('again while it is being deleted is left to that', async (context) => {
    const { store, callsSince } = await openWithSchedules(context);
    await store.deleteGroup(GROUP, NEVER);
    const { length } = callsSince();
    await store.deleteGroup(GROUP, NEVER);
    assert.deepEqual(callsSince().slice(length), [`GetScheduleGroup ${GROUP}`]);
  });

  test('can be broken off anywhere, and deleted then', async (context) => {
    const { api, store } = await openWithSchedules(context);
    for (const action of ['UpdateSchedule', 'DeleteSchedule', 'DeleteScheduleGroup'] as const) {
      api.fail({ kind: 'AccessDeniedException', action });
      await assert.rejects(store.deleteGroup(GROUP, NEVER), { code: 'AccessDenied' });
      assert.equal(api.account.getGroup(GROUP).State, 'ACTIVE');
    }
    await store.deleteGroup(GROUP, NEVER);
    assert.deepEqual(api.account.schedules, []);
    assert.equal(api.account.getGroup(GROUP).State, 'DELETING');
  });

  test('can lose a schedule to somebody else meanwhile', async (context) => {
    const { api, store } = await openWithSchedules(context);
    api.before('UpdateSchedule', () => api.account.deleteSchedule(GROUP, 'nightly-end'));
    api.before('DeleteSchedule', () => api.account.deleteSchedule(GROUP, 'nightly-start'));
    await store.deleteGroup(GROUP, NEVER);
    assert.equal(api.account.getGroup(GROUP).State, 'DELETING');
  });

  test('may hold a one-time schedule whose time is past', async (context) => {
    let now = night('00:00');
    const { api, store } = await open(context, { isStrict: false, clock: () => now });
    await store.createGroup(GROUP, NEVER);
    await store.putSchedule({ ...START, ScheduleExpression: 'at(2026-11-20T10:00:00)' }, NEVER);
    now = night('12:00');
    await store.deleteGroup(GROUP, NEVER);
    assert.deepEqual(api.account.schedules, []);
    assert.deepEqual(
      api.calls.filter(({ error }) => error !== undefined).map(({ action, error }) => [action, error]),
      [['UpdateSchedule', 'ValidationException']],
    );
  });

  test('is not created anew before it is gone', async (context) => {
    const { api, store } = await openWithSchedules(context);
    await store.deleteGroup(GROUP, NEVER);
    await assert.rejects(store.createGroup(GROUP, NEVER), {
      code: 'AlreadyExists',
      message: `The schedule group ${GROUP} is there, and is being deleted; it can be created again once it is gone`,
    });
    api.account.finishDeletions();
    await store.createGroup(GROUP, NEVER);
    assert.equal(api.account.getGroup(GROUP).State, 'ACTIVE');
  });
});

describe('a call of EventBridge Scheduler', () => {
  test('whose answer is lost is made again, and has been made once', async (context) => {
    const { api, store } = await open(context);
    for (const action of [
      'CreateScheduleGroup',
      'CreateSchedule',
      'UpdateSchedule',
      'DeleteSchedule',
    ] as const) {
      api.fail({ kind: 'lost-answer', action });
    }
    await store.createGroup(GROUP, NEVER);
    await store.putSchedule(START, NEVER);
    await store.putSchedule({ ...START, State: 'DISABLED' }, NEVER);
    assert.deepEqual(await store.listSchedules(GROUP, NEVER), [{ ...START, State: 'DISABLED' }]);
    await store.deleteSchedule(GROUP, START.Name, NEVER);
    assert.deepEqual(api.account.schedules, []);
  });

  test('waits where it is throttled, whatever it is', async (context) => {
    const { api, store } = await open(context);
    api.fail({ kind: 'ThrottlingException', times: 3 });
    await store.createGroup(GROUP, NEVER);
    api.fail({ kind: 'ThrottlingException', times: 3 });
    await store.putSchedule(START, NEVER);
    api.fail({ kind: 'ThrottlingException', times: 3 });
    assert.deepEqual(await store.listSchedules(GROUP, NEVER), [START]);
    api.fail({ kind: 'ThrottlingException', times: 3 });
    await store.deleteGroup(GROUP, NEVER);
    assert.equal(api.calls.filter(({ error }) => error === 'ThrottlingException').length, 12);
  });

  test('that meets another one on its schedule waits for that, not for ever', async (context) => {
    const { api, store } = await openWithSchedules(context);
    for (const action of ['UpdateSchedule', 'DeleteSchedule'] as const) {
      api.fail({ kind: 'ConflictException', action, times: 4 });
    }
    await store.disableSchedule(GROUP, START.Name, NEVER);
    await store.deleteSchedule(GROUP, START.Name, NEVER);
    assert.deepEqual(
      api.account.schedules.map(({ Name }) => Name),
      [END.Name],
    );
    api.fail({ kind: 'ConflictException', action: 'DeleteSchedule', times: 5 });
    await assert.rejects(store.deleteSchedule(GROUP, END.Name, NEVER), {
      code: 'NotStabilized',
      message: /to delete the schedule deploytime-nightly-0123abcd\/nightly-end: ConflictException/,
    });
  });

  test('ends with the deadline, also where it waits', async (context) => {
    const { api, store } = await openWithSchedules(context);
    const deadline = new AbortController();
    const reason = new Error('The time is over');
    api.fail({ kind: 'ConflictException', action: 'DeleteSchedule', times: 5 });
    api.before('GetSchedule', () => deadline.abort(reason));
    await assert.rejects(store.listSchedules(GROUP, deadline.signal), reason);
    await assert.rejects(store.deleteSchedule(GROUP, END.Name, deadline.signal), reason);
  });

  for (const [kind, code, message] of [
    [
      'ServiceQuotaExceededException',
      'ServiceLimitExceeded',
      /^EventBridge Scheduler refused to create the schedule deploytime-nightly-0123abcd\/nightly-start \(cron\(30 0 \* \* \? 2099\) in Asia\/Tokyo\): ServiceQuotaExceededException; it is the account's quota of schedules or schedule groups in this Region/,
    ],
    [
      'AccessDeniedException',
      'AccessDenied',
      /this function's role must be allowed scheduler:CreateSchedule, and to pass the schedules' role \(iam:PassRole\)/,
    ],
    [
      'ResourceNotFoundException',
      'NotFound',
      /to create the schedule deploytime-nightly-0123abcd\/nightly-start/,
    ],
    [
      'InternalServerException',
      'GeneralServiceException',
      /^EventBridge Scheduler failed to create the schedule/,
    ],
  ] as const) {
    test(`that is answered ${kind} fails with a sentence`, async (context) => {
      const { api, store } = await open(context);
      await store.createGroup(GROUP, NEVER);
      api.fail({ kind, action: 'CreateSchedule', times: 3 });
      await assert.rejects(store.putSchedule(START, NEVER), { code, message });
    });
  }

  test('that EventBridge Scheduler does not take says what it was given', async (context) => {
    const { store } = await open(context, { isStrict: false });
    await store.createGroup(GROUP, NEVER);
    const past = { ...START, ScheduleExpression: 'at(2026-11-19T01:00:00)' };
    await assert.rejects(store.putSchedule(past, NEVER), {
      code: 'InvalidRequest',
      message:
        /^EventBridge Scheduler refused to create the schedule .* \(at\(2026-11-19T01:00:00\) in Asia\/Tokyo\): ValidationException \(Invalid Schedule Expression/,
    });
  });
});

describe('the schedules of a group', () => {
  test('are listed all, a hundred at a time', async (context) => {
    const { api, store } = await open(context);
    await store.createGroup(GROUP, NEVER);
    const { FlexibleTimeWindow, ScheduleExpression, Target } = START;
    for (let index = 0; index < 203; index += 1) {
      const input = { GroupName: GROUP, FlexibleTimeWindow, ScheduleExpression, Target };
      api.account.createSchedule(
        `schedule-${index}`,
        input as Parameters<typeof api.account.createSchedule>[1],
      );
    }
    assert.equal((await store.listSchedules(GROUP, NEVER)).length, 203);
    assert.equal(api.calls.filter(({ action }) => action === 'ListSchedules').length, 3);
  });

  test('leave out one that is deleted meanwhile', async (context) => {
    const { api, store } = await openWithSchedules(context);
    api.before('GetSchedule', () => api.account.deleteSchedule(GROUP, START.Name));
    assert.deepEqual(await store.listSchedules(GROUP, NEVER), [END]);
  });
});
