import { decide, type Situation } from '../../handlers/scaling/decision/decide.ts';
import { taken } from '../../handlers/scaling/decision/lease.ts';
import {
  type EcsTarget,
  type Plan,
  type Scenario,
  type Target,
  targetName,
} from '../../handlers/scaling/plan/plan.ts';
import type { RunReference } from '../../handlers/scaling/run/run.ts';
import { takeSweep } from '../../handlers/scaling/run/take-sweep.ts';
import type { StoredPlan } from '../../handlers/scaling/store/plan-store.ts';
import { InMemoryPlanStore } from '../support/scaling/in-memory-plan-store.ts';
import { InMemoryServices } from '../support/scaling/in-memory-services.ts';
import { batchService, LARGE, SMALL } from '../support/scaling/observations.ts';
import { expression, night, nightly, ordersStep, planOf, storedPlan } from '../support/scaling/plans.ts';
import { ScalingScene } from '../support/scaling/scaling-scene.ts';
import { type ScalingSimulator, startScalingSimulator } from '../support/scaling/simulator.ts';
import { type Bench, median, tableOf } from './bench.ts';

const PLAN_COUNTS = [250, 500, 1_000];
/** Not counted: the code is compiled by then. */
const WARM_UP = 500;
const INSTANCE_COUNTS = [1, 2, 4, 8, 16];
const SCENARIOS = 5;
const ROUNDS = 7;
const ZONES = ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
const NOW = night('02:00');

/** What plans cost that only wait, and what a run asks of AWS. */
export const bench: Bench = {
  name: 'scaling',
  run: async (report) => {
    report(`${SCENARIOS} scenarios a plan, one service each; medians of ${ROUNDS}, stores in memory`);
    const rows = [['plans', 'decide once each', 'a plan', 'sweep', 'a plan', 'heap after a sweep']];
    await costOfPlans(WARM_UP);
    for (const count of PLAN_COUNTS) rows.push(await costOfPlans(count));
    for (const line of tableOf(rows)) report(line);
    report('');
    report('a class change of a whole cluster and back, on the simulator: calls of AWS, simulated time');
    await using simulator = await startScalingSimulator();
    const runs = [['instances', 'changes', 'reads', 'calls an instance', 'start', 'end']];
    for (const instances of INSTANCE_COUNTS) runs.push(await callsOfRun(simulator, instances));
    for (const line of tableOf(runs)) report(line);
  },
};

async function costOfPlans(count: number): Promise<string[]> {
  const plans = Array.from({ length: count }, (_, index) => planNumber(index));
  const situations = plans.map((stored, index) => situationOf(stored, serviceNumber(index)));
  const decideMs: number[] = [];
  const sweepMs: number[] = [];
  let heapBytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    decideMs.push(timeOf(() => situations.map(decide)));
    const store = new IndexedPlanStore();
    for (const stored of plans) store.putPlan(stored);
    const targets = new InMemoryServices(
      plans.map((_, index) => batchService({ target: serviceNumber(index) })),
    );
    const started = performance.now();
    const runs = { start: async () => {} };
    await takeSweep({ store, targets, runs, clock: () => NOW }, new AbortController().signal);
    sweepMs.push(performance.now() - started);
    heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed);
  }
  const [decided, swept] = [median(decideMs), median(sweepMs)];
  return [
    count.toLocaleString('en'),
    `${decided.toFixed(1)} ms`,
    `${((decided * 1000) / count).toFixed(1)} µs`,
    `${swept.toFixed(1)} ms`,
    `${((swept * 1000) / count).toFixed(1)} µs`,
    `${(heapBytes / 1024 / 1024).toFixed(0)} MiB`,
  ];
}

/** Looks at the plan's targets, as the table does, and not at all there are. */
class IndexedPlanStore extends InMemoryPlanStore {
  override async listRecorded(plan: string): Promise<readonly Target[]> {
    const target = serviceNumber(Number(plan.slice('plan-'.length)));
    const { record } = await this.getTargetState(target);
    return record === undefined ? [] : [target];
  }
}

function serviceNumber(index: number): EcsTarget {
  return { kind: 'ecs', cluster: 'prod', service: `batch-${index}` };
}

/** Half of its windows are open at `NOW`. */
function planNumber(index: number): StoredPlan {
  const target = serviceNumber(index);
  const scenarios = Array.from({ length: SCENARIOS }, (_, number): Scenario => {
    const hour = (index + number * 5) % 24;
    return nightly({
      name: `scenario-${number}`,
      start: expression(`cron(${index % 60} ${hour} ? * MON-FRI *)`),
      end: { kind: 'duration', durationMs: 4 * 3_600_000 },
      priority: number,
      steps: [{ target, capacity: { desiredCount: 4 + number } }],
    });
  });
  const zone: Plan['timezone'] = ZONES[index % ZONES.length] ?? 'UTC';
  return storedPlan(scenarios, { id: `plan-${index}`, timezone: zone });
}

function situationOf(stored: StoredPlan, target: EcsTarget): Situation {
  const run: RunReference = { plan: stored.plan.id, edge: 'end', scheduledTime: NOW };
  const lease = taken(undefined, run, NOW);
  return { stored, run, target, observed: batchService({ target }), state: { version: 1, lease }, now: NOW };
}

function timeOf(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

async function callsOfRun(simulator: ScalingSimulator, count: number): Promise<string[]> {
  const scene = new ScalingScene(simulator, { start: night('00:50') });
  const instances = Array.from({ length: count }, (_, index) => ({
    id: `orders-${index + 1}`,
    instanceClass: SMALL,
  }));
  scene.world.given.cluster({ id: 'orders', instances });
  const scenario = nightly({
    start: expression('cron(0 1 * * ? *)'),
    end: { kind: 'duration', durationMs: 12 * 3_600_000 },
    steps: [ordersStep({ instanceClass: LARGE })],
  });
  scene.store.putPlan({ plan: planOf([scenario]), status: 'active', overrides: [] });
  const start: RunReference = {
    plan: 'plan-1',
    scenario: 'nightly',
    edge: 'start',
    scheduledTime: night('01:00'),
  };
  const end: RunReference = { ...start, edge: 'end', scheduledTime: night('13:00') };
  const minutes: number[] = [];
  for (const run of [start, end]) {
    const { outcome, reason } = await scene.run(run);
    if (outcome !== 'Converged')
      throw new Error(`${targetName(scenario.steps[0]?.target ?? serviceNumber(0))}: ${reason}`);
    minutes.push((scene.now - run.scheduledTime) / 60_000);
  }
  const changes = scene.world.journal.entries.length;
  const calls = [...scene.world.journal.counts.values()].reduce((sum, each) => sum + each, 0);
  simulator.remove(scene.world);
  return [
    String(count),
    String(changes),
    String(calls - changes),
    (calls / count).toFixed(0),
    ...minutes.map((each) => `${each.toFixed(0)} min`),
  ];
}
