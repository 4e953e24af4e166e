import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  type GetScheduleOutput,
  ListSchedulesCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { ProviderError } from '../../errors.ts';
import type { Patience } from '../../registry/throttling.ts';
import type { Schedule } from './plan-schedules.ts';
import { SchedulerApi, unlessMissing, unlessThere } from './scheduler-api-store.ts';

/** EventBridge Scheduler's schedules. Each call can be made again. */
export interface ScheduleStore {
  /** Empty where there is no such group. */
  listSchedules(group: string, signal: AbortSignal): Promise<readonly Schedule[]>;
  /** Creates it, or makes it what is given here. */
  putSchedule(schedule: Schedule, signal: AbortSignal): Promise<void>;
  /** One that isn't there is fine, and a one-time one whose time is past: it won't fire, and can't be changed any more. */
  disableSchedule(group: string, name: string, signal: AbortSignal): Promise<void>;
  /** One that isn't there is fine. */
  deleteSchedule(group: string, name: string, signal: AbortSignal): Promise<void>;
}

/** EventBridge Scheduler's groups of schedules. */
export interface ScheduleGroupStore {
  /**
   * One that is there is fine.
   * @throws ProviderError `AlreadyExists` while one of that name is being deleted.
   */
  createGroup(group: string, signal: AbortSignal): Promise<void>;
  /**
   * Disables and deletes its schedules, then deletes the group: that goes on for some time after the answer, and what is
   * left in it would still fire. One that isn't there is fine.
   */
  deleteGroup(group: string, signal: AbortSignal): Promise<void>;
}

const SCHEDULES_PER_PAGE = 100;
/** A plan has 40 schedules at most. */
const MAX_PAGES = 10;

export class EventBridgeScheduleStore implements ScheduleStore, ScheduleGroupStore {
  readonly #api: SchedulerApi;

  constructor(client: SchedulerClient, patience: Patience = {}) {
    this.#api = new SchedulerApi(client, patience);
  }

