import type { ECSClient } from '@aws-sdk/client-ecs';
import type { RunReference } from '../../../handlers/scaling/run/run.ts';
import type { RunEvent, RunOutcome } from '../../../handlers/scaling/run/run-event.ts';
import {
  NO_PROGRESS,
  type RunProgress,
  type StepPorts,
  takeStep,
} from '../../../handlers/scaling/run/take-step.ts';
import { type SweepResult, takeSweep } from '../../../handlers/scaling/run/take-sweep.ts';
import type { StoredPlan } from '../../../handlers/scaling/store/plan-store.ts';
import { scalingTargets } from '../../../handlers/scaling/targets/scaling-targets.ts';
import type { Instant } from '../../../handlers/scaling/time/instant.ts';
import { windowsIn } from '../../../handlers/scaling/time/window.ts';
import { InMemoryPlanStore } from './in-memory-plan-store.ts';
import type { ScalingSimulator } from './simulator.ts';
import type { SimulatorWorld, SimulatorWorldOptions } from './simulator-world.ts';
import { VirtualClock } from './virtual-clock.ts';

const SWEEP_INTERVAL_MS = 15 * 60_000;
/** No run of a scene takes as many. */
const MAX_STEPS = 2_000;

export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly reason: string;
  readonly events: readonly RunEvent[];
  readonly steps: number;
}

export interface SceneOptions extends Omit<SimulatorWorldOptions, 'clock'> {
  readonly start: Instant;
}

/**
 * One plan in one world of the simulator, where each run is played to its end before the next one begins. What happens
 * is told by the test, step by step; for everything at once there are the cases by seed.
 */
export class ScalingScene {
  readonly world: SimulatorWorld;
  readonly store = new InMemoryPlanStore();
  readonly ports: StepPorts;
  readonly #clock: VirtualClock;
  #executions = 0;

  constructor(simulator: ScalingSimulator, { start, ...options }: SceneOptions) {
    this.#clock = new VirtualClock(start);
    const clock = this.#clock;
    this.world = simulator.world({ ...options, clock });
    const clients = this.world.clients('deploytime');
    const twice = <T>(client: T) => ({ reads: client, changes: client });
    this.ports = {
      store: this.store,
      targets: scalingTargets({
        clients: {
          documentDb: twice(clients.documentDb),
          ecs: twice(clients.ecs satisfies ECSClient),
          autoScaling: twice(clients.autoScaling),
        },
        patience: {
          timing: {
            now: () => clock.now,
            random: () => 0.5,
            sleep: async (milliseconds) => clock.advance(milliseconds),
          },
        },
      }),
      // What a start would start, `playUntil` plays by itself.
      runs: { start: async () => {} },
      clock: () => clock.now,
    };
  }

  get now(): Instant {
    return this.#clock.now;
  }

  /** Lets time pass until an instant; what the world has begun goes on. */
  passTo(instant: Instant): void {
    if (instant > this.now) this.#clock.advanceTo(instant);
  }

  /** Does something in the world when its time has come, also in the middle of a run. */
  at(instant: Instant, act: (world: SimulatorWorld) => void): void {
    this.#clock.at(instant, () => act(this.world));
  }

  /** Plays a run to its end. */
  async run(run: RunReference): Promise<RunEnd> {
    this.#executions += 1;
    const execution = `execution-${this.#executions}`;
    this.passTo(run.scheduledTime);
    const events: RunEvent[] = [];
    let progress = NO_PROGRESS;
    for (let steps = 1; steps <= MAX_STEPS; steps += 1) {
      const step = { run, execution, progress, signal: new AbortController().signal };
      const answer = await takeStep(step, this.ports);
      events.push(...answer.events);
      if (answer.kind === 'end') return { ...answer, events, steps };
      // The state machine keeps it as JSON.
      progress = JSON.parse(JSON.stringify(answer.progress)) as RunProgress;
      this.#clock.advance(answer.seconds * 1000);
    }
    throw new Error(`The ${run.edge} of ${run.scenario} does not end in ${MAX_STEPS} steps`);
  }

  /** Sweeps, and plays the runs that the sweep starts. */
  async sweep(): Promise<SweepResult & { readonly ends: readonly RunEnd[] }> {
    const result = await takeSweep(this.ports, new AbortController().signal);
    const ends: RunEnd[] = [];
    for (const run of result.runs) ends.push(await this.run(run));
    return { ...result, ends };
  }

  /** Plays everything that a plan's schedules and the sweep do until an instant. */
  async playUntil(until: Instant, { plan }: StoredPlan): Promise<readonly RunEnd[]> {
    const edges = plan.scenarios
      .flatMap((scenario) =>
        windowsIn(scenario, plan.timezone, this.now, until).flatMap(({ start, end }): RunReference[] => [
          { plan: plan.id, scenario: scenario.name, edge: 'start', scheduledTime: start },
          { plan: plan.id, scenario: scenario.name, edge: 'end', scheduledTime: end },
        ]),
      )
      .filter(({ scheduledTime }) => scheduledTime >= this.now && scheduledTime < until)
      .sort((a, b) => a.scheduledTime - b.scheduledTime);
    const ends: RunEnd[] = [];
    let nextSweep = this.now + SWEEP_INTERVAL_MS;
    while (this.now < until) {
      const edge = edges[0];
      if (edge !== undefined && edge.scheduledTime <= Math.max(this.now, Math.min(nextSweep, until))) {
        edges.shift();
        ends.push(await this.run(edge));
        continue;
      }
      this.passTo(Math.min(nextSweep, until));
      if (this.now < nextSweep) break;
      ends.push(...(await this.sweep()).ends);
      nextSweep = Math.max(nextSweep, this.now - SWEEP_INTERVAL_MS) + SWEEP_INTERVAL_MS;
    }
    return ends;
  }
}
