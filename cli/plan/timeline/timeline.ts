import { formatCapacity } from '../../../handlers/scaling/forecast/capacity.ts';
import { formatDuration, formatRange } from '../../../handlers/scaling/forecast/expectation.ts';
import type { Forecast, ForecastEdge, TargetForecast } from '../../../handlers/scaling/forecast/forecast.ts';
import { targetName } from '../../../handlers/scaling/plan/plan.ts';
import type { Instant } from '../../../handlers/scaling/time/instant.ts';
import type { PlannedForecast } from '../planned-forecast.ts';
import { describeClockChange } from '../span-effect.ts';
import { formatWall, wallTime } from '../wall-clock.ts';
import { type Level, levelsOf } from './levels.ts';
import { type TimeScale, xOf } from './time-scale.ts';

/** What a timeline shows, before anything has a place. */
export interface Timeline {
  readonly scenarios: readonly ScenarioRow[];
  readonly targets: readonly TargetLane[];
  readonly clocks: readonly TimelineMark[];
}

/** Something at an instant. */
export interface TimelineMark {
  readonly at: Instant;
  /** A sentence for whoever points at it, or listens. */
  readonly text: string;
}

/** Something that lasts. */
export interface TimelineSpan {
  readonly from: Instant;
  readonly to: Instant;
  readonly text: string;
}

export interface ScenarioRow {
  readonly name: string;
  readonly windows: readonly (TimelineSpan & { /** `4 h 30 min` */ readonly length: string })[];
  /** Starts that don't come. */
  readonly omissions: readonly TimelineMark[];
}

export interface TargetLane {
  readonly name: string;
  /** From the largest to the least. */
  readonly levels: readonly Level[];
  /** When which scenario has it; `scenario` counts from 0. */
  readonly holdings: readonly (TimelineSpan & { readonly scenario: number })[];
  readonly course: readonly CourseStep[];
  readonly outages: readonly TimelineMark[];
  readonly failures: readonly TimelineMark[];
}

/** The capacity is that of `rank` from `reached` on; it begins to change at `from`. */
export interface CourseStep {
  readonly from: Instant;
  readonly reached: Instant;
  readonly rank: number;
}

export function timelineOf({ forecast }: PlannedForecast): Timeline {
  const { stored, spans, oddTimes, clockChanges, targets } = forecast;
  const { scenarios, timezone } = stored.plan;
  const wall = (instant: Instant) => wallTime(timezone, instant);
  return {
    scenarios: scenarios.map(({ name }) => ({
      name,
      windows: spans
        .filter(({ scenario }) => scenario === name)
        .map(({ start, end }) => ({
          from: start,
          to: end,
          length: formatDuration(end - start),
          text: `${name} is open from ${wall(start)} to ${wall(end)}`,
        })),
      omissions: oddTimes
        .filter(({ scenario, edge, kind }) => scenario === name && edge === 'start' && kind !== 'repeated')
        .map(({ at, local, kind }) => ({
          at,
          text: `no start of ${name} at ${formatWall(local)}: ${kind === 'missing' ? 'the clocks leap over it' : 'a date of Except'}`,
        })),
    })),
    targets: targets.map((target) => laneOf(forecast, target)),
    clocks: clockChanges.map((change) => ({ at: change.at, text: describeClockChange(change) })),
  };
}

function laneOf(forecast: Forecast, { target, capacities }: TargetForecast): TargetLane {
  const { stored, runs } = forecast;
  const { timezone } = stored.plan;
  const name = targetName(target);
  const levels = levelsOf(capacities.map(({ capacity }) => capacity));
  const rankOf = new Map(levels.map(({ text, rank }) => [text, rank]));
  const own = runs.filter((run) => run.at >= forecast.from);
  return {
    name,
    levels,
    holdings: holdingsOf(forecast, name),
    course: capacities.map(({ from, capacity }) => ({
      from,
      reached: Math.max(from, ...own.filter(({ at }) => at === from).map((run) => reachedBy(run, name))),
      rank: rankOf.get(formatCapacity(capacity)) ?? 0,
    })),
    outages: own.flatMap(({ at, calls }) =>
      calls
        .filter((call) => targetName(call.target) === name)
        .flatMap(({ outage }) => outage ?? [])
        // To be stopped is a capacity of its own.
        .filter(({ isUntilStart }) => !isUntilStart)
        .map((outage) => ({
          at,
          text: `${outage.affects === 'writes' ? 'no writer' : 'no service'} for ${formatRange(outage)}, some time after ${wallTime(timezone, at)}`,
        })),
    ),
    failures: own.flatMap(({ at, ends }) =>
      ends
        .filter((end) => targetName(end.target) === name && end.outcome === 'Failed')
        .map(({ reason }) => ({ at, text: `fails at ${wallTime(timezone, at)}: ${reason}` })),
    ),
  };
}

/** When a run has done its last call for a target, at the latest. */
function reachedBy({ at, calls }: ForecastEdge, name: string): Instant {
  const last = calls.findLastIndex(({ target }) => targetName(target) === name);
  return calls.slice(0, last + 1).reduce((sum, { duration }) => sum + duration.maxMs, at);
}

/** A span without the times in which a scenario of a higher priority has the target. */
function holdingsOf({ stored, spans, contests }: Forecast, name: string): TargetLane['holdings'] {
  const { scenarios, timezone } = stored.plan;
  return spans.flatMap((span) => {
    const scenario = scenarios.findIndex((each) => each.name === span.scenario);
    const isIn = scenarios[scenario]?.steps.some(({ target }) => targetName(target) === name) ?? false;
    if (!isIn) return [];
    const lost = contests.filter(
      (contest) => targetName(contest.target) === name && contest.losers.includes(span.scenario),
    );
    const parts: { from: Instant; to: Instant }[] = [];
    let from = span.start;
    for (const contest of lost.filter(({ from: begin }) => begin >= span.start && begin < span.end)) {
      if (contest.from > from) parts.push({ from, to: contest.from });
      from = contest.to;
    }
    if (from < span.end) parts.push({ from, to: span.end });
    return parts.map((part) => ({
      ...part,
      scenario,
      text: `${span.scenario} has ${name} from ${wallTime(timezone, part.from)} to ${wallTime(timezone, part.to)}`,
    }));
  });
}

/** Whether a part of it is to be seen. */
export function isSeen({ from, to }: TimelineSpan, scale: TimeScale): boolean {
  return to > scale.from && from < scale.to && xOf(scale, to) > xOf(scale, from);
}
