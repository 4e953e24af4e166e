const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
/** 1970-01-04T00:00:00Z, a Sunday. */
const FIRST_SUNDAY_MS = 3 * 24 * 60 * MINUTE_MS;

/**
 * When a window such as `sun:05:00-sun:05:30` (UTC) begins next.
 * @throws Error for another text.
 */
export function nextMaintenance(window: string, now: number): number {
  const [, day = '', hour, minute] = /^([a-z]{3}):(\d\d):(\d\d)-[a-z]{3}:\d\d:\d\d$/.exec(window) ?? [];
  const dayOfWeek = DAYS.indexOf(day);
  if (dayOfWeek === -1) throw new Error(`${window} is no maintenance window`);
  const offset = ((dayOfWeek * 24 + Number(hour)) * 60 + Number(minute)) * MINUTE_MS;
  const weeks = Math.floor((now - FIRST_SUNDAY_MS - offset) / WEEK_MS) + 1;
  return FIRST_SUNDAY_MS + offset + weeks * WEEK_MS;
}
