import type { ScalingTarget } from '../../../handlers/scaling/decision/scaling-target.ts';
import type { TargetState } from '../../../handlers/scaling/decision/target-state.ts';
import { type Target, targetName } from '../../../handlers/scaling/plan/plan.ts';
import type { ScalingPorts } from '../../../handlers/scaling/run/work-on-target.ts';
import type { PlanStore } from '../../../handlers/scaling/store/plan-store.ts';
import { scalingTargets } from '../../../handlers/scaling/targets/scaling-targets.ts';
import type { PlanVersion, ScalingCase } from './cases/scaling-case.ts';
import { carryOut, targetOf } from './cases/world-act.ts';
import type { Control } from './controls.ts';
import { drawFaults } from './draw-faults.ts';
import { Driver, SWEEP_INTERVAL_MS } from './driver/driver.ts';
import { edgesOf } from './driver/edges.ts';
import { EventQueue } from './driver/event-queue.ts';
import type { ExecutionLoop } from './driver/execution-loop.ts';
import { emptyHistory, type PlayedAct, type PlayHistory } from './driver/play-history.ts';
import { watchedStore, watchedTargets } from './driver/watched-ports.ts';
import { InMemoryPlanStore } from './in-memory-plan-store.ts';
import type { ScalingSimulator } from './simulator.ts';
import type { CapacitySnapshot } from './simulator-capacity.ts';
import { SeededRandom } from './simulator-random.ts';
import type { SimulatorWorld } from './simulator-world.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface PlayedCase {
  readonly scalingCase: ScalingCase;
  readonly history: PlayHistory;
  readonly world: SimulatorWorld;
  /** What is remembered of a target in the end. */
  readonly stateOf: (target: Target) => TargetState;
  readonly capacityBefore: CapacitySnapshot;
  /** Executions that did not end. */
  readonly live: number;
}

export interface PlayOptions {
  /** How executions are carried out. Default: by a plain loop. */
  readonly loop?: ExecutionLoop | undefined;
  /** Default: none. */
  readonly control?: Pick<Control, 'make'> | undefined;
  /** Called before anything happens, to prepare more than the case says. */
  readonly onWorld?: (world: SimulatorWorld) => void;
}

/** What was begun before it is calm may still go wrong. */
const SLOWEST_MISHAP_MS = 15 * 60_000;
/** Everything is at rest, and a sweep later still is. */
const RESTING_LOOKS = 2;
/** Of the service, in the simulator's journal. */
export const CALLER = 'session-token-of-the-service';
/** How long a throttled read is waited for, in virtual time. */
const PATIENCE_POLICY = { attempts: 4, minDelayMs: 500, maxDelayMs: 6_000 };

/** Plays a case to its end: one world of the simulator, over the SDK's own clients. */
export async function playCase(
  simulator: ScalingSimulator,
  scalingCase: ScalingCase,
  { control, loop, onWorld }: PlayOptions = {},
): Promise<PlayedCase> {
  const { seed, start, end, calm, trouble } = scalingCase;
  const clock = new VirtualClock(start);
  const { readLagMs, durations } = trouble;
  const world = simulator.world({ seed, clock, readLagMs, durations });
  const random = new SeededRandom(seed).fork('play');
  const queue = new EventQueue(clock);
  const history = emptyHistory();
  const store = new InMemoryPlanStore();
  prepare(world, scalingCase, random.fork('faults'));
  onWorld?.(world);
  const capacityBefore = world.capacity();
  const targets = targetsOf(world, queue, random.fork('patience'));
  const mistaken = control?.make() ?? ((ports: ScalingPorts) => ports);
  const driver = new Driver({
    queue,
    random: random.fork('driver'),
    history,
    trouble,
    calm,
    loop,
    ports: (execution, run) => mistaken(watched({ store, targets, world, history, execution }), run),
  });

  for (const version of scalingCase.plans) queue.at(version.at, () => storePlan(version, store, driver));
  for (const edge of edgesOf(scalingCase.plans, calm)) driver.deliver(edge);
  for (const act of scalingCase.acts) {
    queue.at(act.at, () => {
      const target = targetOf(act, world);
      history.acts.push({ act, target, refused: carryOut(act, world) });
    });
  }
  for (const at of [calm, calm + SLOWEST_MISHAP_MS])
    queue.at(at, () => void history.acts.push(...makeCalm(world)));
  for (let sweep = start + SWEEP_INTERVAL_MS; sweep < end; sweep += SWEEP_INTERVAL_MS) {
    queue.at(sweep, () => driver.sweep());
  }
  let restingLooks = 0;
  for (let until = start; until < end && restingLooks < RESTING_LOOKS; ) {
    until = Math.min(until + SWEEP_INTERVAL_MS, end);
    await queue.runUntil(until);
    const isResting = until > calm && driver.live === 0 && !(await hasRecords(scalingCase, store));
    restingLooks = isResting ? restingLooks + 1 : 0;
  }
  const states = await statesOf(scalingCase, store);
  const stateOf = (target: Target): TargetState => states.get(targetName(target)) ?? { version: 0 };
  return { scalingCase, history, world, stateOf, capacityBefore, live: driver.live };
}

