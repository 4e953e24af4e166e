import { ProviderError } from '../../../../handlers/errors.ts';
import { describeRun, type RunReference, runKey } from '../../../../handlers/scaling/run/run.ts';
import type { RunOutcome } from '../../../../handlers/scaling/run/run-event.ts';
import type { ScalingEvent } from '../../../../handlers/scaling/run/scaling-event.ts';
import {
  performTask,
  type ScalingTask,
  type TaskAnswer,
  type TaskPorts,
} from '../../../../handlers/scaling/run/scaling-task.ts';
import type { RunStarter } from '../../../../handlers/scaling/run/take-step.ts';
import { takeSweep } from '../../../../handlers/scaling/run/take-sweep.ts';
import type { ScalingPorts } from '../../../../handlers/scaling/run/work-on-target.ts';
import { executionStart } from '../../../../handlers/scaling/store/execution-start.ts';
import type { Trouble } from '../cases/scaling-case.ts';
import type { SeededRandom } from '../simulator-random.ts';
import type { EventQueue } from './event-queue.ts';
import { type ExecutionLoop, ExecutionLost } from './execution-loop.ts';
import { Invocation, Killed } from './invocation.ts';
import { plainExecution } from './plain-execution.ts';
import type { PlayedExecution, PlayHistory } from './play-history.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
export const SWEEP_INTERVAL_MS = 15 * MINUTE_MS;
const MAX_DELIVERY_DELAY_MS = MINUTE_MS;
const LATE_DELIVERY_MS = [5 * MINUTE_MS, 90 * MINUTE_MS] as const;
/** Step Functions comes a little later than it was told to. */
const MAX_WAIT_JITTER_MS = 3_000;
/** A run's waits are 10 s and more, and it ends by itself after some hours. */
const MAX_STEPS = 5_000;

export interface DriverOptions {
  readonly queue: EventQueue;
  readonly random: SeededRandom;
  readonly history: PlayHistory;
  readonly trouble: Trouble;
  /** When nothing goes wrong any more. */
  readonly calm: number;
  /** How an execution is carried out. Default: by a plain loop. */
  readonly loop?: ExecutionLoop | undefined;
  /** The ports of an invocation. */
  readonly ports: (execution: string, run: RunReference | undefined) => ScalingPorts;
}

/** Does what EventBridge Scheduler, Step Functions and Lambda do: it delivers, starts, loops, repeats and kills. */
export class Driver {
  readonly #options: DriverOptions;
  /** What runs start: a name of an execution is taken once. */
  readonly #runs: RunStarter = { start: async (run) => this.#startOnce(run) };
  readonly #started = new Set<string>();
  #executions = 0;
  #live = 0;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** How many executions there are that did not end yet. */
  get live(): number {
    return this.#live;
  }

  /** As EventBridge Scheduler does it: at least once, as a rule. */
  deliver(run: RunReference): void {
    const { queue, random, trouble } = this.#options;
    if (random.chance(trouble.messageLost)) return;
    const deliveries = random.integer(1, trouble.mostDeliveries);
    for (let delivery = 0; delivery < deliveries; delivery += 1) {
      const isLate = random.chance(trouble.messageLate);
      const delay = isLate ? random.integer(...LATE_DELIVERY_MS) : random.integer(0, MAX_DELIVERY_DELAY_MS);
      queue.at(run.scheduledTime + delay, () => this.start(run));
    }
  }

  /** A run that somebody asks for. */
  startNow(run: Omit<RunReference, 'scheduledTime'>): void {
    const now = this.#options.queue.clock.now;
    this.start({ ...run, scheduledTime: Math.floor(now / SECOND_MS) * SECOND_MS });
  }

