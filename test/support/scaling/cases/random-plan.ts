import type {
  Bounds,
  DocumentDbCapacity,
  DocumentDbStep,
  Plan,
  Scenario,
  ScenarioEnd,
  Step,
} from '../../../../handlers/scaling/plan/plan.ts';
import { boundMistakes } from '../../../../handlers/scaling/plan/plan-bounds.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import type { GivenCluster } from '../simulator-givens.ts';
import type { SeededRandom } from '../simulator-random.ts';
import { anyOf, someOf, weighted } from './draw.ts';
import { CLASSES } from './random-cluster.ts';
import { type GivenTargets, randomServiceStep } from './random-service.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const MAX_INSTANCES = 16;
/** Those of the days that cases play on, which have no change of the clocks. */
const ZONES = [
  { name: 'UTC', offsetMs: 0 },
  { name: 'UTC', offsetMs: 0 },
  { name: 'Asia/Tokyo', offsetMs: 9 * HOUR_MS },
  { name: 'America/New_York', offsetMs: -5 * HOUR_MS },
  { name: 'Asia/Kolkata', offsetMs: 5.5 * HOUR_MS },
] as const;

export interface RandomPlanOptions {
  readonly id: string;
  readonly given: GivenTargets;
  /** The first instant of the case. */
  readonly start: Instant;
  readonly random: SeededRandom;
}

export interface PlannedWindow {
  readonly from: Instant;
  readonly until: Instant;
}

export interface RandomPlan {
  readonly plan: Plan;
  /** Of the first day. */
  readonly windows: readonly PlannedWindow[];
  /** The last end of a window that the case is to play. */
  readonly lastEnd: Instant;
}

/** One to three scenarios, which may overlap, follow each other at once, or come again on a second day. */
export function randomPlan({ id, given, start, random }: RandomPlanOptions): RandomPlan {
  const zone = anyOf(ZONES, random);
  const count = weighted(
    [
      [60, 1],
      [30, 2],
      [10, 3],
    ],
    random,
  );
  const isDaily = random.chance(0.15);
  const windows: PlannedWindow[] = [];
  const scenarios: Scenario[] = [];
  const bounds = randomBounds(random);
  const priorities = someOf([0, 1, 2, 3, 4, 5, 6, 7], 8, random);
  for (let index = 0; index < count; index += 1) {
    const window = randomWindow(start, windows.at(-1), random);
    windows.push(window);
    scenarios.push({
      name: `scenario-${index + 1}`,
      ...scheduleOf(window, { isDaily, offsetMs: zone.offsetMs, random }),
      priority: priorities.splice(random.integer(0, priorities.length - 1), 1)[0] ?? 0,
      except: [],
      steps: randomSteps(given, bounds, random),
    });
  }
  const lastEnd = Math.max(...windows.map(({ until }) => until)) + (isDaily ? DAY_MS : 0);
  const plan: Plan = {
    id,
    timezone: zone.name,
    enforce: random.chance(0.8),
    onDelete: random.chance(0.6) ? 'restore' : 'leave',
    bounds,
    scenarios,
  };
  return { plan, windows, lastEnd };
}

function randomWindow(start: Instant, last: PlannedWindow | undefined, random: SeededRandom): PlannedWindow {
  const minutes = weighted(
    [
      [10, random.integer(1, 10)],
      [30, random.integer(10, 60)],
      [60, random.integer(60, 240)],
    ],
    random,
  );
  const from =
    last === undefined || random.chance(0.2)
      ? start + random.integer(5, 90) * MINUTE_MS
      : anyOf(
          [
            last.until,
            // So soon that what was there before it may still be read.
            last.until + random.integer(1, 2) * MINUTE_MS,
            last.until + random.integer(1, 30) * MINUTE_MS,
            last.from + Math.floor((last.until - last.from) / 2 / MINUTE_MS) * MINUTE_MS,
            last.from,
          ],
          random,
        );
  return { from, until: from + minutes * MINUTE_MS };
}

/** As EventBridge Scheduler would have it. */
export function scheduleOf(
  { from, until }: PlannedWindow,
  { isDaily, offsetMs, random }: { isDaily: boolean; offsetMs: number; random: SeededRandom },
): Pick<Scenario, 'start' | 'end'> {
  const local = new Date(from + offsetMs).toISOString();
  const localEnd = new Date(until + offsetMs).toISOString();
  const end: ScenarioEnd = random.chance(0.5)
    ? { kind: 'duration', durationMs: until - from }
    : {
        kind: 'expression',
        expression: isDaily ? dailyAt(localEnd) : { kind: 'at', text: `at(${localEnd.slice(0, 19)})` },
      };
  return { start: isDaily ? dailyAt(local) : { kind: 'at', text: `at(${local.slice(0, 19)})` }, end };
}

