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
  ListSchedulesCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';

/** What a server is known not to do as AWS does, by the test that would show it, with the reason. */
export type SchedulerDifferences = Readonly<Partial<Record<SchedulerSuiteTest, string>>>;

/**
 * What EventBridge Scheduler's API reference says of the actions that this project calls, through the SDK's own client.
 * Held over our strict stand-in and over independent ones, so that ours is no opinion. No schedule of it ever fires,
 * and none has an expression or a zone that can't be: MiniStack takes them, and stops firing any.
 * @param open Called once for each test; there is nothing but the default group.
 */
export function testSchedulerApi(
  name: string,
  open: (context: TestContext) => Promise<SchedulerClient>,
  differences: SchedulerDifferences = {},
): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(TESTS) as [SchedulerSuiteTest, Check][]) {
      const difference = differences[title];
      if (difference === undefined) test(title, async (context) => check(await open(context)));
      else {
        // Held too: a difference that is gone is to be taken from the list.
        test(`${title}: not here, ${difference}`, async (context) => {
          const client = await open(context);
          await assert.rejects(() => check(client));
        });
      }
    }
  });
}

type Check = (client: SchedulerClient) => Promise<void>;
export type SchedulerSuiteTest = keyof typeof TESTS;

const GROUP = 'deploytime-nightly-0123abcd';
const FAR = 'cron(30 0 * * ? 2099)';
const SCHEDULE = {
  Name: 'nightly-start',
  GroupName: GROUP,
  ScheduleExpression: FAR,
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: 'arn:aws:states:us-east-1:111122223333:stateMachine:deploytime-scaling-run',
    RoleArn: 'arn:aws:iam::111122223333:role/deploytime-scaling-schedule',
  },
} as const satisfies CreateScheduleCommandInput;

