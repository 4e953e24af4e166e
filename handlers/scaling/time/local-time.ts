/**
 * What the calendar and the clock on a wall show, whatever their time zone: in milliseconds since 1970-01-01T00:00
 * on that wall, where every day has 24 hours.
 */
export type LocalTime = number;

/** A date on the wall's calendar, `2026-12-31`. */
export type LocalDate = string;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Reads `2026-12-24T18:00:00`; undefined where the calendar and the clock have no such time. */
export function readLocalTime(text: string): LocalTime | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}Z`);
  // February 30 is taken for March 2.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? time : undefined;
}

/** January is month 1. */
export function midnightOf(year: number, month: number, day: number): LocalTime {
  return Date.UTC(year, month - 1, day);
}

export function yearOf(time: LocalTime): number {
  return new Date(time).getUTCFullYear();
}

export function dateOf(time: LocalTime): LocalDate {
  return new Date(time).toISOString().slice(0, 10);
}

/** Sunday is 1 and Saturday is 7, as EventBridge counts. */
export function weekdayOf(time: LocalTime): number {
  return new Date(time).getUTCDay() + 1;
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
