import {
  ConflictException,
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  type GetScheduleOutput,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  type SchedulerClientConfig,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { ProviderError } from '../errors.ts';
import { BreakRetries } from '../network/aws-retries.ts';
import { AWS_TIMEOUTS } from '../network/aws-timeouts.ts';
import { errorOfAws } from '../registry/aws-error.ts';
import { SYSTEM_TIMING } from '../registry/retry-policy.ts';
import { outlastThrottling, type Patience } from '../registry/throttling.ts';
import type { Schedule } from './plan-schedules.ts';

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

/** Tries of what breaks. Throttling is waited out here. */
const ATTEMPTS = 3;
/** Tries of a call that meets another one on the same schedule. */
const CONFLICT_ATTEMPTS = 5;
/** Upper bound of the first wait; it doubles with each further one. */
const FIRST_DELAY_MS = 500;
const SCHEDULES_PER_PAGE = 100;
/** A plan has 40 schedules at most. */
const MAX_PAGES = 10;

/** A client of EventBridge Scheduler's API, with a time limit for each attempt. */
export function createSchedulerClient(
  configuration: SchedulerClientConfig & { readonly maxAttempts?: number } = {},
): SchedulerClient {
  const { maxAttempts = ATTEMPTS } = configuration;
  return new SchedulerClient({
    retryStrategy: new BreakRetries(maxAttempts),
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

/**
 * Schedules and their groups. The SDK gives each call a ClientToken of its own, the same for its repetitions. One that
 * is derived from the content would be wrong: an update back to what was there before would be taken for a repetition
 * of the first, and not be made.
 */
export class EventBridgeScheduleStore implements ScheduleStore, ScheduleGroupStore {
  readonly #client: SchedulerClient;
  readonly #patience: Patience;

  constructor(client: SchedulerClient, patience: Patience = {}) {
    this.#client = client;
    this.#patience = patience;
  }

  async createGroup(group: string, signal: AbortSignal): Promise<void> {
    const call = { operation: `create the schedule group ${group}`, action: 'CreateScheduleGroup', signal };
    const isCreated = await this.#send(call, async (options) => {
      try {
        await this.#client.send(new CreateScheduleGroupCommand({ Name: group }), options);
        return true;
      } catch (error) {
        if (error instanceof ConflictException) return false;
        throw error;
      }
    });
    if (isCreated || (await this.#groupState(group, signal)) === 'ACTIVE') return;
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
    await this.#send(call, (options) =>
      unlessMissing(this.#client.send(new DeleteScheduleGroupCommand({ Name: group }), options)),
    );
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
    const { Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone } = schedule;
    const call = {
      operation: `create the schedule ${GroupName}/${Name} of ${ScheduleExpression} in ${ScheduleExpressionTimezone}`,
      action: 'CreateSchedule',
      signal,
    };
    const isCreated = await this.#send(call, async (options) => {
      try {
        await this.#client.send(new CreateScheduleCommand(schedule), options);
        return true;
      } catch (error) {
        if (error instanceof ConflictException) return false;
        throw error;
      }
    });
    if (!isCreated) await this.#update(schedule, signal);
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
    await this.#outlastConflicts(call, (options) => unlessMissing(this.#client.send(command, options)));
  }

  /** An update replaces the whole schedule: what it doesn't name gets its default. */
  async #update(
    schedule: Schedule,
    signal: AbortSignal,
    expecting: <T>(answer: Promise<T>) => Promise<T | undefined> = (answer) => answer,
  ): Promise<void> {
    const { Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone } = schedule;
    const call = {
      operation: `update the schedule ${GroupName}/${Name} to ${ScheduleExpression} in ${ScheduleExpressionTimezone}`,
      action: 'UpdateSchedule',
      signal,
    };
    await this.#outlastConflicts(call, (options) =>
      expecting(this.#client.send(new UpdateScheduleCommand(schedule), options)),
    );
  }

  async #find(group: string, name: string, signal: AbortSignal): Promise<Schedule | undefined> {
    const call = { operation: `describe the schedule ${group}/${name}`, action: 'GetSchedule', signal };
    const command = new GetScheduleCommand({ GroupName: group, Name: name });
    const found = await this.#send(call, (options) => unlessMissing(this.#client.send(command, options)));
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
      const answer = await this.#send(call, (options) => unlessMissing(this.#client.send(command, options)));
      // Told by the group once more: an emulator may not filter.
      const own = answer?.Schedules?.filter(({ GroupName }) => GroupName === group) ?? [];
      names.push(...own.map(({ Name }) => Name).filter((name) => name !== undefined));
      token = answer?.NextToken;
      if (!token) return names;
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
    const found = await this.#send(call, (options) => unlessMissing(this.#client.send(command, options)));
    return found?.State;
  }

  /** A schedule that is being changed by another call refuses this one for a moment. */
  async #outlastConflicts<T>(call: SchedulerCall, send: Send<T>): Promise<T> {
    const { timing = SYSTEM_TIMING } = this.#patience;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#send(call, send);
      } catch (error) {
        if (!(error instanceof ProviderError) || !(error.cause instanceof ConflictException)) throw error;
        if (attempt === CONFLICT_ATTEMPTS)
          throw new ProviderError('NotStabilized', error.message, { cause: error });
      }
      await timing.sleep(
        (timing.random() * FIRST_DELAY_MS + FIRST_DELAY_MS) * 2 ** (attempt - 1),
        call.signal,
      );
    }
  }

  async #send<T>({ operation, action, signal }: SchedulerCall, send: Send<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      try {
        return await send({ abortSignal: signal });
      } catch (error) {
        throw errorOfAws(error, {
          service: 'EventBridge Scheduler',
          region: await this.#client.config.region(),
          operation,
          hints: {
            AccessDenied: `this function's role must be allowed scheduler:${action}, and iam:PassRole for the role of its schedules`,
            ServiceLimitExceeded: "it is the account's quota of schedules or schedule groups in this Region",
          },
          signal,
        });
      }
    };
    return outlastThrottling(attempt, { signal, ...this.#patience });
  }
}

interface SchedulerCall {
  readonly operation: string;
  readonly action: string;
  readonly signal: AbortSignal;
}

type Send<T> = (options: { abortSignal: AbortSignal }) => Promise<T>;

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
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