  /** A new execution of a run, now. */
  start(run: RunReference): void {
    this.#executions += 1;
    const { queue, history } = this.#options;
    const played: PlayedExecution = {
      name: `execution-${this.#executions}`,
      run,
      from: queue.clock.now,
      steps: 0,
    };
    history.executions.push(played);
    this.#live += 1;
    queue.at(queue.clock.now, () => this.#execute(played));
  }

  #startOnce(run: RunReference): void {
    const key = runKey(run);
    if (this.#started.has(key)) return;
    this.#started.add(key);
    this.start(run);
  }

  /** What the sweep's own schedule starts. */
  async sweep(): Promise<void> {
    const { queue, history } = this.#options;
    const execution = `sweep at ${new Date(queue.clock.now).toISOString()}`;
    try {
      const ports = { ...this.#portsOf(execution), runs: this.#runs };
      const { reports } = await takeSweep(ports, unaborted());
      for (const { target, finding } of reports) {
        if (finding.kind === 'unreadable' && !(finding.error instanceof ProviderError)) throw finding.error;
        this.#note(execution, `${target}: ${finding.reason}`);
      }
      history.findings.push(...reports.map((report) => ({ at: queue.clock.now, ...report })));
      history.said.push(...reports.map(({ finding }) => finding.reason));
    } catch (error) {
      this.#note(execution, `lost: ${messageOf(error)}`);
    }
  }

  async #execute(played: PlayedExecution): Promise<void> {
    const { queue, random, loop = plainExecution } = this.#options;
    const { name, run, from } = played;
    const finish = (end: Partial<PlayedExecution>): void => {
      Object.assign(played, end, { until: queue.clock.now });
      this.#live -= 1;
      this.#note(name, `${end.outcome ?? 'lost'}: ${end.reason ?? end.lost}`);
    };
    try {
      const { error, cause, output } = await loop({
        execution: name,
        startedAt: from,
        input: JSON.parse(executionStart(run).input),
        invoke: (task) => this.#invoke(played, task),
        pause: (milliseconds) => queue.pause(milliseconds + random.integer(0, MAX_WAIT_JITTER_MS)),
      });
      finish({ outcome: (output?.outcome ?? error) as RunOutcome, reason: output?.reason ?? cause ?? '' });
    } catch (error) {
      if (!(error instanceof ExecutionLost)) throw error;
      finish({ lost: error.message });
    }
  }

  async #invoke(played: PlayedExecution, task: ScalingTask): Promise<TaskAnswer> {
    const { random, trouble } = this.#options;
    const { name, run, steps } = played;
    if (steps >= MAX_STEPS) throw new ExecutionLost(`It did not end within ${MAX_STEPS} steps`);
    played.steps += 1;
    try {
      const context = { requestId: name, signal: unaborted() };
      const answer = await performTask(task, this.#taskPorts(name, run), context);
      // Only what has begun is heard of.
      if (steps === 0) this.#note(name, `is for ${describeRun(run)}`);
      this.#hear(name, answer);
      return answer;
    } catch (error) {
      const failure = messageOf(error);
      if (error instanceof Killed && random.chance(trouble.executionLost)) throw new ExecutionLost(failure);
      this.#note(name, `threw: ${failure}`);
      throw error;
    }
  }

  #taskPorts(execution: string, run: RunReference): TaskPorts {
    const ports = this.#portsOf(execution, run);
    return {
      ...ports,
      store: { ...ports.store, addOverride: notOfRun, deletePlan: notOfRun },
      runs: this.#runs,
      journal: { publish: async (events) => this.#tell(execution, events) },
    };
  }

  #portsOf(execution: string, run?: RunReference): ScalingPorts {
    const { queue, random, trouble, calm, ports } = this.#options;
    const isCalm = queue.clock.now >= calm;
    const invocation = new Invocation({ queue, random, trouble: isCalm ? undefined : trouble });
    return invocation.ports(ports(execution, run));
  }

  #hear(execution: string, { kind, seconds, reason }: TaskAnswer): void {
    this.#options.history.said.push(reason);
    if (kind === 'wait') this.#note(execution, `waits ${seconds} s: ${reason}`);
  }

  #tell(execution: string, events: readonly ScalingEvent[]): void {
    for (const { outcome, target, change, reason } of events) {
      this.#options.history.said.push(reason);
      const words = [outcome, target, change && JSON.stringify(change)].filter((word) => word !== undefined);
      this.#note(execution, `${words.join(' ')}: ${reason}`);
    }
  }

  #note(execution: string, said: string): void {
    const { queue, history } = this.#options;
    history.steps.push({ at: queue.clock.now, execution, said });
  }
}

function notOfRun(): never {
  throw new TypeError('Only a person says something on a plan, and only a sweep forgets one');
}

/** Nothing of the driver's ends in the middle of a call but by its own kills. */
function unaborted(): AbortSignal {
  return new AbortController().signal;
}

/** @throws what is neither a kill nor what the ports say that they throw: a mistake of ours. */
function messageOf(error: unknown): string {
  if (error instanceof Killed || error instanceof ProviderError) return error.message;
  throw error;
}
