/**
 * What the calendar and the clock on a wall show, whatever their time zone: as milliseconds since 1970-01-01T00:00
 * on that wall, every day counted with 24 hours.
 */
export type LocalTime = number;

/** A date on the wall's calendar, `2026-12-31`. */
export type LocalDate = string;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Month 1 is January. */
export function midnightOf(year: number, month: number, day: number): LocalTime {
  return Date.UTC(year, month - 1, day);
}

export function yearOf(time: LocalTime): number {
  return new Date(time).getUTCFullYear();
}

export function dateOf(time: LocalTime): LocalDate {
  return new Date(time).toISOString().slice(0, 10);
}

/** 1 is Sunday and 7 is Saturday, as EventBridge counts. */
export function weekdayOf(time: LocalTime): number {
  return new Date(time).getUTCDay() + 1;
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
