import type { RunReference } from '../../../handlers/scaling/run/run.ts';
import { SCHEDULED_TIME } from '../../../handlers/scaling/run/run-input.ts';
import type { ScalingEvent } from '../../../handlers/scaling/run/scaling-event.ts';
import { performTask, type TaskAnswer, type TaskPorts } from '../../../handlers/scaling/run/scaling-task.ts';
import { NO_PROGRESS } from '../../../handlers/scaling/run/take-step.ts';
import { type ExecutionStart, executionStart } from '../../../handlers/scaling/store/execution-start.ts';
import type { ExecutionStore } from '../../../handlers/scaling/store/execution-store.ts';
import { readExpression } from '../../../handlers/scaling/time/expression.ts';
import { formatInstant, type Instant } from '../../../handlers/scaling/time/instant.ts';
import { nextOccurrence } from '../../../handlers/scaling/time/schedule.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import type { StoredSchedule } from '../scheduler-api/scheduler-account.ts';

export interface PlayedRunsOptions {
  readonly clock: VirtualClock;
  readonly ports: Omit<TaskPorts, 'runs' | 'journal' | 'clock'>;
  /** What EventBridge Scheduler has. */
  readonly schedules: () => readonly StoredSchedule[];
}

/** An execution of the state machine, as far as it has come. */
export interface PlayedExecution {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly startedAt: Instant;
  wakesAt: Instant;
  /** Its last answer. */
  answer?: TaskAnswer;
}

const MINUTE_MS = 60_000;
export const SWEEP_INTERVAL_MS = 15 * MINUTE_MS;
/** Whoever waits longer waits for its time, not for a change. */
const LONG_WAIT_MS = 30 * MINUTE_MS;
/** Sweeps after which nothing more can come of anything. */
const MAX_SWEEPS = 40;
/** A run's waits are 10 s and more, and it ends by itself after some hours. */
const MAX_STEPS = 20_000;

/**
 * What EventBridge Scheduler, Step Functions and the sweep's rule do, on a virtual clock: schedules fire at their time,
 * executions take their steps and wait in between. It goes on only when it is told to.
 */
export class PlayedRuns implements ExecutionStore {
  readonly #options: PlayedRunsOptions;
  readonly executions: PlayedExecution[] = [];
  readonly events: ScalingEvent[] = [];
  /** Whether StartExecution is refused. */
  refusal: Error | undefined;
  #firedUntil: Instant;

  constructor(options: PlayedRunsOptions) {
    this.#options = options;
    this.#firedUntil = options.clock.now;
  }

  async start(run: RunReference, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.refusal !== undefined) throw this.refusal;
    this.#begin(executionStart(run));
  }

  /** `aws stepfunctions start-execution`, by a person. */
  startByHand(input: Readonly<Record<string, unknown>>): PlayedExecution {
    return this.#begin({ name: `by-hand-${this.executions.length}`, input: JSON.stringify(input) });
  }

  /** What was started and did not end. */
  get live(): readonly PlayedExecution[] {
    return this.executions.filter(({ answer }) => answer?.kind !== 'end');
  }

  /** Lets time pass, and everything happen that is due until then. */
  async play(until: Instant): Promise<void> {
    const { clock } = this.#options;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const next = [...this.#dueSchedules(until), ...this.#dueExecutions(until)].sort(
        (a, b) => a.at - b.at,
      )[0];
      if (next === undefined) {
        if (until > clock.now) clock.advanceTo(until);
        this.#firedUntil = Math.max(this.#firedUntil, until);
        return;
      }
      if (next.at > clock.now) clock.advanceTo(next.at);
      await next.carryOut();
    }
    throw new Error(`It is not over after ${MAX_STEPS} steps`);
  }

  async sweep(): Promise<TaskAnswer> {
    const signal = new AbortController().signal;
    return performTask({ task: 'sweep' }, this.#ports(), { requestId: 'sweep', signal });
  }

  /** Plays until a sweep finds nothing to do, with a sweep every quarter of an hour. */
  async settle(): Promise<void> {
    const { clock } = this.#options;
    for (let sweeps = 0; sweeps < MAX_SWEEPS; sweeps += 1) {
      const known = this.executions.length;
      await this.play(clock.now + SWEEP_INTERVAL_MS);
      await this.sweep();
      const isAtWork = this.live.some(({ wakesAt }) => wakesAt - clock.now < LONG_WAIT_MS);
      if (!isAtWork && this.executions.length === known) return;
    }
    throw new Error(`Something is still going on after ${MAX_SWEEPS} sweeps`);
  }

  #begin({ name, input }: ExecutionStart): PlayedExecution {
    const known = this.executions.find((execution) => execution.name === name);
    if (known !== undefined) return known;
    const { now } = this.#options.clock;
    const execution = { name, input: JSON.parse(input), startedAt: now, wakesAt: now };
    this.executions.push(execution);
    return execution;
  }

  #dueExecutions(until: Instant): Due[] {
    return this.live
      .filter(({ wakesAt }) => wakesAt <= until)
      .map((execution) => ({ at: execution.wakesAt, carryOut: () => this.#step(execution) }));
  }

  #dueSchedules(until: Instant): Due[] {
    return this.#options.schedules().flatMap((schedule) => {
      const at = this.#nextFiring(schedule);
      return at === undefined || at > until ? [] : [{ at, carryOut: async () => this.#fire(schedule, at) }];
    });
  }

  #nextFiring({
    ScheduleExpression,
    ScheduleExpressionTimezone,
    State,
    LastModificationDate,
  }: StoredSchedule): Instant | undefined {
    if (State !== 'ENABLED') return undefined;
    const reading = readExpression(ScheduleExpression);
    if (!reading.ok) throw new Error(`${ScheduleExpression}: ${reading.because}`);
    const since = Math.max(this.#firedUntil, LastModificationDate * 1000);
    return nextOccurrence(reading.value, ScheduleExpressionTimezone, since);
  }

  /** All that fire at the same time do. */
  #fire(first: StoredSchedule, at: Instant): void {
    const due = this.#options.schedules().filter((schedule) => this.#nextFiring(schedule) === at);
    for (const { Target, GroupName, Name } of due.length === 0 ? [first] : due) {
      const input = (Target.Input ?? '').replaceAll(SCHEDULED_TIME, formatInstant(at));
      this.#begin({ name: `${GroupName}/${Name} at ${formatInstant(at)}`, input });
    }
    this.#firedUntil = at;
  }

  async #step(execution: PlayedExecution): Promise<void> {
    const { clock } = this.#options;
    const { name, input, startedAt, answer } = execution;
    const task = {
      task: 'step',
      execution: name,
      startedAt: new Date(startedAt).toISOString(),
      input,
      progress: answer?.progress ?? NO_PROGRESS,
    } as const;
    const signal = new AbortController().signal;
    const given = await performTask(task, this.#ports(), { requestId: name, signal });
    // The state machine keeps it as JSON.
    execution.answer = JSON.parse(JSON.stringify(given)) as TaskAnswer;
    execution.wakesAt = clock.now + (given.seconds ?? 0) * 1000;
  }

  #ports(): TaskPorts {
    const { clock, ports } = this.#options;
    return {
      ...ports,
      runs: this,
      journal: { publish: async (events) => void this.events.push(...events) },
      clock: () => clock.now,
    };
  }
}

interface Due {
  readonly at: Instant;
  readonly carryOut: () => Promise<void>;
}