const TESTS = {
  'a schedule is found as it was created': async (client) => {
    await createGroup(client);
    const given = {
      ...SCHEDULE,
      Description: 'The start of nightly',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      State: 'DISABLED',
      ActionAfterCompletion: 'NONE',
      Target: {
        ...SCHEDULE.Target,
        Input: '{"edge":"start","scheduledTime":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 10 },
        DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:111122223333:deploytime-scaling-dead-letters' },
      },
    } as const;
    const { ScheduleArn } = await client.send(new CreateScheduleCommand(given));
    const { Arn, CreationDate, LastModificationDate, $metadata: _, ...found } = await get(client);
    assert.deepEqual(defined(found), given);
    assert.ok(CreationDate instanceof Date && LastModificationDate instanceof Date);
    assert.equal(Arn, ScheduleArn);
    assert.match(
      Arn ?? '',
      new RegExp(`^arn:aws:scheduler:us-east-1:\\d{12}:schedule/${GROUP}/nightly-start$`),
    );
  },

  'a schedule is enabled, in UTC, and is kept when it is over, where nothing else is said': async (
    client,
  ) => {
    await createGroup(client);
    await client.send(new CreateScheduleCommand(SCHEDULE));
    const { State, ScheduleExpressionTimezone, ActionAfterCompletion } = await get(client);
    assert.deepEqual([State, ScheduleExpressionTimezone, ActionAfterCompletion], ['ENABLED', 'UTC', 'NONE']);
  },

  'without a retry policy it is tried for a day': async (client) => {
    await createGroup(client);
    await client.send(new CreateScheduleCommand(SCHEDULE));
    const { Target } = await get(client);
    assert.deepEqual(Target?.RetryPolicy, { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
  },

  'a retry policy is within its bounds': async (client) => {
    await createGroup(client);
    for (const RetryPolicy of [
      { MaximumRetryAttempts: 186 },
      { MaximumEventAgeInSeconds: 59 },
      { MaximumEventAgeInSeconds: 86_401 },
    ]) {
      await assert.rejects(
        client.send(new CreateScheduleCommand({ ...SCHEDULE, Target: { ...SCHEDULE.Target, RetryPolicy } })),
        ValidationException,
      );
    }
  },

  'a schedule that is there is not created again': async (client) => {
    await createGroup(client);
    await client.send(new CreateScheduleCommand(SCHEDULE));
    await assert.rejects(
      client.send(new CreateScheduleCommand({ ...SCHEDULE, State: 'DISABLED' })),
      ConflictException,
    );
    assert.equal((await get(client)).State, 'ENABLED');
  },

  'a creation that is repeated with its token is one creation': async (client) => {
    await createGroup(client);
    const command = () => new CreateScheduleCommand({ ...SCHEDULE, ClientToken: 'token-1' });
    const [first, again] = [await client.send(command()), await client.send(command())];
    assert.equal(first.ScheduleArn, again.ScheduleArn);
  },

  'a schedule is not created in a group that is not there': async (client) => {
    await assert.rejects(client.send(new CreateScheduleCommand(SCHEDULE)), ResourceNotFoundException);
  },

  'an update replaces the whole schedule: what it does not name gets its default': async (client) => {
    await createGroup(client);
    await client.send(
      new CreateScheduleCommand({
        ...SCHEDULE,
        ScheduleExpressionTimezone: 'Asia/Tokyo',
        Description: 'The start of nightly',
        State: 'DISABLED',
      }),
    );
    await client.send(new UpdateScheduleCommand({ ...SCHEDULE, ScheduleExpression: 'cron(0 1 * * ? 2099)' }));
    const { ScheduleExpression, ScheduleExpressionTimezone, Description, State } = await get(client);
    assert.equal(ScheduleExpression, 'cron(0 1 * * ? 2099)');
    assert.deepEqual(
      [ScheduleExpressionTimezone, Description || undefined, State],
      ['UTC', undefined, 'ENABLED'],
    );
  },

  'an update keeps when a schedule was created': async (client) => {
    await createGroup(client);
    await client.send(new CreateScheduleCommand(SCHEDULE));
    const before = await get(client);
    await client.send(new UpdateScheduleCommand(SCHEDULE));
    const after = await get(client);
    assert.deepEqual([after.Arn, after.CreationDate], [before.Arn, before.CreationDate]);
  },

  'what is not there can be neither updated nor found nor deleted': async (client) => {
    await createGroup(client);
    const key = { Name: SCHEDULE.Name, GroupName: GROUP };
    await assert.rejects(client.send(new UpdateScheduleCommand(SCHEDULE)), ResourceNotFoundException);
    await assert.rejects(client.send(new GetScheduleCommand(key)), ResourceNotFoundException);
    await assert.rejects(client.send(new DeleteScheduleCommand(key)), ResourceNotFoundException);
  },

  'a schedule that is deleted is gone': async (client) => {
    await createGroup(client);
    await client.send(new CreateScheduleCommand(SCHEDULE));
    await client.send(new DeleteScheduleCommand({ Name: SCHEDULE.Name, GroupName: GROUP }));
    await assert.rejects(get(client), ResourceNotFoundException);
  },

  'schedules of one name are different ones in different groups': async (client) => {
    await createGroup(client);
    await createGroup(client, 'other');
    await client.send(new CreateScheduleCommand(SCHEDULE));
    await client.send(new CreateScheduleCommand({ ...SCHEDULE, GroupName: 'other', State: 'DISABLED' }));
    assert.equal((await get(client)).State, 'ENABLED');
    assert.deepEqual(await list(client), ['nightly-start']);
  },

  'the schedules of a group are listed, in pages': async (client) => {
    await createGroup(client);
    await createGroup(client, 'other');
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const Name of names) await client.send(new CreateScheduleCommand({ ...SCHEDULE, Name }));
    await client.send(new CreateScheduleCommand({ ...SCHEDULE, GroupName: 'other' }));
    assert.deepEqual((await list(client)).toSorted(), names);
    const paged: string[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < names.length; page += 1) {
      const answer = await client.send(
        new ListSchedulesCommand({ GroupName: GROUP, MaxResults: 2, ...(NextToken && { NextToken }) }),
      );
      paged.push(...(answer.Schedules ?? []).map(({ Name = '' }) => Name));
      NextToken = answer.NextToken;
      if (NextToken === undefined) break;
    }
    assert.deepEqual(paged.toSorted(), names);
  },

  'a group is active when it is created, and created once': async (client) => {
    const { ScheduleGroupArn } = await client.send(new CreateScheduleGroupCommand({ Name: GROUP }));
    const { Arn, Name, State } = await client.send(new GetScheduleGroupCommand({ Name: GROUP }));
    assert.deepEqual([Arn, Name, State], [ScheduleGroupArn, GROUP, 'ACTIVE']);
    await assert.rejects(
      client.send(new CreateScheduleGroupCommand({ Name: GROUP, ClientToken: 'another-token' })),
      ConflictException,
    );
  },

  'a group that is not there can be neither found nor deleted': async (client) => {
    await assert.rejects(
      client.send(new GetScheduleGroupCommand({ Name: GROUP })),
      ResourceNotFoundException,
    );
    await assert.rejects(
      client.send(new DeleteScheduleGroupCommand({ Name: GROUP })),
      ResourceNotFoundException,
    );
  },

  'a group that is deleted is being deleted, or gone': async (client) => {
    await createGroup(client);
    await client.send(new CreateScheduleCommand(SCHEDULE));
    await client.send(new DeleteScheduleGroupCommand({ Name: GROUP }));
    const state = await client.send(new GetScheduleGroupCommand({ Name: GROUP })).then(
      ({ State }) => State,
      (error: unknown) => error,
    );
    assert.ok(state === 'DELETING' || state instanceof ResourceNotFoundException);
  },

  'a group and its schedules are there until the deletion is over': async (client) => {
    await createGroup(client);
    await client.send(new CreateScheduleCommand(SCHEDULE));
    await client.send(new DeleteScheduleGroupCommand({ Name: GROUP }));
    assert.equal((await get(client)).State, 'ENABLED');
    await assert.rejects(client.send(new CreateScheduleGroupCommand({ Name: GROUP })), ConflictException);
  },
} satisfies Record<string, Check>;

async function createGroup(client: SchedulerClient, Name = GROUP): Promise<void> {
  await client.send(new CreateScheduleGroupCommand({ Name }));
}

function get(client: SchedulerClient) {
  return client.send(new GetScheduleCommand({ Name: SCHEDULE.Name, GroupName: GROUP }));
}

async function list(client: SchedulerClient): Promise<string[]> {
  const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName: GROUP }));
  return Schedules.map(({ Name = '' }) => Name);
}

function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
