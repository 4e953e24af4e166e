import { isDeepStrictEqual } from 'node:util';
import { ProviderError } from '../../errors.ts';
import { holdingAt } from '../decision/holding.ts';
import type { Observation } from '../decision/scaling-target.ts';
import type { TargetState } from '../decision/target-state.ts';
import { type Target, targetName } from '../plan/plan.ts';
import { isLaterRun, type RunReference } from '../run/run.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { formatInstant, type Instant } from '../time/instant.ts';
import { type Capacity, capacityOf } from './capacity.ts';
import { type ClockChange, clockChanges } from './clock-changes.ts';
import { type Contest, contests } from './contests.ts';
import { atRest } from './effect.ts';
import { type ForecastCall, type ForecastEnd, type ForecastTarget, forecastRun } from './forecast-run.ts';
import { type OddTime, oddTimes } from './odd-times.ts';
import { type OpenSpan, openSpans } from './open-spans.ts';
import { targetsOf } from './plan-targets.ts';

/** What will happen to a plan's targets, if everything goes as it should. */
export interface Forecast {
  readonly stored: StoredPlan;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  /** The times in which scenarios are open; the first ones may have begun before `from`, the last ones end after `to`. */
  readonly spans: readonly OpenSpan[];
  /** In the order of time. Those before `from` have led to what is there then. */
  readonly runs: readonly ForecastEdge[];
  readonly clockChanges: readonly ClockChange[];
  readonly oddTimes: readonly OddTime[];
  readonly contests: readonly Contest[];
  readonly targets: readonly TargetForecast[];
}

/** A start or an end, and the run that it starts. */
export interface ForecastEdge {
  readonly at: Instant;
  readonly scenario: string;
  readonly edge: 'start' | 'end';
  readonly span: OpenSpan;
  readonly calls: readonly ForecastCall[];
  readonly ends: readonly ForecastEnd[];
  /** The targets that are larger or smaller afterwards. */
  readonly effects: readonly ForecastEffect[];
}

export interface ForecastEffect {
  readonly target: Target;
  readonly before: Capacity;
  readonly after: Capacity;
}

/** A target's capacity over time, in whole steps: how it changes in between is told by the runs. */
export interface TargetForecast {
  readonly target: Target;
  /** The first is what there is at the forecast's `from`. */
  readonly capacities: readonly { readonly from: Instant; readonly capacity: Capacity }[];
}

export interface ForecastAsked {
  readonly stored: StoredPlan;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  /** What a target has before the first run. */
  readonly present: (target: Target) => Observation;
  /** Default: `present` is what there is outside of all windows. */
  readonly known?: KnownStates | undefined;
}

/** What the service remembers of the targets, by name; then it goes on from there, and `present` is what there is then. */
export interface KnownStates {
  /** Not after the forecast's `from`. */
  readonly at: Instant;
  readonly states: ReadonlyMap<string, TargetState>;
}

/** A table or a picture of more is read by nobody. */
export const MAX_FORECAST_EDGES = 2_000;

/**
 * Plays a plan's starts and ends by the decisions that its runs take, in a world in which every call goes as it should.
 * @throws ProviderError `InvalidRequest`: there are too many.
 */
export function forecast({ stored, from, to, present, known }: ForecastAsked): Forecast {
  const begin = known?.at ?? beginOf(stored, from);
  const spans = openSpans(stored, begin, to);
  const targets = targetsOf(stored.plan);
  const before = new Map(
    targets.map((target): [string, ForecastTarget] => {
      const state = known?.states.get(targetName(target)) ?? { version: 0 };
      return [targetName(target), { target, observed: atRest(present(target)), state }];
    }),
  );
  const runs = playEdges(stored, edgesOf(stored, [...leftSpans(stored, known), ...spans], begin, to), before);
  const changes = clockChanges(stored.plan.timezone, from, to);
  return {
    stored,
    from,
    to,
    spans: spans.filter(({ end }) => end > from),
    // Of what is open already nothing is told where nothing is left to do.
    runs: runs.filter(({ edge, span, calls }) => edge === 'end' || span.start >= begin || calls.length > 0),
    clockChanges: changes,
    oddTimes: oddTimes({ plan: stored.plan, from, to, changes }),
    contests: contests(stored, spans).filter((contest) => contest.to > from),
    targets: targets.map((target) => courseOf(target, { runs, from, begin, before })),
  };
}

