import { ProviderError } from '../../../../handlers/errors.ts';
import { describeRun, type RunReference } from '../../../../handlers/scaling/run.ts';
import { NO_PROGRESS, takeStep } from '../../../../handlers/scaling/take-step.ts';
import { takeSweep } from '../../../../handlers/scaling/take-sweep.ts';
import type { ScalingPorts } from '../../../../handlers/scaling/work-on-target.ts';
import type { Trouble } from '../cases/scaling-case.ts';
import type { SeededRandom } from '../simulator-random.ts';
import type { EventQueue } from './event-queue.ts';
import { Invocation, Killed } from './invocation.ts';
import type { PlayedExecution, PlayHistory } from './play-history.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
export const SWEEP_INTERVAL_MS = 15 * MINUTE_MS;
const MAX_DELIVERY_DELAY_MS = MINUTE_MS;
const LATE_DELIVERY_MS = [5 * MINUTE_MS, 90 * MINUTE_MS] as const;
/** The state machine's own retries of one step, and how long it waits before the first. */
const STEP_RETRIES = 4;
const RETRY_DELAY_MS = 2_000;
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
  /** The ports of an invocation. */
  readonly ports: (execution: string, run: RunReference | undefined) => ScalingPorts;
}

/** Does what EventBridge Scheduler, Step Functions and Lambda do: it delivers, starts, loops, repeats and kills. */
export class Driver {
  readonly #options: DriverOptions;
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

  /** What the sweep's own schedule starts. */
  async sweep(): Promise<void> {
    const { queue, history } = this.#options;
    const execution = `sweep at ${new Date(queue.clock.now).toISOString()}`;
    try {
      const { runs, reports } = await takeSweep(this.#portsOf(execution), unaborted());
      for (const { target, finding } of reports) this.#note(execution, `${target}: ${finding.reason}`);
      history.findings.push(...reports.map((report) => ({ at: queue.clock.now, ...report })));
      history.said.push(...reports.map(({ finding }) => finding.reason));
      for (const run of runs) this.start(run);
    } catch (error) {
      this.#note(execution, `lost: ${messageOf(error)}`);
    }
  }

  async #execute(played: PlayedExecution): Promise<void> {
    const { queue, random, trouble } = this.#options;
    const finish = (end: Partial<PlayedExecution>): void => {
      Object.assign(played, end, { until: queue.clock.now });
      this.#live -= 1;
      this.#note(played.name, `${end.outcome ?? 'lost'}: ${end.reason ?? end.lost}`);
    };
    let progress = NO_PROGRESS;
    let failures = 0;
    for (; played.steps < MAX_STEPS; played.steps += 1) {
      let seconds: number;
      try {
        const step = { run: played.run, execution: played.name, progress, signal: unaborted() };
        const answer = await takeStep(step, this.#portsOf(played.name, played.run));
        this.#hear(played, answer);
        if (answer.kind === 'end') return finish({ outcome: answer.outcome, reason: answer.reason });
        // The state machine keeps it as JSON.
        progress = JSON.parse(JSON.stringify(answer.progress)) as typeof progress;
        failures = 0;
        seconds = answer.seconds;
      } catch (error) {
        const lost = messageOf(error);
        failures += 1;
        if (failures > STEP_RETRIES) return finish({ lost: `${lost}, ${failures} times in a row` });
        if (error instanceof Killed && random.chance(trouble.executionLost)) return finish({ lost });
        this.#note(played.name, `threw: ${lost}`);
        await queue.pause(RETRY_DELAY_MS * 2 ** failures);
        continue;
      }
      await queue.pause(seconds * 1000 + random.integer(0, MAX_WAIT_JITTER_MS));
    }
    finish({ lost: `It did not end within ${MAX_STEPS} steps` });
  }

  #portsOf(execution: string, run?: RunReference): ScalingPorts {
    const { queue, random, trouble, calm, ports } = this.#options;
    const isCalm = queue.clock.now >= calm;
    const invocation = new Invocation({ queue, random, trouble: isCalm ? undefined : trouble });
    return invocation.ports(ports(execution, run));
  }

  #hear(played: PlayedExecution, answer: Awaited<ReturnType<typeof takeStep>>): void {
    const { history } = this.#options;
    history.said.push(answer.reason, ...answer.events.map(({ reason }) => reason));
    for (const event of answer.events) {
      const change = event.change === undefined ? '' : ` ${JSON.stringify(event.change)}`;
      this.#note(
        played.name,
        `${event.outcome}${event.target === undefined ? '' : ` ${event.target}`}${change}: ${event.reason}`,
      );
    }
    if (answer.kind === 'wait') this.#note(played.name, `waits ${answer.seconds} s: ${answer.reason}`);
    if (played.steps === 0) this.#note(played.name, `is for ${describeRun(played.run)}`);
  }

  #note(execution: string, said: string): void {
    const { queue, history } = this.#options;
    history.steps.push({ at: queue.clock.now, execution, said });
  }
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
