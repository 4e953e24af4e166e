import { isDeepStrictEqual } from 'node:util';
import { SchedulerError } from './scheduler-error.ts';
import type { ScheduleInput } from './scheduler-input.ts';

/** A schedule as GetSchedule gives it, with its defaults. */
export interface StoredSchedule extends Omit<ScheduleInput, 'ClientToken'> {
  readonly Arn: string;
  readonly Name: string;
  readonly GroupName: string;
  readonly ScheduleExpressionTimezone: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly ActionAfterCompletion: 'NONE' | 'DELETE';
  /** In seconds. */
  readonly CreationDate: number;
  readonly LastModificationDate: number;
}

export interface StoredGroup {
  readonly Arn: string;
  readonly Name: string;
  readonly State: 'ACTIVE' | 'DELETING';
  readonly CreationDate: number;
  readonly LastModificationDate: number;
}

export interface SchedulerQuotas {
  /** Default 500. */
  readonly groups?: number;
  /** In all groups. Default 1,000,000. */
  readonly schedules?: number;
}

/** What a request with a ClientToken did. */
interface Repetition {
  readonly request: unknown;
  readonly answer: object;
}

/** The quotas of an account, unless others are given. */
const MAX_GROUPS = 500;
const MAX_SCHEDULES = 1_000_000;
const DEFAULT_RETRY_POLICY = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

/** The groups and schedules of one account in one Region. */
export class SchedulerAccount {
  readonly #arnPrefix: string;
  readonly #clock: () => number;
  readonly #groups = new Map<string, StoredGroup>();
  /** By `<group>/<name>`. */
  readonly #schedules = new Map<string, StoredSchedule>();
  readonly #repetitions = new Map<string, Repetition>();
  quotas: SchedulerQuotas = {};

  /** @param arnPrefix `arn:aws:scheduler:us-east-1:111122223333` */
  constructor(arnPrefix: string, clock: () => number) {
    this.#arnPrefix = arnPrefix;
    this.#clock = clock;
    const now = this.#seconds();
    this.#groups.set('default', {
      Arn: `${arnPrefix}:schedule-group/default`,
      Name: 'default',
      State: 'ACTIVE',
      CreationDate: now,
      LastModificationDate: now,
    });
  }

  get groups(): readonly StoredGroup[] {
    return [...this.#groups.values()];
  }

  get schedules(): readonly StoredSchedule[] {
    return [...this.#schedules.values()];
  }

  /** The groups that are being deleted are gone now, with what was in them. */
  finishDeletions(): void {
    for (const { Name, State } of this.groups) {
      if (State !== 'DELETING') continue;
      this.#groups.delete(Name);
      for (const [key, { GroupName }] of [...this.#schedules]) {
        if (GroupName === Name) this.#schedules.delete(key);
      }
    }
  }

  /**
   * A request whose token was seen before is not carried out again: it is answered as the first was.
   * @throws SchedulerError ConflictException where it asks for something else under the same token.
   */
  once(token: string | undefined, request: unknown, carryOut: () => object): object {
    const before = token === undefined ? undefined : this.#repetitions.get(token);
    if (before !== undefined) {
      if (isDeepStrictEqual(before.request, request)) return before.answer;
      throw new SchedulerError('ConflictException', 'The ClientToken was used for another request.');
    }
    const answer = carryOut();
    if (token !== undefined) this.#repetitions.set(token, { request, answer });
    return answer;
  }

  createGroup(name: string): { ScheduleGroupArn: string } {
    if (this.#groups.has(name)) {
      throw new SchedulerError('ConflictException', `Schedule group ${name} already exists.`);
    }
    if (this.#groups.size >= (this.quotas.groups ?? MAX_GROUPS)) throw overQuota('schedule groups');
    const now = this.#seconds();
    const Arn = `${this.#arnPrefix}:schedule-group/${name}`;
    this.#groups.set(name, {
      Arn,
      Name: name,
      State: 'ACTIVE',
      CreationDate: now,
      LastModificationDate: now,
    });
    return { ScheduleGroupArn: Arn };
  }

  getGroup(name: string): StoredGroup {
    const group = this.#groups.get(name);
    if (group !== undefined) return group;
    throw new SchedulerError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
  }

  /** It goes on after the answer: until `finishDeletions` the group is there, and its schedules fire. */
  deleteGroup(name: string): object {
    const group = this.getGroup(name);
    if (name === 'default') {
      throw new SchedulerError('ValidationException', 'The default schedule group can not be deleted.');
    }
    if (group.State === 'DELETING') {
      throw new SchedulerError('ConflictException', `Schedule group ${name} is being deleted.`);
    }
    this.#groups.set(name, { ...group, State: 'DELETING', LastModificationDate: this.#seconds() });
    return {};
  }

  createSchedule(name: string, input: ScheduleInput): { ScheduleArn: string } {
    const group = this.#getActiveGroup(input.GroupName);
    const key = `${group}/${name}`;
    if (this.#schedules.has(key)) {
      throw new SchedulerError('ConflictException', `Schedule ${name} already exists.`);
    }
    if (this.#schedules.size >= (this.quotas.schedules ?? MAX_SCHEDULES)) throw overQuota('schedules');
    const schedule = this.#stored(group, name, input, this.#seconds());
    this.#schedules.set(key, schedule);
    return { ScheduleArn: schedule.Arn };
  }

  /** The whole schedule is replaced: what the request doesn't name gets its default. */
  updateSchedule(name: string, input: ScheduleInput): { ScheduleArn: string } {
    const group = this.#getActiveGroup(input.GroupName);
    const { CreationDate } = this.getSchedule(group, name);
    const schedule = this.#stored(group, name, input, CreationDate);
    this.#schedules.set(`${group}/${name}`, schedule);
    return { ScheduleArn: schedule.Arn };
  }

  getSchedule(group = 'default', name = ''): StoredSchedule {
    const schedule = this.#schedules.get(`${group}/${name}`);
    if (schedule !== undefined) return schedule;
    throw new SchedulerError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
  }

  deleteSchedule(group: string | undefined, name: string): object {
    const { GroupName } = this.getSchedule(group, name);
    this.#schedules.delete(`${GroupName}/${name}`);
    return {};
  }

  #stored(group: string, name: string, input: ScheduleInput, created: number): StoredSchedule {
    const { ClientToken: _, ...rest } = input;
    return {
      ...rest,
      Arn: `${this.#arnPrefix}:schedule/${group}/${name}`,
      Name: name,
      GroupName: group,
      ScheduleExpressionTimezone: input.ScheduleExpressionTimezone ?? 'UTC',
      State: input.State ?? 'ENABLED',
      ActionAfterCompletion: input.ActionAfterCompletion ?? 'NONE',
      Target: {
        ...input.Target,
        RetryPolicy: { ...DEFAULT_RETRY_POLICY, ...input.Target.RetryPolicy },
      },
      CreationDate: created,
      LastModificationDate: this.#seconds(),
    };
  }

  #getActiveGroup(name = 'default'): string {
    if (this.getGroup(name).State === 'ACTIVE') return name;
    throw new SchedulerError('ConflictException', `Schedule group ${name} is being deleted.`);
  }

  #seconds(): number {
    return this.#clock() / 1000;
  }
}

function overQuota(what: string): SchedulerError {
  return new SchedulerError(
    'ServiceQuotaExceededException',
    `You have reached the maximum number of ${what} for your account.`,
  );
}
