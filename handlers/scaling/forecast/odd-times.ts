import type { Plan, Scenario } from '../plan/plan.ts';
import { nextLocalTime } from '../time/cron-calendar.ts';
import { type Expression, meaningOf } from '../time/expression.ts';
import type { Instant } from '../time/instant.ts';
import { DAY_MS, dateOf, type LocalTime, readLocalTime } from '../time/local-time.ts';
import { firstInstantOf } from '../time/time-zone-offsets.ts';
import { type ClockChange, shiftMs } from './clock-changes.ts';

/** A time that an expression means, and that goes otherwise than on other days. */
export interface OddTime {
  readonly scenario: string;
  readonly edge: 'start' | 'end';
  /** On the wall. */
  readonly local: LocalTime;
  readonly kind: /** A date of `Except`: it doesn't start. */
    | 'excepted'
    /** The clocks leap over it: it doesn't fire. */
    | 'missing'
    /** The clocks show it twice: it fires the first time only. */
    | 'repeated';
  /** When it would have been, or is; where there is no such time, when the clocks are changed. */
  readonly at: Instant;
}

/** So many of one expression are told of a day, or of a change of the clocks. */
const MAX_TIMES = 400;

export interface OddTimesAsked {
  readonly plan: Plan;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  /** Of that span. */
  readonly changes: readonly ClockChange[];
}

/** In the order of time. */
export function oddTimes(asked: OddTimesAsked): readonly OddTime[] {
  const { plan, changes } = asked;
  return plan.scenarios
    .flatMap((scenario) => [
      ...exceptedStarts(scenario, asked),
      ...changes.flatMap((change) => aroundChange(scenario, plan.timezone, change)),
    ])
    .sort((a, b) => a.at - b.at || a.local - b.local);
}

function exceptedStarts(
  { name, start, except }: Scenario,
  { from, to, plan: { timezone } }: OddTimesAsked,
): readonly OddTime[] {
  return except.flatMap((date) => {
    const midnight = readLocalTime(`${date}T00:00:00`);
    const times = midnight === undefined ? [] : localTimesIn(start, midnight, midnight + DAY_MS);
    return times.flatMap((local): OddTime[] => {
      const at = firstInstantOf(timezone, local);
      if (at === undefined || at < from || at >= to) return [];
      return [{ scenario: name, edge: 'start', local, kind: 'excepted', at }];
    });
  });
}

function aroundChange(
  { name, start, end, except }: Scenario,
  zone: string,
  change: ClockChange,
): readonly OddTime[] {
  const [first, last] = [Math.min(change.before, change.after), Math.max(change.before, change.after)];
  const kind = shiftMs(change) > 0 ? 'missing' : 'repeated';
  const oddTime = (edge: OddTime['edge'], local: LocalTime): OddTime => {
    const at = firstInstantOf(zone, local) ?? change.at;
    return { scenario: name, edge, local, kind, at };
  };
  const starts = localTimesIn(start, first, last).filter((local) => !except.includes(dateOf(local)));
  const ends = end.kind === 'expression' ? localTimesIn(end.expression, first, last) : [];
  return [...starts.map((local) => oddTime('start', local)), ...ends.map((local) => oddTime('end', local))];
}

/** @param to Not included. */
function localTimesIn(expression: Expression, from: LocalTime, to: LocalTime): LocalTime[] {
  const meaning = meaningOf(expression);
  if (meaning.kind === 'at') return meaning.time >= from && meaning.time < to ? [meaning.time] : [];
  const times: LocalTime[] = [];
  let time = nextLocalTime(meaning.calendar, from - 1, []);
  while (time !== undefined && time < to && times.length < MAX_TIMES) {
    times.push(time);
    time = nextLocalTime(meaning.calendar, time, []);
  }
  return times;
}
