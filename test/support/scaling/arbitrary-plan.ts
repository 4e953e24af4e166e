import fc from 'fast-check';
import {
  type DocumentDbCapacity,
  type EcsCapacity,
  type Plan,
  type Scenario,
  type Step,
  type Target,
  targetName,
} from '../../../handlers/scaling/plan/plan.ts';
import type { Instant } from '../../../handlers/scaling/time/instant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../handlers/scaling/time/local-time.ts';
import { localTimeAt } from '../../../handlers/scaling/time/time-zone-offsets.ts';

export interface PlanOptions {
  /** Each is in one scenario at least as likely as not. */
  readonly targets: readonly Target[];
  /** One-time scenarios start after it. */
  readonly now: Instant;
  /** Default `plan-1`. */
  readonly id?: string;
  /** The ECS services, by their targets' names, that have a scalable target: bounds are asked of them. Default: none. */
  readonly scalable?: readonly string[];
  /** Default: some of DocumentDB's. */
  readonly classes?: readonly string[];
  /** Default: three with daylight saving and three without. */
  readonly timezones?: readonly string[];
  /** Default 16. */
  readonly mostInstances?: number;
}

const CLASSES = ['db.r6g.large', 'db.r6g.xlarge', 'db.r6g.2xlarge', 'db.r5.large', 'db.serverless'];
const STEADY_ZONES = ['UTC', 'Asia/Tokyo', 'Asia/Kolkata'];
const ZONES = [...STEADY_ZONES, 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'];
/** Shorter than any day, also one on which the clocks leap forward. */
const MOST_MINUTES = 20 * 60;

/**
 * Valid plans of 1 to 5 scenarios that overlap, all of different priority. `fc.sample(arbitraryPlan(options),
 * { seed, numRuns: 1 })` is one that comes back with its seed.
 */
export function arbitraryPlan(options: PlanOptions): fc.Arbitrary<Plan> {
  return fc.constantFrom(...(options.timezones ?? ZONES)).chain((timezone) =>
    fc
      .record({
        enforce: fc.boolean(),
        onDelete: fc.constantFrom('restore', 'leave'),
        isBounded: fc.boolean(),
        scenarios: fc.array(arbitraryScenario(options, timezone), { minLength: 1, maxLength: 5 }),
        priorities: fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 5 }),
      })
      .map(({ isBounded, scenarios, priorities, ...rest }) => ({
        id: options.id ?? 'plan-1',
        timezone,
        ...rest,
        bounds: isBounded ? boundsOf(scenarios) : {},
        scenarios: scenarios.map((scenario, index) => ({
          ...scenario,
          name: `scenario-${index}`,
          priority: priorities[index] ?? 0,
        })),
      })),
  );
}

type Timing = Pick<Scenario, 'start' | 'end' | 'except'>;

function arbitraryScenario(
  options: PlanOptions,
  zone: string,
): fc.Arbitrary<Omit<Scenario, 'name' | 'priority'>> {
  return fc
    .record({ timing: arbitraryTiming(options, zone), steps: arbitrarySteps(options) })
    .map(({ timing, steps }) => ({ ...timing, steps }));
}

function arbitraryTiming({ now }: PlanOptions, zone: string): fc.Arbitrary<Timing> {
  const minuteOfDay = fc.integer({ min: 0, max: 24 * 12 - 1 }).map((fives) => fives * 5);
  const minutes = fc.integer({ min: 3, max: MOST_MINUTES / 5 }).map((fives) => fives * 5);
  const except = fc.uniqueArray(
    fc.integer({ min: 0, max: 20 }).map((days) => dateOf(now + days * DAY_MS)),
    { maxLength: 2 },
  );
  const repeated = fc.record({
    at: minuteOfDay,
    minutes,
    except,
    days: fc.constantFrom('* * ?', '? * MON-FRI'),
  });
  const daily = repeated.map(({ at, minutes: lasting, ...rest }) => ({
    start: cron(at, rest.days),
    end: { kind: 'duration', durationMs: lasting * MINUTE_MS } as const,
    except: rest.except,
  }));
  const hourly = fc
    .record({ minute: fc.integer({ min: 0, max: 59 }), lasting: fc.integer({ min: 5, max: 55 }), except })
    .map(({ minute, lasting, except: dates }) => ({
      start: { kind: 'cron', text: `cron(${minute} * * * ? *)` } as const,
      end: { kind: 'duration', durationMs: lasting * MINUTE_MS } as const,
      except: dates,
    }));
  const once = fc
    .record({ hours: fc.integer({ min: 1, max: 480 }), minutes })
    .map(({ hours, minutes: lasting }) => ({
      start: { kind: 'at', text: `at(${wall(zone, now + hours * HOUR_MS)})` } as const,
      end: { kind: 'duration', durationMs: lasting * MINUTE_MS } as const,
      except: [],
    }));
  // Where clocks change, an end may be skipped, and the window overlap the next.
  if (!STEADY_ZONES.includes(zone)) return fc.oneof(daily, hourly, once);
  const untilTime = repeated.map(({ at, minutes: lasting, ...rest }) => ({
    start: cron(at, rest.days),
    end: { kind: 'expression', expression: cron((at + lasting) % (24 * 60), '* * ?') } as const,
    except: rest.except,
  }));
  return fc.oneof(daily, untilTime, hourly, once);
}

