import { accepted, type Reading, refused } from '../cloudformation/property-kinds.ts';
import { type CronDays, daysOf, readDaysOfMonth, readDaysOfWeek } from './cron-days.ts';
import { CRON_FIELDS, readCronValues } from './cron-field.ts';
import {
  DAY_MS,
  dateOf,
  HOUR_MS,
  type LocalDate,
  type LocalTime,
  MINUTE_MS,
  midnightOf,
  yearOf,
} from './local-time.ts';

/** What a cron expression means on a wall's calendar and clock, no zone being known. Values in ascending order. */
export interface CronCalendar {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: CronDays;
  readonly months: readonly number[];
  readonly years: readonly number[];
}

const FIELD_NAMES = 'minutes hours day-of-month month day-of-week year';

/** Reads what stands in `cron(…)`. */
export function readCronCalendar(text: string): Reading<CronCalendar> {
  const fields = text.split(/ +/);
  const [minutesText = '', hoursText = '', dayOfMonth = '', monthText = '', dayOfWeek = '', yearText = ''] =
    fields;
  if (fields.length !== 6 || fields.includes('')) {
    const hint = fields.length === 5 ? '; write * as the sixth for every year' : '';
    return refused(
      `it must have the six fields ${FIELD_NAMES} with spaces between them, and has ${fields.filter((field) => field !== '').length}${hint}`,
    );
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    return refused(
      `its day-of-month field is ${JSON.stringify(dayOfMonth)} and its day-of-week field is ${JSON.stringify(dayOfWeek)}: exactly one of them must be ?`,
    );
  }
  const minutes = readCronValues(CRON_FIELDS.minutes, minutesText);
  if (!minutes.ok) return minutes;
  const hours = readCronValues(CRON_FIELDS.hours, hoursText);
  if (!hours.ok) return hours;
  const days = dayOfWeek === '?' ? readDaysOfMonth(dayOfMonth) : readDaysOfWeek(dayOfWeek);
  if (!days.ok) return days;
  const months = readCronValues(CRON_FIELDS.month, monthText);
  if (!months.ok) return months;
  const years = readCronValues(CRON_FIELDS.year, yearText);
  if (!years.ok) return years;
  return accepted({
    minutes: minutes.value,
    hours: hours.value,
    days: days.value,
    months: months.value,
    years: years.value,
  });
}

/** The first time that the calendar means after another, on none of the dates in `except`. */
export function nextLocalTime(
  calendar: CronCalendar,
  after: LocalTime,
  except: readonly LocalDate[],
): LocalTime | undefined {
  const firstYear = yearOf(after);
  for (const year of calendar.years) {
    if (year < firstYear) continue;
    for (const month of calendar.months) {
      if (midnightOf(year, month + 1, 1) <= after) continue;
      for (const day of daysOf(calendar.days, year, month)) {
        const midnight = midnightOf(year, month, day);
        if (midnight + DAY_MS <= after || isExcepted(midnight, except)) continue;
        const time = timesOfDay(calendar).find((time) => midnight + time > after);
        if (time !== undefined) return midnight + time;
      }
    }
  }
  return undefined;
}

/** The last time that the calendar means up to another (included), on none of the dates in `except`. */
export function previousLocalTime(
  calendar: CronCalendar,
  until: LocalTime,
  except: readonly LocalDate[],
): LocalTime | undefined {
  const lastYear = yearOf(until);
  for (const year of calendar.years.toReversed()) {
    if (year > lastYear) continue;
    for (const month of calendar.months.toReversed()) {
      if (midnightOf(year, month, 1) > until) continue;
      for (const day of daysOf(calendar.days, year, month).toReversed()) {
        const midnight = midnightOf(year, month, day);
        if (midnight > until || isExcepted(midnight, except)) continue;
        const time = timesOfDay(calendar).findLast((time) => midnight + time <= until);
        if (time !== undefined) return midnight + time;
      }
    }
  }
  return undefined;
}

function isExcepted(midnight: LocalTime, except: readonly LocalDate[]): boolean {
  return except.length > 0 && except.includes(dateOf(midnight));
}

/** In milliseconds after midnight. */
function timesOfDay({ hours, minutes }: CronCalendar): number[] {
  return hours.flatMap((hour) => minutes.map((minute) => hour * HOUR_MS + minute * MINUTE_MS));
}
