import type { Plan } from '../../../../handlers/scaling/plan/plan.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { DOCUMENTDB_DURATIONS, type DurationRanges } from '../../documentdb-api/durations.ts';
import { SeededRandom } from '../simulator-random.ts';
import { anyOf, someOf, weighted } from './draw.ts';
import { randomClusterActs, randomServiceActs } from './random-acts.ts';
import { CLASSES, randomCluster } from './random-cluster.ts';
import { type RandomPlan, randomPlan, randomSteps } from './random-plan.ts';
import { type GivenTargets, randomService } from './random-service.ts';
import { NO_TROUBLE, type PlanVersion, type ScalingCase, type Trouble } from './scaling-case.ts';
import type { WorldAct } from './world-act.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A Monday. */
export const CASE_START: Instant = Date.UTC(2026, 2, 2);
/** What is left to do after the last window has all of this: a failed run is repeated after an hour. */
const REST_LIMIT_MS = 12 * HOUR_MS;
const PLAN_ID = 'plan-0123456789';
/** In some cases another one is for the same targets: each belongs to one plan at a time. */
const OTHER_PLAN_ID = 'plan-fedcba9876';

/** The case of a seed: always the same. */
export function randomCase(seed: number): ScalingCase {
  const random = new SeededRandom(seed).fork('case');
  const start = CASE_START;
  const given = randomTargets(random);
  const drawn = randomPlan({ id: PLAN_ID, given, start, random });
  const versions = randomVersions(drawn, given, random);
  const other = random.chance(0.05) ? randomPlan({ id: OTHER_PLAN_ID, given, start, random }) : undefined;
  const plans = [...versions, ...(other === undefined ? [] : [versionOf(other)])];
  const lastEnd = Math.max(drawn.lastEnd, other?.lastEnd ?? start);
  const span = { from: start, until: lastEnd };
  const acts = random.chance(0.35)
    ? [
        ...given.clusters.flatMap((cluster) => randomClusterActs(cluster, span, random)),
        ...given.services.flatMap((service) => randomServiceActs(service, span, random)),
      ]
    : [];
  const calm = calmAfter(lastEnd, plans, acts);
  const trouble = randomTrouble({ start, calm }, random);
  return { seed, start, ...given, plans, acts, trouble, calm, end: calm + REST_LIMIT_MS };
}

/** Mostly a cluster; a service or two, alone or after it. */
function randomTargets(random: SeededRandom): GivenTargets {
  const [clusters, services] = weighted(
    [
      [66, [['orders'], []]],
      [6, [['orders', 'ledger'], []]],
      [14, [[], ['batch']]],
      [12, [['orders'], ['batch']]],
      [2, [['orders'], ['batch', 'web']]],
    ] as const,
    random,
  );
  return {
    clusters: clusters.map((id) => randomCluster(id, random)),
    services: services.map((name) => randomService(name, random)),
  };
}

function calmAfter(lastEnd: Instant, plans: readonly PlanVersion[], acts: readonly WorldAct[]): Instant {
  return Math.max(lastEnd, ...plans.map(({ at }) => at), ...acts.map(({ at }) => at)) + 5 * MINUTE_MS;
}

function versionOf({ plan }: Pick<RandomPlan, 'plan'>): PlanVersion {
  return { at: CASE_START, stored: { plan, status: 'active', overrides: [] } };
}

/** The plan as it is at first, and what becomes of it while a window is open, maybe. */
function randomVersions(
  { plan, windows }: RandomPlan,
  given: GivenTargets,
  random: SeededRandom,
): readonly PlanVersion[] {
  const first = versionOf({ plan });
  if (!random.chance(0.3)) return [first];
  const window = anyOf(windows, random);
  const at = Math.max(
    CASE_START + 1,
    random.integer(window.from - 5 * MINUTE_MS, window.until + 5 * MINUTE_MS),
  );
  const { starts, ...changed } = randomChange(first.stored, at, given, random);
  return [first, { at, ...changed, ...(random.chance(0.7) && { starts }) }];
}

function randomChange(
  stored: StoredPlan,
  at: Instant,
  given: GivenTargets,
  random: SeededRandom,
): Omit<PlanVersion, 'at'> {
  const { plan } = stored;
  const scenario = anyOf(plan.scenarios, random);
  const withScenarios = (scenarios: Plan['scenarios']): Omit<PlanVersion, 'at'> => ({
    stored: { ...stored, plan: { ...plan, scenarios } },
    starts: { edge: 'end' },
  });
  const kind = weighted(
    [
      [30, 'removed'],
      [25, 'steps'],
      [15, 'without'],
      [30, 'override'],
    ] as const,
    random,
  );
  switch (kind) {
    case 'removed':
      return { stored: { ...stored, status: 'removed' }, starts: { edge: 'end' } };
    case 'steps': {
      const steps = randomSteps(given, plan.bounds, random);
      return withScenarios(plan.scenarios.map((each) => (each === scenario ? { ...each, steps } : each)));
    }
    case 'without':
      return withScenarios(plan.scenarios.filter((each) => each !== scenario));
    case 'override': {
      const hold = random.chance(0.5) ? 'open' : 'closed';
      const until = at + random.integer(10, 120) * MINUTE_MS;
      return {
        stored: { ...stored, overrides: [{ scenario: scenario.name, hold, from: at, until }] },
        starts: { scenario: scenario.name, edge: hold === 'open' ? 'start' : 'end' },
      };
    }
  }
}

function randomTrouble(span: { start: Instant; calm: Instant }, random: SeededRandom): Trouble {
  const often = (most: number): number => (random.chance(0.5) ? 0 : random.next() * most);
  return {
    ...NO_TROUBLE,
    readLagMs: anyOf([0, 10_000, 60_000], random),
    kill: often(0.06),
    pause: random.chance(0.15) ? 0.3 : often(0.1),
    storeError: often(0.04),
    executionLost: random.chance(0.5) ? 0 : 0.3,
    changeFault: often(0.4),
    readFault: often(0.04),
    mishap: random.chance(0.75) ? 0 : 0.1,
    mostDeliveries: random.integer(1, 3),
    clockSkewMs: random.chance(0.5) ? 0 : 2_000,
    messageLost: random.chance(0.7) ? 0 : 0.3,
    messageLate: random.chance(0.7) ? 0 : 0.3,
    durations: randomDurations(random),
    shortages: random.chance(0.2) ? randomShortages(span, random) : [],
    ...(random.chance(0.1) && { instanceQuota: random.integer(1, 12) }),
  };
}

function randomShortages({ start, calm }: { start: Instant; calm: Instant }, random: SeededRandom) {
  return someOf(CLASSES, random.integer(1, 2), random).map((instanceClass) => {
    const from = random.integer(start, calm);
    return {
      instanceClass,
      from: random.chance(0.7) ? start : from,
      until: random.chance(0.7) ? calm : from + HOUR_MS,
    };
  });
}

/** Most cases are played with a quicker AWS, which asks for fewer polls. */
const SLOW = ['create', 'modify', 'delete', 'stop', 'start'] as const;

function randomDurations(random: SeededRandom): Partial<DurationRanges> {
  if (random.chance(0.1)) return {};
  return Object.fromEntries(
    SLOW.map((name) => {
      const [least, most] = DOCUMENTDB_DURATIONS[name];
      return [name, [Math.floor(least / 6), Math.floor(most / 6)] as const];
    }),
  );
}
