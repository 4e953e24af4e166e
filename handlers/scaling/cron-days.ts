import { accepted, type Reading } from '../cloudformation/property-kinds.ts';
import { CRON_FIELDS, readCronValue, readCronValues, refusedTerm } from './cron-field.ts';
import { daysInMonth, midnightOf, weekdayOf } from './local-time.ts';

/** Which days of a month a cron expression means. Weekdays count from Sunday, 1. */
export type CronDays =
  | { readonly kind: 'days-of-month'; readonly days: readonly number[] }
  | { readonly kind: 'last-day' }
  /** The day itself, or the Friday before or the Monday after it. */
  | { readonly kind: 'nearest-working-day'; readonly day: number }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  | { readonly kind: 'nth-weekday'; readonly weekday: number; readonly nth: number }
  | { readonly kind: 'last-weekday'; readonly weekday: number };

const { dayOfMonth, dayOfWeek } = CRON_FIELDS;
const SATURDAY = 7;

/** From 2 to 27 the nearest working day is in the same month, whichever month it is. */
const MIN_NEAREST_DAY = 2;
const MAX_NEAREST_DAY = 27;
const MAX_WEEKS_IN_MONTH = 5;

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export function readDaysOfMonth(text: string): Reading<CronDays> {
  if (text === 'L') return accepted({ kind: 'last-day' });
  const nearest = /^(\d{1,2})W$/.exec(text)?.[1];
  if (nearest !== undefined) {
    const day = Number(nearest);
    if (day >= MIN_NEAREST_DAY && day <= MAX_NEAREST_DAY) {
      return accepted({ kind: 'nearest-working-day', day });
    }
    return refusedTerm(
      dayOfMonth,
      text,
      `the nearest working day may be in another month, and AWS doesn't say what holds then; allowed is ${MIN_NEAREST_DAY}W to ${MAX_NEAREST_DAY}W`,
    );
  }
  if (/[LW]/.test(text)) {
    return refusedTerm(
      dayOfMonth,
      text,
      'AWS documents L and W only alone, as L or 15W; write one of these, or the days as numbers',
    );
  }
  const reading = readCronValues(dayOfMonth, text);
  return reading.ok ? accepted({ kind: 'days-of-month', days: reading.value }) : reading;
}

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export function readDaysOfWeek(text: string): Reading<CronDays> {
  if (text === 'L') return accepted({ kind: 'weekdays', weekdays: [SATURDAY] });
  const last = /^(\d)L$/.exec(text)?.[1];
  const [day = '', nth, ...more] = text.split('#');
  const weekday = readCronValue(dayOfWeek, last ?? day);
  if (last !== undefined && weekday !== undefined) return accepted({ kind: 'last-weekday', weekday });
  if (nth !== undefined) {
    const isFine = weekday !== undefined && /^[1-5]$/.test(nth) && more.length === 0;
    if (isFine) return accepted({ kind: 'nth-weekday', weekday, nth: Number(nth) });
    return refusedTerm(
      dayOfWeek,
      text,
      `allowed with # is one day from 1 (Sunday) to 7 and its number in the month from 1 to ${MAX_WEEKS_IN_MONTH}, as 3#2 for the second Tuesday`,
    );
  }
  if (/L/.test(text)) {
    return refusedTerm(
      dayOfWeek,
      text,
      'AWS documents L only alone or after one number, as 6L for the last Friday',
    );
  }
  const reading = readCronValues(dayOfWeek, text);
  return reading.ok ? accepted({ kind: 'weekdays', weekdays: reading.value }) : reading;
}

/** The days in a month, in ascending order. */
export function daysOf(days: CronDays, year: number, month: number): readonly number[] {
  const length = daysInMonth(year, month);
  switch (days.kind) {
    case 'days-of-month':
      return days.days.filter((day) => day <= length);
    case 'last-day':
      return [length];
    case 'nearest-working-day':
      return [nearestWorkingDay(year, month, days.day)];
    case 'weekdays':
      return days.weekdays.flatMap((weekday) => weekdaysOf(year, month, weekday)).sort((a, b) => a - b);
    case 'nth-weekday':
      return weekdaysOf(year, month, days.weekday).slice(days.nth - 1, days.nth);
    case 'last-weekday':
      return weekdaysOf(year, month, days.weekday).slice(-1);
  }
}

function nearestWorkingDay(year: number, month: number, day: number): number {
  const weekday = weekdayOf(midnightOf(year, month, day));
  if (weekday === SATURDAY) return day - 1;
  return weekday === 1 ? day + 1 : day;
}

function weekdaysOf(year: number, month: number, weekday: number): number[] {
  const first = 1 + ((weekday - weekdayOf(midnightOf(year, month, 1)) + 7) % 7);
  const length = daysInMonth(year, month);
  return Array.from({ length: Math.floor((length - first) / 7) + 1 }, (_, week) => first + week * 7);
}
