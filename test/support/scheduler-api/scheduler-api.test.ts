import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ServiceQuotaExceededException,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { type SchedulerApiOptions, startSchedulerApi } from './scheduler-api.ts';
import { testSchedulerApi } from './scheduler-api-suite.ts';

const NOW = Date.parse('2026-11-20T01:00:00Z');

async function open(context: TestContext, options: SchedulerApiOptions = {}) {
  const api = await startSchedulerApi({ clock: () => NOW, ...options });
  const client = new SchedulerClient({
    endpoint: api.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
  });
  context.after(async () => {
    client.destroy();
    await api.close();
  });
  return { api, client };
}

testSchedulerApi('The stand-in for EventBridge Scheduler', async (context) => (await open(context)).client);

const SCHEDULE = {
  Name: 'nightly-start',
  GroupName: 'nightly',
  ScheduleExpression: 'cron(30 0 * * ? *)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: 'arn:aws:states:us-east-1:111122223333:stateMachine:deploytime-scaling-run',
    RoleArn: 'arn:aws:iam::111122223333:role/deploytime-scaling-schedule',
  },
} as const satisfies CreateScheduleCommandInput;

describe('The stand-in for EventBridge Scheduler refuses', () => {
  const target = (given: Partial<CreateScheduleCommandInput['Target']>) =>
    ({ Target: { ...SCHEDULE.Target, ...given } }) as Partial<CreateScheduleCommandInput>;
  const CASES: readonly [what: string, change: Partial<CreateScheduleCommandInput>][] = [
    ['a name of other characters', { Name: 'nightly start' }],
    ['a name of 65 characters', { Name: 'n'.repeat(65) }],
    ['an expression that is none', { ScheduleExpression: 'cron(30 0 * * * *)' }],
    ['a one-time schedule in the past', { ScheduleExpression: 'at(2026-11-20T00:59:00)' }],
    ['a time zone that is none', { ScheduleExpressionTimezone: 'Asia/Atlantis' }],
    ['a window without its length', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }],
    ['a length without a window', { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } }],
    ['a target that is no state machine', target({ Arn: 'arn:aws:sqs:us-east-1:111122223333:queue' })],
    ['a role that is none', target({ RoleArn: 'deploytime-scaling-schedule' })],
    ['an input that is no JSON', target({ Input: 'start' })],
    [
      'dead letters in a topic',
      target({ DeadLetterConfig: { Arn: 'arn:aws:sns:us-east-1:111122223333:t' } }),
    ],
    ['a description of 513 characters', { Description: 'x'.repeat(513) }],
    ['a token of other characters', { ClientToken: 'a token' }],
  ];
  for (const [what, change] of CASES) {
    test(`${what}, and writes it down`, async (context) => {
      const { api, client } = await open(context);
      await client.send(new CreateScheduleGroupCommand({ Name: 'nightly' }));
      await assert.rejects(
        client.send(new CreateScheduleCommand({ ...SCHEDULE, ...change })),
        ValidationException,
      );
      assert.deepEqual(api.account.schedules, []);
      assert.equal(api.violations.length, 1);
    });
  }

  const HEADERS = {
    authorization: 'AWS4-HMAC-SHA256 Credential=A/20261120/us-east-1/scheduler/aws4_request',
  };
  for (const [what, path, init] of [
    ['a request without a signature', '/schedules', { headers: {} }],
    [
      'one that is signed for another service',
      '/schedules',
      { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=A/20261120/us-east-1/events/aws4_request' } },
    ],
    ['a call that is none', '/schedule', { headers: HEADERS }],
    ['a parameter that is none', '/schedules?GroupName=nightly', { headers: HEADERS }],
    ['more results than there can be', '/schedules?MaxResults=101', { headers: HEADERS }],
    ['a body that is no JSON', '/schedule-groups/a', { method: 'POST', body: 'a=b', headers: HEADERS }],
    ['a field that is none', '/schedule-groups/a', { method: 'POST', body: '{"A":1}', headers: HEADERS }],
  ] as const) {
    test(`${what}, and writes it down`, async (context) => {
      const { api } = await open(context);
      const response = await fetch(`${api.origin}${path}`, init);
      await response.body?.cancel();
      assert.ok(response.status === 400 || response.status === 404, String(response.status));
      assert.equal(api.violations.length, 1);
    });
  }

  test('what is over a quota', async (context) => {
    const { client } = await open(context, { quotas: { groups: 2, schedules: 1 } });
    await client.send(new CreateScheduleGroupCommand({ Name: 'nightly' }));
    await assert.rejects(
      client.send(new CreateScheduleGroupCommand({ Name: 'weekly' })),
      ServiceQuotaExceededException,
    );
    await client.send(new CreateScheduleCommand(SCHEDULE));
    await assert.rejects(
      client.send(new CreateScheduleCommand({ ...SCHEDULE, Name: 'nightly-end' })),
      ServiceQuotaExceededException,
    );
  });
});

describe('The stand-in for EventBridge Scheduler goes on', () => {
  test('with a deletion until it is over: then the group and its schedules are gone', async (context) => {
    const { api, client } = await open(context);
    await client.send(new CreateScheduleGroupCommand({ Name: 'nightly' }));
    await client.send(new CreateScheduleCommand(SCHEDULE));
    await client.send(new DeleteScheduleGroupCommand({ Name: 'nightly' }));
    const { State } = await client.send(new GetScheduleGroupCommand({ Name: 'nightly' }));
    assert.equal(State, 'DELETING');
    await assert.rejects(
      client.send(new CreateScheduleCommand({ ...SCHEDULE, Name: 'another' })),
      ConflictException,
    );
    await assert.rejects(client.send(new DeleteScheduleGroupCommand({ Name: 'nightly' })), ConflictException);
    api.account.finishDeletions();
    const key = { Name: 'nightly-start', GroupName: 'nightly' };
    await assert.rejects(client.send(new GetScheduleCommand(key)), ResourceNotFoundException);
    await assert.rejects(
      client.send(new GetScheduleGroupCommand({ Name: 'nightly' })),
      ResourceNotFoundException,
    );
    assert.deepEqual(
      api.account.groups.map(({ Name }) => Name),
      ['default'],
    );
  });
});

describe('A ClientToken', () => {
  test('that was seen is answered, and nothing is done: also where something else happened since', async (context) => {
    const { client } = await open(context);
    await client.send(new CreateScheduleGroupCommand({ Name: 'nightly' }));
    await client.send(new CreateScheduleCommand(SCHEDULE));
    const update = (State: 'ENABLED' | 'DISABLED') =>
      client.send(new UpdateScheduleCommand({ ...SCHEDULE, State, ClientToken: State }));
    await update('DISABLED');
    await update('ENABLED');
    await update('DISABLED');
    const key = { Name: 'nightly-start', GroupName: 'nightly' };
    assert.equal((await client.send(new GetScheduleCommand(key))).State, 'ENABLED');
  });

  test('is of one request', async (context) => {
    const { client } = await open(context);
    await client.send(new CreateScheduleGroupCommand({ Name: 'nightly' }));
    await client.send(new CreateScheduleCommand({ ...SCHEDULE, ClientToken: 'token' }));
    await assert.rejects(
      client.send(
        new DeleteScheduleCommand({ Name: 'nightly-start', GroupName: 'nightly', ClientToken: 'token' }),
      ),
      ConflictException,
    );
  });
});
