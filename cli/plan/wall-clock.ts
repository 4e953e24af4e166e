import type { Instant } from '../../handlers/scaling/time/instant.ts';
import type { LocalTime } from '../../handlers/scaling/time/local-time.ts';
import { localTimeAt } from '../../handlers/scaling/time/time-zone-offsets.ts';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** What the clocks on a wall in the zone show: `Sun 2026-10-25 00:30`. */
export function wallTime(zone: string, instant: Instant): string {
  return formatWall(localTimeAt(zone, instant));
}

/** `Sun 2026-10-25 00:30` */
export function formatWall(time: LocalTime): string {
  const text = new Date(time).toISOString();
  return `${weekday(time)} ${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

/** `00:30` */
export function formatClock(time: LocalTime): string {
  return new Date(time).toISOString().slice(11, 16);
}

/** `2026-10-24 22:30Z` */
export function utcTime(instant: Instant): string {
  const text = new Date(instant).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)}Z`;
}

/** With the offset from UTC, as JSON has it: `2026-10-25T00:30:00+02:00`. */
export function isoLocal(zone: string, instant: Instant): string {
  const local = localTimeAt(zone, instant);
  const minutes = Math.round((local - instant) / 60_000);
  const sign = minutes < 0 ? '-' : '+';
  const part = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const offset = `${sign}${part(Math.abs(minutes) / 60)}:${part(Math.abs(minutes) % 60)}`;
  return `${new Date(local).toISOString().slice(0, 19)}${offset}`;
}

export function weekday(time: LocalTime): string {
  return WEEKDAYS[new Date(time).getUTCDay()] ?? '';
}
