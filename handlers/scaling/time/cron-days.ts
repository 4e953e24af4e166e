import { accepted, type Reading } from '../../cloudformation/property-kinds.ts';
import { CRON_FIELDS, findCronValue, readCronValues, refusedField } from './cron-field.ts';
import { daysInMonth, midnightOf, weekdayOf } from './local-time.ts';

/** Which days a cron expression means in each month. Weekdays count from Sunday, 1, to Saturday, 7. */
export type CronDays =
  | { readonly kind: 'days-of-month'; readonly days: readonly number[] }
  | { readonly kind: 'last-day' }
  /** The day, or the Friday before it, or the Monday after it. */
  | { readonly kind: 'nearest-working-day'; readonly day: number }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  /** None in a month that has no fifth. */
  | { readonly kind: 'nth-weekday'; readonly weekday: number; readonly nth: number }
  | { readonly kind: 'last-weekday'; readonly weekday: number };

const SUNDAY = 1;
const SATURDAY = 7;
const DAYS_IN_WEEK = 7;

/** Between these the nearest working day is in the same month, whichever month it is. */
const MIN_NEAREST_DAY = 2;
const MAX_NEAREST_DAY = 27;

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export function readDaysOfMonth(text: string): Reading<CronDays> {
  const field = CRON_FIELDS.dayOfMonth;
  if (text === 'L') return accepted({ kind: 'last-day' });
  const day = findCronValue(field, /^(\d+)W$/.exec(text)?.[1] ?? '');
  if (day !== undefined && day >= MIN_NEAREST_DAY && day <= MAX_NEAREST_DAY) {
    return accepted({ kind: 'nearest-working-day', day });
  }
  if (day !== undefined) {
    return refusedField(
      field,
      text,
      `the nearest working day can be in another month, and AWS does not say what happens then; allowed is ${MIN_NEAREST_DAY}W to ${MAX_NEAREST_DAY}W`,
    );
  }
  if (/[LW]/.test(text)) {
    return refusedField(
      field,
      text,
      'AWS documents L alone and W after one day; allowed is L, or such as 15W',
    );
  }
  const days = readCronValues(field, text);
  return days.ok ? accepted({ kind: 'days-of-month', days: days.value }) : days;
}

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export function readDaysOfWeek(text: string): Reading<CronDays> {
  const field = CRON_FIELDS.dayOfWeek;
  if (text === 'L') return accepted({ kind: 'weekdays', weekdays: [SATURDAY] });
  if (text.includes('L')) {
    const weekday = /^\dL$/.test(text) ? findCronValue(field, text.slice(0, -1)) : undefined;
    return weekday === undefined
      ? refusedField(
          field,
          text,
          'AWS documents L alone and after one number; allowed is L, the last day of the week (Saturday), or such as 6L, the last Friday of the month',
        )
      : accepted({ kind: 'last-weekday', weekday });
  }
  if (text.includes('#')) {
    const [, day = '', nth] = /^([^#]+)#([1-5])$/.exec(text) ?? [];
    const weekday = findCronValue(field, day);
    return weekday === undefined
      ? refusedField(
          field,
          text,
          'with # it is one day of the week and a number from 1 to 5, such as 3#2, the second Tuesday of the month',
        )
      : accepted({ kind: 'nth-weekday', weekday, nth: Number(nth) });
  }
  const weekdays = readCronValues(field, text);
  return weekdays.ok ? accepted({ kind: 'weekdays', weekdays: weekdays.value }) : weekdays;
}

/** The days that are meant in a month, ascending. */
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
  return weekday === SUNDAY ? day + 1 : day;
}

/** Every Monday of a month, or every Tuesday, … */
function weekdaysOf(year: number, month: number, weekday: number): number[] {
  const daysAhead = (weekday - weekdayOf(midnightOf(year, month, 1)) + DAYS_IN_WEEK) % DAYS_IN_WEEK;
  const length = Math.ceil((daysInMonth(year, month) - daysAhead) / DAYS_IN_WEEK);
  return Array.from({ length }, (_, week) => 1 + daysAhead + week * DAYS_IN_WEEK);
}
