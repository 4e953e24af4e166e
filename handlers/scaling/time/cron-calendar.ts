import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';
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

/** The times that a cron expression means on the wall, in whatever zone. All values are ascending. */
export interface CronCalendar {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: CronDays;
  readonly months: readonly number[];
  /** 1970 to 2199 at most: no search goes further. */
  readonly years: readonly number[];
}

const FIELD_NAMES = Object.values(CRON_FIELDS).map(({ name }) => name);

/**
 * Reads what stands between the brackets of `cron(…)`.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function readCronCalendar(text: string): Reading<CronCalendar> {
  const fields = text.split(/ +/);
  if (fields.length !== FIELD_NAMES.length || fields.includes('')) return refused(fieldsMistake(fields));
  const [minutesText = '', hoursText = '', dayOfMonth = '', monthText = '', dayOfWeek = '', yearText = ''] =
    fields;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    return refused(
      `its day-of-month field is ${JSON.stringify(dayOfMonth)} and its day-of-week field is ${JSON.stringify(dayOfWeek)}: exactly one of the two must be ?`,
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

/** AWS's pages differ in whether the year can be left out: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
function fieldsMistake(fields: readonly string[]): string {
  const asked = `it has the ${FIELD_NAMES.length} fields ${FIELD_NAMES.join(' ')}`;
  const count = fields.filter((field) => field !== '').length;
  if (count === FIELD_NAMES.length) return `${asked}, and no space in front of them or behind`;
  return `${asked}, here there are ${count}${count === 5 ? '; write * for every year' : ''}`;
}

/** The first time of the calendar that is later than another, on none of the dates. */
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
      const first = midnightOf(year, month, 1);
      for (const day of daysOf(calendar.days, year, month)) {
        const midnight = first + (day - 1) * DAY_MS;
        if (midnight + DAY_MS <= after || isAmong(except, midnight)) continue;
        const time = firstTimeAfter(calendar, after - midnight);
        if (time !== undefined) return midnight + time;
      }
    }
  }
  return undefined;
}

/** The last time of the calendar that is not later than another, on none of the dates. */
export function previousLocalTime(
  calendar: CronCalendar,
  until: LocalTime,
  except: readonly LocalDate[],
): LocalTime | undefined {
  const lastYear = yearOf(until);
  for (const year of calendar.years.toReversed()) {
    if (year > lastYear) continue;
    for (const month of calendar.months.toReversed()) {
      const first = midnightOf(year, month, 1);
      if (first > until) continue;
      for (const day of daysOf(calendar.days, year, month).toReversed()) {
        const midnight = first + (day - 1) * DAY_MS;
        if (midnight > until || isAmong(except, midnight)) continue;
        const time = lastTimeUntil(calendar, until - midnight);
        if (time !== undefined) return midnight + time;
      }
    }
  }
  return undefined;
}

function isAmong(dates: readonly LocalDate[], midnight: LocalTime): boolean {
  return dates.length > 0 && dates.includes(dateOf(midnight));
}

/** Times of a day are in milliseconds after midnight. */
function firstTimeAfter({ hours, minutes }: CronCalendar, after: number): number | undefined {
  for (const hour of hours) {
    if ((hour + 1) * HOUR_MS <= after) continue;
    for (const minute of minutes) {
      const time = hour * HOUR_MS + minute * MINUTE_MS;
      if (time > after) return time;
    }
  }
  return undefined;
}

function lastTimeUntil({ hours, minutes }: CronCalendar, until: number): number | undefined {
  for (const hour of hours.toReversed()) {
    if (hour * HOUR_MS > until) continue;
    for (const minute of minutes.toReversed()) {
      const time = hour * HOUR_MS + minute * MINUTE_MS;
      if (time <= until) return time;
    }
  }
  return undefined;
}