  async createGroup(group: string, signal: AbortSignal): Promise<void> {
    const call = { operation: `create the schedule group ${group}`, action: 'CreateScheduleGroup', signal };
    const command = new CreateScheduleGroupCommand({ Name: group });
    const created = await this.#api.send(call, (client, options) =>
      unlessThere(client.send(command, options)),
    );
    if (created !== undefined || (await this.#groupState(group, signal)) === 'ACTIVE') return;
    throw new ProviderError(
      'AlreadyExists',
      `The schedule group ${group} is there, and is being deleted; it can be created again once it is gone`,
    );
  }

  async deleteGroup(group: string, signal: AbortSignal): Promise<void> {
    if ((await this.#groupState(group, signal)) !== 'ACTIVE') return;
    const names = await this.#listNames(group, signal);
    for (const name of names) await this.disableSchedule(group, name, signal);
    for (const name of names) await this.deleteSchedule(group, name, signal);
    const call = { operation: `delete the schedule group ${group}`, action: 'DeleteScheduleGroup', signal };
    const command = new DeleteScheduleGroupCommand({ Name: group });
    await this.#api.send(call, (client, options) => unlessMissing(client.send(command, options)));
  }

  async listSchedules(group: string, signal: AbortSignal): Promise<readonly Schedule[]> {
    const schedules: Schedule[] = [];
    for (const name of await this.#listNames(group, signal)) {
      const schedule = await this.#find(group, name, signal);
      if (schedule !== undefined) schedules.push(schedule);
    }
    return schedules;
  }

  async putSchedule(schedule: Schedule, signal: AbortSignal): Promise<void> {
    const call = { operation: `create ${describe(schedule)}`, action: 'CreateSchedule', signal };
    const command = new CreateScheduleCommand(schedule);
    const created = await this.#api.send(call, (client, options) =>
      unlessThere(client.send(command, options)),
    );
    if (created === undefined) await this.#update(schedule, signal);
  }

  async disableSchedule(group: string, name: string, signal: AbortSignal): Promise<void> {
    const schedule = await this.#find(group, name, signal);
    if (schedule === undefined || schedule.State === 'DISABLED') return;
    try {
      await this.#update({ ...schedule, State: 'DISABLED' }, signal, unlessMissing);
    } catch (error) {
      const isOneTime = schedule.ScheduleExpression.startsWith('at(');
      const isRefused = error instanceof ProviderError && error.cause instanceof ValidationException;
      if (!isOneTime || !isRefused) throw error;
    }
  }

  async deleteSchedule(group: string, name: string, signal: AbortSignal): Promise<void> {
    const call = { operation: `delete the schedule ${group}/${name}`, action: 'DeleteSchedule', signal };
    const command = new DeleteScheduleCommand({ GroupName: group, Name: name });
    await this.#api.sendInTurn(call, (client, options) => unlessMissing(client.send(command, options)));
  }

  /** An update replaces the whole schedule: what it doesn't name gets its default. */
  async #update(
    schedule: Schedule,
    signal: AbortSignal,
    expecting: <T>(answer: Promise<T>) => Promise<T | undefined> = (answer) => answer,
  ): Promise<void> {
    const call = { operation: `update ${describe(schedule)}`, action: 'UpdateSchedule', signal };
    const command = new UpdateScheduleCommand(schedule);
    await this.#api.sendInTurn(call, (client, options) => expecting(client.send(command, options)));
  }

  async #find(group: string, name: string, signal: AbortSignal): Promise<Schedule | undefined> {
    const call = { operation: `describe the schedule ${group}/${name}`, action: 'GetSchedule', signal };
    const command = new GetScheduleCommand({ GroupName: group, Name: name });
    const found = await this.#api.send(call, (client, options) =>
      unlessMissing(client.send(command, options)),
    );
    return found && scheduleIn(found);
  }

  async #listNames(group: string, signal: AbortSignal): Promise<readonly string[]> {
    const call = { operation: `list the schedules of the group ${group}`, action: 'ListSchedules', signal };
    const names: string[] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const command = new ListSchedulesCommand({
        GroupName: group,
        MaxResults: SCHEDULES_PER_PAGE,
        ...(token !== undefined && { NextToken: token }),
      });
      const answer = await this.#api.send(call, (client, options) =>
        unlessMissing(client.send(command, options)),
      );
      const { Schedules = [], NextToken } = answer ?? {};
      names.push(...Schedules.map(({ Name }) => Name).filter((name) => name !== undefined));
      if (!NextToken) return names;
      token = NextToken;
    }
    throw new ProviderError(
      'ServiceLimitExceeded',
      `The schedule group ${group} has more than ${MAX_PAGES * SCHEDULES_PER_PAGE} schedules, which is as many as are looked at`,
    );
  }

  /** Undefined where there is none. */
  async #groupState(group: string, signal: AbortSignal): Promise<string | undefined> {
    const call = { operation: `describe the schedule group ${group}`, action: 'GetScheduleGroup', signal };
    const command = new GetScheduleGroupCommand({ Name: group });
    const found = await this.#api.send(call, (client, options) =>
      unlessMissing(client.send(command, options)),
    );
    return found?.State;
  }
}

/** With its times: they are what may be wrong with it. */
function describe({ GroupName, Name, ScheduleExpression, ScheduleExpressionTimezone }: Schedule): string {
  return `the schedule ${GroupName}/${Name} (${ScheduleExpression} in ${ScheduleExpressionTimezone})`;
}

/** All that was given, and nothing that EventBridge Scheduler says of it. */
const GIVEN = [
  'Name',
  'GroupName',
  'Description',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'FlexibleTimeWindow',
  'State',
  'Target',
  'ActionAfterCompletion',
  'StartDate',
  'EndDate',
  'KmsKeyArn',
] as const satisfies readonly (keyof Schedule)[];

function scheduleIn(found: GetScheduleOutput): Schedule {
  const given = GIVEN.filter((name) => found[name] !== undefined).map((name) => [name, found[name]] as const);
  return Object.fromEntries(given) as unknown as Schedule;
}
