import type { Scenario } from '../../../handlers/scaling/plan/plan.ts';
import type { Instant } from '../../../handlers/scaling/time/instant.ts';
import type { ClockMinute } from './oracle-clock.ts';

/**
 * Says minute by minute what a schedule does, by looking at the clock on the wall and at the expression's text. It
 * is slow and simple, and shares no code with what it is held against.
 */

/** A window as the walk has seen it; without an end where the walk ended before. */
export interface SeenWindow {
  readonly start: Instant;
  end?: Instant;
}

/** Says whether an expression fires in a minute: it means what the clock shows, and shows for the first time. */
export function firing(text: string): (minute: ClockMinute) => boolean {
  if (text.startsWith('at(')) return (minute) => minute.isFirst && text === `at(${minute.shown}:00)`;
  const fields = text.slice('cron('.length, -1).split(' ');
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  return (minute) =>
    minute.isFirst &&
    means(minutes, minute.minute, 0, 59) &&
    means(hours, minute.hour, 0, 23) &&
    means(month, minute.month, 1, 12) &&
    means(year, minute.year, 1970, 2199) &&
    (dayOfMonth === '?' ? meansWeekday(dayOfWeek, minute) : meansDay(dayOfMonth, minute));
}

/** The windows of a scenario that start in a walk, in order. */
export function windowsSeen(scenario: Scenario, minutes: readonly ClockMinute[]): readonly SeenWindow[] {
  const windows: SeenWindow[] = [];
  let open: SeenWindow[] = [];
  const starts = firing(scenario.start.text);
  const ends = scenario.end.kind === 'expression' ? firing(scenario.end.expression.text) : () => false;
  for (const minute of minutes) {
    const { instant } = minute;
    if (ends(minute)) {
      for (const window of open) window.end = instant;
      open = [];
    }
    if (!starts(minute) || scenario.except.includes(minute.shown.slice(0, 10))) continue;
    const window: SeenWindow = { start: instant };
    if (scenario.end.kind === 'duration') window.end = instant + scenario.end.durationMs;
    windows.push(window);
    open.push(window);
  }
  return windows;
}

const NAMES: Readonly<Record<string, number>> = Object.fromEntries([
  ...['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'].map((name, index) => [name, index + 1]),
  ...['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'].map(
    (name, index) => [name, index + 1],
  ),
]);

function means(field: string, value: number, min: number, max: number): boolean {
  if (field === '*') return true;
  return field.split(',').some((term) => {
    const [range = '', step] = term.split('/');
    const [first = '', last] = range === '*' ? [`${min}`, `${max}`] : range.split('-');
    const from = numberOf(first);
    const to = last === undefined ? (step === undefined ? from : max) : numberOf(last);
    return from <= value && value <= to && (value - from) % Number(step ?? 1) === 0;
  });
}

function meansDay(field: string, { year, month, day, weekday }: ClockMinute): boolean {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (field === 'L') return day === length;
  if (!field.endsWith('W')) return means(field, day, 1, 31);
  const wanted = Number(field.slice(0, -1));
  const isMonday = weekday === 2;
  const isFriday = weekday === 6;
  const isWorkingDay = weekday >= 2 && weekday <= 6;
  // A Friday stands in for the Saturday after it, a Monday for the Sunday before.
  return (
    isWorkingDay && (day === wanted || (isFriday && day + 1 === wanted) || (isMonday && day - 1 === wanted))
  );
}

function meansWeekday(field: string, { year, month, day, weekday }: ClockMinute): boolean {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (field === 'L') return weekday === 7;
  if (field.endsWith('L')) return weekday === numberOf(field.slice(0, -1)) && day + 7 > length;
  const [wanted = '', nth] = field.split('#');
  if (nth !== undefined) return weekday === numberOf(wanted) && Math.ceil(day / 7) === Number(nth);
  return means(field, weekday, 1, 7);
}

function numberOf(text: string): number {
  return NAMES[text] ?? Number(text);
}