async function statesOf({ plans }: ScalingCase, store: InMemoryPlanStore): Promise<Map<string, TargetState>> {
  const states = new Map<string, TargetState>();
  for (const { target } of plans
    .flatMap(({ stored }) => stored.plan.scenarios)
    .flatMap(({ steps }) => steps)) {
    states.set(targetName(target), await store.getTargetState(target));
  }
  return states;
}

async function hasRecords({ plans }: ScalingCase, store: InMemoryPlanStore): Promise<boolean> {
  for (const id of new Set(plans.map(({ stored }) => stored.plan.id))) {
    if ((await store.listRecorded(id)).length > 0) return true;
  }
  return false;
}

function prepare(
  world: SimulatorWorld,
  { clusters, services, trouble, calm }: ScalingCase,
  random: SeededRandom,
): void {
  for (const cluster of clusters) world.given.cluster(cluster);
  for (const service of services) world.given.service(service);
  const { shortages, instanceQuota } = trouble;
  for (const shortage of shortages) world.documentDb.limits.refuseCapacity(shortage);
  if (instanceQuota !== undefined) world.documentDb.limits.instanceQuota = instanceQuota;
  world.faults.decide = drawFaults(trouble, random, ({ at }) => at >= calm);
}

function targetsOf(world: SimulatorWorld, queue: EventQueue, random: SeededRandom): ScalingTarget {
  const { documentDb, ecs, autoScaling } = world.clients(CALLER);
  return scalingTargets({
    clients: {
      documentDb: { reads: documentDb, changes: documentDb },
      ecs: { reads: ecs, changes: ecs },
      autoScaling: { reads: autoScaling, changes: autoScaling },
    },
    patience: {
      policy: PATIENCE_POLICY,
      timing: { now: () => queue.clock.now, random: () => random.next(), sleep: (ms) => queue.pause(ms) },
    },
  });
}

interface Watched {
  readonly store: PlanStore;
  readonly targets: ScalingTarget;
  readonly world: SimulatorWorld;
  readonly history: PlayHistory;
  readonly execution: string;
}

function watched({ store, targets, ...watch }: Watched): ScalingPorts {
  return {
    store: watchedStore(store, watch),
    targets: watchedTargets(targets, { ...watch, store }),
    clock: () => watch.world.clock.now,
  };
}

function storePlan({ stored, starts }: PlanVersion, store: InMemoryPlanStore, driver: Driver): void {
  store.putPlan(stored);
  if (starts !== undefined) driver.startNow({ plan: stored.plan.id, ...starts });
}

/**
 * What hangs or failed is put right, as AWS's support would do it, and there is room for every class.
 * @returns What was done to clusters by that.
 */
function makeCalm({ documentDb: { account, limits, processes }, ecs, clock }: SimulatorWorld): PlayedAct[] {
  limits.restoreCapacity();
  limits.instanceQuota = Number.POSITIVE_INFINITY;
  const before = account.state;
  processes.repair();
  ecs.processes.repair();
  const repaired = [...account.state.instances.values()]
    .filter((instance) => before.instances.get(instance.id) !== instance)
    .map(({ clusterId }) => clusterId);
  return [...new Set(repaired)].map((cluster) => ({
    act: { at: clock.now, kind: 'repair', cluster },
    target: `docdb/${cluster}`,
    refused: undefined,
  }));
}