function playEdges(
  stored: StoredPlan,
  edges: readonly PlannedEdge[],
  present: ReadonlyMap<string, ForecastTarget>,
): readonly ForecastEdge[] {
  let targets = present;
  return edges.map(({ run, span }) => {
    const { calls, ends, targets: after } = forecastRun(run, stored, targets);
    const effects = effectsOf(targets, after);
    targets = after;
    return { at: run.scheduledTime, scenario: span.scenario, edge: run.edge, span, calls, ends, effects };
  });
}

function effectsOf(
  former: ReadonlyMap<string, ForecastTarget>,
  targets: ReadonlyMap<string, ForecastTarget>,
): readonly ForecastEffect[] {
  return [...targets].flatMap(([name, { target, observed }]) => {
    const before = capacityOf(former.get(name)?.observed ?? observed);
    const after = capacityOf(observed);
    return isDeepStrictEqual(before, after) ? [] : [{ target, before, after }];
  });
}

interface CourseAsked {
  readonly runs: readonly ForecastEdge[];
  readonly from: Instant;
  readonly begin: Instant;
  readonly before: ReadonlyMap<string, ForecastTarget>;
}

/** From the last step before `from` on, as of that instant. */
function courseOf(target: Target, { runs, from, begin, before }: CourseAsked): TargetForecast {
  const name = targetName(target);
  const first = before.get(name);
  const steps = runs.flatMap(({ at, effects }) =>
    effects
      .filter((effect) => targetName(effect.target) === name)
      .map(({ after }) => ({ from: at, capacity: after })),
  );
  const all = [...(first ? [{ from: begin, capacity: capacityOf(first.observed) }] : []), ...steps];
  const last = Math.max(
    0,
    all.findLastIndex((step) => step.from < from),
  );
  return {
    target,
    capacities: all.slice(last).map((step, index) => (index === 0 ? { ...step, from } : step)),
  };
}

/** Windows that follow each other without a gap all the time have no beginning. */
const MAX_STEPS_BACK = 50;

/** When nothing is open yet of what is open at an instant, and of what was open then. */
function beginOf(stored: StoredPlan, from: Instant): Instant {
  let begin = from;
  for (let steps = 0; steps < MAX_STEPS_BACK; steps += 1) {
    const earlier = Math.min(begin, ...openSpans(stored, begin, begin + 1).map(({ start }) => start));
    if (earlier === begin) break;
    begin = earlier;
  }
  return begin;
}

/** Windows that are over, and of which something is left to be brought back: the sweep does it. */
function leftSpans({ plan, ...stored }: StoredPlan, known: KnownStates | undefined): readonly OpenSpan[] {
  if (known === undefined) return [];
  const { at, states } = known;
  return plan.scenarios.flatMap(({ name, steps }) => {
    const left = steps
      .filter(({ target }) => holdingAt({ plan, ...stored }, target, at) === undefined)
      .map(({ target }) => states.get(targetName(target))?.record?.holder)
      .find((holder) => holder?.scenario === name);
    return left === undefined ? [] : [{ scenario: name, start: left.windowStart, end: at, isByHand: false }];
  });
}

interface PlannedEdge {
  readonly run: RunReference;
  readonly span: OpenSpan;
}

/** In the order of time; of those of one instant the latest run first, as it supersedes the others. */
function edgesOf(
  { plan }: StoredPlan,
  spans: readonly OpenSpan[],
  begin: Instant,
  to: Instant,
): readonly PlannedEdge[] {
  const all = spans.flatMap((span) => {
    const edge = (kind: 'start' | 'end', at: Instant): PlannedEdge => ({
      run: { plan: plan.id, scenario: span.scenario, edge: kind, scheduledTime: at },
      span,
    });
    const end = edge('end', span.end);
    return span.end === begin ? [end] : [edge('start', Math.max(span.start, begin)), end];
  });
  const edges = all.filter(({ run }) => run.scheduledTime < to);
  if (edges.length > MAX_FORECAST_EDGES) {
    throw new ProviderError(
      'InvalidRequest',
      `From ${formatInstant(begin)} to ${formatInstant(to)} there are ${edges.length} starts and ends, and at most ${MAX_FORECAST_EDGES} are shown: ask for less time`,
    );
  }
  return edges.sort(
    (a, b) => a.run.scheduledTime - b.run.scheduledTime || (isLaterRun(a.run, b.run) ? -1 : 1),
  );
}
