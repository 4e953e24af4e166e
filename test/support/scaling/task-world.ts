import assert from 'node:assert/strict';
import type { RunReference } from '../../../handlers/scaling/run/run.ts';
import type { ScalingEvent } from '../../../handlers/scaling/run/scaling-event.ts';
import {
  performTask,
  type ScalingTask,
  type TaskAnswer,
  type TaskContext,
  type TaskPorts,
} from '../../../handlers/scaling/run/scaling-task.ts';
import { NO_PROGRESS, type RunProgress } from '../../../handlers/scaling/run/take-step.ts';
import type { StoredPlan } from '../../../handlers/scaling/store/plan-store.ts';
import type { Instant } from '../../../handlers/scaling/time/instant.ts';
import { InMemoryPlanStore } from './in-memory-plan-store.ts';
import { InMemoryServices } from './in-memory-services.ts';
import { batchService } from './observations.ts';

export const WEB = { kind: 'ecs', cluster: 'prod', service: 'web' } as const;
const MAX_STEPS = 50;

interface StepOptions {
  readonly progress?: RunProgress;
  /** Default: the instant of the step. */
  readonly startedAt?: Instant;
  /** Default `execution-1`. */
  readonly execution?: string;
}

/** The function of a plan with the services `prod/batch` (3 tasks) and `prod/web` (2), which change at once. */
export class TaskWorld {
  readonly store = new InMemoryPlanStore();
  readonly targets = new InMemoryServices([batchService(), batchService({ target: WEB, desiredCount: 2 })]);
  /** The runs that were started. */
  readonly started: RunReference[] = [];
  readonly events: ScalingEvent[] = [];
  readonly ports: TaskPorts;
  now: Instant = 0;

  constructor(...plans: readonly StoredPlan[]) {
    for (const stored of plans) this.store.putPlan(stored);
    this.ports = {
      store: this.store,
      targets: this.targets,
      runs: {
        start: async (run) => {
          this.started.push(run);
        },
      },
      journal: {
        publish: async (events) => {
          this.events.push(...events);
        },
      },
      clock: () => this.now,
    };
  }

  readonly perform = (
    task: ScalingTask,
    at: Instant,
    context: Partial<TaskContext> = {},
  ): Promise<TaskAnswer> => {
    this.now = at;
    const { signal } = new AbortController();
    return performTask(task, this.ports, { requestId: 'request-1', signal, ...context });
  };

  /** A step as the state machine asks for it. */
  readonly step = (
    input: unknown,
    at: Instant,
    { progress = NO_PROGRESS, startedAt = at, execution = 'execution-1' }: StepOptions = {},
  ): Promise<TaskAnswer> =>
    this.perform(
      { task: 'step', execution, startedAt: new Date(startedAt).toISOString(), input, progress },
      at,
    );

  /** Steps until the run ends, with time between them. */
  readonly play = async (input: unknown, from: Instant, execution = 'execution-1'): Promise<TaskAnswer> => {
    let answer = await this.step(input, from, { execution });
    for (let steps = 1; answer.kind === 'wait'; steps += 1) {
      assert.ok(steps < MAX_STEPS, 'The run does not end');
      const at = this.now + (answer.seconds ?? 0) * 1000;
      const progress = JSON.parse(JSON.stringify(answer.progress)) as RunProgress;
      answer = await this.step(input, at, { progress, startedAt: from, execution });
    }
    return answer;
  };

  /** The desired counts of the two services. */
  readonly counts = (): readonly number[] =>
    [...this.targets.services.values()].map(({ desiredCount }) => desiredCount);
}