function cron(minuteOfDay: number, days: string) {
  return {
    kind: 'cron',
    text: `cron(${minuteOfDay % 60} ${Math.floor(minuteOfDay / 60)} ${days} *)`,
  } as const;
}

function wall(zone: string, instant: Instant): string {
  const minute = Math.floor(localTimeAt(zone, instant) / MINUTE_MS) * MINUTE_MS;
  return new Date(minute).toISOString().slice(0, 19);
}

function dateOf(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function arbitrarySteps(options: PlanOptions): fc.Arbitrary<readonly Step[]> {
  return fc
    .shuffledSubarray([...options.targets], { minLength: 1 })
    .chain((targets) => fc.tuple(...targets.map((target) => arbitraryStep(options, target))));
}

function arbitraryStep(options: PlanOptions, target: Target): fc.Arbitrary<Step> {
  if (target.kind === 'docdb') {
    const capacity = clusterCapacity(options);
    return withAfter(capacity).map((capacities) => ({ target, ...capacities }));
  }
  const isScalable = options.scalable?.includes(targetName(target)) ?? false;
  return withAfter(isScalable ? taskBounds : desiredCount).map((capacities) => ({ target, ...capacities }));
}

function withAfter<C>(capacity: fc.Arbitrary<C>): fc.Arbitrary<{ capacity: C; after?: C }> {
  return fc
    .record({ capacity, after: fc.option(capacity, { freq: 3, nil: undefined }) })
    .map(({ after, ...rest }) => (after === undefined ? rest : { ...rest, after }));
}

function clusterCapacity({
  classes = CLASSES,
  mostInstances = 16,
}: PlanOptions): fc.Arbitrary<DocumentDbCapacity> {
  const running = fc
    .record({
      named: fc.shuffledSubarray([...classes], { maxLength: 3 }),
      instanceCount: fc.option(fc.integer({ min: 1, max: mostInstances }), { nil: undefined }),
      state: fc.option(fc.constant('running' as const), { freq: 5, nil: undefined }),
      minCapacity: fc.option(
        fc.integer({ min: 1, max: 512 }).map((halves) => halves / 2),
        { freq: 5, nil: undefined },
      ),
      allowOutage: fc.boolean(),
    })
    .filter(
      ({ named, allowOutage, ...rest }) =>
        named.length > 0 || Object.values(rest).some((value) => value !== undefined),
    )
    .map(
      ({ named: [instanceClass, ...fallbackClasses], instanceCount, state, minCapacity, allowOutage }) => ({
        ...(instanceClass !== undefined && { instanceClass }),
        ...(fallbackClasses.length > 0 && { fallbackClasses }),
        ...(instanceCount !== undefined && { instanceCount }),
        ...(state !== undefined && { state }),
        ...(minCapacity !== undefined && { minCapacity }),
        allowOutage,
      }),
    );
  const stopped = fc.boolean().map((allowOutage) => ({ state: 'stopped' as const, allowOutage }));
  return fc.oneof({ arbitrary: running, weight: 5 }, { arbitrary: stopped, weight: 1 });
}

const desiredCount: fc.Arbitrary<EcsCapacity> = fc
  .integer({ min: 0, max: 40 })
  .map((count) => ({ desiredCount: count }));
const taskBounds: fc.Arbitrary<EcsCapacity> = fc
  .record({
    least: fc.integer({ min: 0, max: 20 }),
    more: fc.integer({ min: 0, max: 20 }),
    asked: fc.constantFrom('both', 'min', 'max'),
  })
  .map(({ least, more, asked }) => ({
    ...(asked !== 'max' && { minCapacity: least }),
    ...(asked !== 'min' && { maxCapacity: least + more }),
  }));

/** The narrowest that let all scenarios be. */
function boundsOf(scenarios: readonly Pick<Scenario, 'steps'>[]): Plan['bounds'] {
  const steps = scenarios.flatMap((scenario) => scenario.steps);
  const capacities = (kind: Target['kind']): readonly Record<string, unknown>[] =>
    steps
      .filter(({ target }) => target.kind === kind)
      .flatMap(({ capacity, after }) => [{ ...capacity }, { ...after }]);
  const most = (values: readonly unknown[]): number =>
    Math.max(1, ...values.filter((value) => typeof value === 'number'));
  return {
    instanceCount: most(capacities('docdb').map(({ instanceCount }) => instanceCount)),
    desiredCount: most(capacities('ecs').flatMap((capacity) => Object.values(capacity))),
  };
}