/** On that day and the next. */
function dailyAt(local: string): Scenario['start'] {
  const [year, month, day] = [local.slice(0, 4), Number(local.slice(5, 7)), Number(local.slice(8, 10))];
  const [hour, minute] = [Number(local.slice(11, 13)), Number(local.slice(14, 16))];
  return { kind: 'cron', text: `cron(${minute} ${hour} ${day}-${day + 1} ${month} ? ${year})` };
}

function randomBounds(random: SeededRandom): Bounds {
  return {
    ...(random.chance(0.3) && { instanceCount: random.integer(2, MAX_INSTANCES) }),
    ...(random.chance(0.3) && { desiredCount: random.integer(5, 40) }),
  };
}

/**
 * Of some of the targets, or all; the databases come first, as a rule. What is over the bounds is drawn too, since plans
 * are stored for long; not so for `After`, which is held against them only when a plan is read.
 */
export function randomSteps(
  { clusters, services }: GivenTargets,
  bounds: Bounds,
  random: SeededRandom,
): readonly Step[] {
  const steps: Step[] = [
    ...clusters.map((cluster) => randomClusterStep(cluster, random)),
    ...services.map((service) => randomServiceStep(service, random)),
  ].map((step) => (step.after !== undefined && isOver(step, bounds) ? withoutAfter(step) : step));
  const chosen = random.chance(0.7) ? steps : someOf(steps, random.integer(1, steps.length), random);
  return random.chance(0.8) ? chosen : chosen.toReversed();
}

function isOver({ target, after }: Step, bounds: Bounds): boolean {
  return after !== undefined && boundMistakes({ target, capacity: after } as Step, bounds).length > 0;
}

function withoutAfter({ target, capacity }: Step): Step {
  return { target, capacity } as Step;
}

function randomClusterStep(cluster: GivenCluster, random: SeededRandom): DocumentDbStep {
  return {
    target: { kind: 'docdb', clusterId: cluster.id },
    capacity: randomCapacity(cluster, random),
    // One that is stopped by its owner would never have it.
    ...(random.chance(0.12) && cluster.status !== 'stopped' && { after: randomAfter(cluster, random) }),
  };
}

function randomCapacity(cluster: GivenCluster, random: SeededRandom): DocumentDbCapacity {
  const allowOutage = random.chance(0.3);
  if (random.chance(0.08)) return { state: 'stopped', allowOutage: false };
  const isServerless = cluster.serverless !== undefined;
  const withClass = !isServerless && random.chance(0.7);
  const withCount = random.chance(withClass ? 0.3 : isServerless ? 0.3 : 1);
  const instanceClass = anyOf(CLASSES, random);
  const fallbackClasses = someOf(
    CLASSES.filter((candidate) => candidate !== instanceClass),
    random.integer(1, 2),
    random,
  );
  return {
    ...(withClass && { instanceClass, ...(random.chance(0.4) && { fallbackClasses }) }),
    ...(withCount && { instanceCount: randomCount(cluster, random) }),
    ...(isServerless &&
      (!withCount || random.chance(0.7)) && { minCapacity: anyOf([0.5, 1, 3, 8, 16], random) }),
    ...((cluster.status === 'stopped' ? random.chance(0.7) : random.chance(0.08)) && { state: 'running' }),
    allowOutage,
  };
}

/** Now and then fewer than there are, which can't be. */
function randomCount({ instances }: GivenCluster, random: SeededRandom): number {
  const least = random.chance(0.06) ? instances.length - 1 : instances.length;
  return Math.max(1, Math.min(MAX_INSTANCES, least + random.integer(0, 3)));
}

function randomAfter(cluster: GivenCluster, random: SeededRandom): DocumentDbCapacity {
  if (cluster.serverless !== undefined) return { minCapacity: 2, allowOutage: true };
  return random.chance(0.5)
    ? { instanceClass: anyOf(CLASSES, random), allowOutage: random.chance(0.5) }
    : {
        instanceCount: Math.min(MAX_INSTANCES, cluster.instances.length + random.integer(0, 1)),
        allowOutage: false,
      };
}
