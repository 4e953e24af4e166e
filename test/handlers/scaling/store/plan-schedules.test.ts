import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import { readRunInput } from '../../../../handlers/scaling/run/run-input.ts';
import { CREATION_TIME_MS, schedulesOf } from '../../../../handlers/scaling/store/plan-schedules.ts';
import { scheduleDifference } from '../../../../handlers/scaling/store/schedule-difference.ts';
import { expression, night, nightly, planOf } from '../../../support/scaling/plans.ts';

const SETTING = {
  group: 'deploytime-plan-1-0123abcd',
  stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:deploytime-scaling-run',
  roleArn: 'arn:aws:iam::111122223333:role/deploytime-scaling-schedule',
  deadLetterArn: 'arn:aws:sqs:us-east-1:111122223333:deploytime-scaling-dead-letters',
  now: night('00:00'),
};

function scheduled(scenarios: readonly Scenario[], timezone = 'UTC', now = SETTING.now) {
  return schedulesOf(planOf(scenarios, { timezone }), { ...SETTING, now });
}

function names(scenarios: readonly Scenario[], timezone?: string, now?: number): string[] {
  return scheduled(scenarios, timezone, now).map(({ Name }) => Name);
}

const AT_NIGHT = nightly({
  start: expression('at(2026-11-20T01:00:00)'),
  end: { kind: 'expression', expression: expression('at(2026-11-20T05:00:00)') },
});

describe("a plan's schedules", () => {
  test('start an execution at a start and at an end, as the plan writes them', () => {
    const [start, end, ...more] = scheduled([nightly()], 'Asia/Tokyo');
    assert.deepEqual(more, []);
    assert.deepEqual(start, {
      Name: 'nightly-start',
      GroupName: 'deploytime-plan-1-0123abcd',
      Description:
        'The start of nightly, of the plan plan-1. Made by deploytime; a change by hand lasts until the next deployment',
      ScheduleExpression: 'cron(0 1 * * ? *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      Target: {
        Arn: SETTING.stateMachineArn,
        RoleArn: SETTING.roleArn,
        Input:
          '{"plan":"plan-1","scenario":"nightly","edge":"start","scheduledTime":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 10 },
        DeadLetterConfig: { Arn: SETTING.deadLetterArn },
      },
    });
    assert.equal(end?.Name, 'nightly-end');
    assert.equal(end.ScheduleExpression, 'cron(0 5 * * ? *)');
    assert.match(end.Target.Input ?? '', /"edge":"end"/);
  });

  test('give an input that is read as the run of the edge, whose time Scheduler puts in', () => {
    const [start] = scheduled([nightly()]);
    const input = start?.Target.Input?.replace('<aws.scheduler.scheduled-time>', '2026-11-20T01:00:00Z');
    assert.deepEqual(readRunInput(JSON.parse(input ?? ''), 0), {
      ok: true,
      value: {
        run: { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:00') },
        isDryRun: false,
      },
    });
  });

  test('are those of all scenarios, with names that Scheduler takes', () => {
    const longest = 'x'.repeat(40);
    const scenarios = [nightly({ name: longest }), nightly({ name: 'week-end.2' })];
    assert.deepEqual(names(scenarios), [
      `${longest}-start`,
      `${longest}-end`,
      'week-end.2-start',
      'week-end.2-end',
    ]);
    for (const name of names(scenarios)) assert.match(name, /^[0-9a-zA-Z_.-]{1,64}$/);
  });

  test('have no end for a Duration: the run of the start sees to it', () => {
    assert.deepEqual(names([nightly({ end: { kind: 'duration', durationMs: 3_600_000 } })]), [
      'nightly-start',
    ]);
  });

  test('fire on dates of Except too: the run finds that nothing starts', () => {
    assert.deepEqual(scheduled([nightly({ except: ['2026-11-20'] })]), scheduled([nightly()]));
  });

  describe('that are over are not wanted any more', () => {
    for (const [what, now, left] of [
      ['before both', night('00:59'), ['nightly-start', 'nightly-end']],
      ['just before the start', night('01:00') - CREATION_TIME_MS - 1, ['nightly-start', 'nightly-end']],
      ['so shortly before it that it would be past', night('01:00') - CREATION_TIME_MS, ['nightly-end']],
      ['within the window', night('03:00'), ['nightly-end']],
      ['after it', night('05:00'), []],
    ] as const) {
      test(what, () => assert.deepEqual(names([AT_NIGHT], 'UTC', now), left));
    }

    test('in their own time zone', () => {
      assert.deepEqual(names([AT_NIGHT], 'Asia/Tokyo', night('00:00')), []);
      assert.deepEqual(names([AT_NIGHT], 'America/New_York', night('03:00')), [
        'nightly-start',
        'nightly-end',
      ]);
    });

    test('also where a cron names years that are past', () => {
      assert.deepEqual(names([nightly({ start: expression('cron(0 1 * * ? 2025)') })]), ['nightly-end']);
    });
  });
});

describe('the difference of schedules', () => {
  const present = scheduled([nightly(), nightly({ name: 'weekly' })]);

  test('is none where nothing differs, whatever the order', () => {
    assert.deepEqual(scheduleDifference(present.toReversed(), present), {
      creates: [],
      updates: [],
      deletes: [],
    });
    assert.deepEqual(scheduleDifference([], []), { creates: [], updates: [], deletes: [] });
  });

  test('is all of them at first, and all of them at last', () => {
    assert.deepEqual(scheduleDifference([], present), { creates: present, updates: [], deletes: [] });
    assert.deepEqual(scheduleDifference(present, []), { creates: [], updates: [], deletes: present });
  });

  test('tells what is new, what is another now, and what is gone', () => {
    const desired = scheduled([
      nightly({ start: expression('cron(30 1 * * ? *)') }),
      nightly({ name: 'monthly', end: { kind: 'duration', durationMs: 3_600_000 } }),
    ]);
    const { creates, updates, deletes } = scheduleDifference(present, desired);
    assert.deepEqual(
      [creates, updates, deletes].map((schedules) => schedules.map(({ Name }) => Name)),
      [['monthly-start'], ['nightly-start'], ['weekly-start', 'weekly-end']],
    );
    assert.equal(updates[0]?.ScheduleExpression, 'cron(30 1 * * ? *)');
  });

  test('is everything in another time zone', () => {
    const desired = scheduled([nightly(), nightly({ name: 'weekly' })], 'Europe/Berlin');
    assert.deepEqual(scheduleDifference(present, desired), { creates: [], updates: desired, deletes: [] });
  });

  const [first, ...others] = present;
  assert.ok(first);
  for (const [what, meddled] of [
    ['disabled', { ...first, State: 'DISABLED' }],
    [
      'given a flexible window',
      { ...first, FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } },
    ],
    ['given an end', { ...first, EndDate: new Date(0) }],
    ['given another role', { ...first, Target: { ...first.Target, RoleArn: 'arn:aws:iam::1:role/x' } }],
    ['let delete itself', { ...first, ActionAfterCompletion: 'DELETE' }],
    ['described otherwise', { ...first, Description: 'mine' }],
  ] as const) {
    test(`puts back what somebody has ${what}`, () => {
      assert.deepEqual(scheduleDifference([meddled, ...others], present), {
        creates: [],
        updates: [first],
        deletes: [],
      });
    });
  }
});
