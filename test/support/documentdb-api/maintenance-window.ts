const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-04T00:00:00Z, a Sunday. */
const FIRST_SUNDAY_MS = 3 * DAY_MS;
const MIN_WINDOW_MS = 30 * MINUTE_MS;

const MOMENT = `(?:${DAYS.join('|')}):(?:[01]\\d|2[0-3]):[0-5]\\d`;
const WINDOW = new RegExp(`^(${MOMENT})-(${MOMENT})$`);

/** `sun:05:00-sun:05:30`, in UTC, of half an hour at least. */
export function isMaintenanceWindow(window: string): boolean {
  const [, start, end] = WINDOW.exec(window) ?? [];
  if (start === undefined || end === undefined) return false;
  return (sinceSunday(end) - sinceSunday(start) + WEEK_MS) % WEEK_MS >= MIN_WINDOW_MS;
}

/**
 * When a window begins next.
 * @throws Error for what is none.
 */
export function nextMaintenance(window: string, now: number): number {
  const [, start] = WINDOW.exec(window) ?? [];
  if (start === undefined) throw new Error(`${window} is no maintenance window`);
  const first = FIRST_SUNDAY_MS + sinceSunday(start);
  return first + (Math.floor((now - first) / WEEK_MS) + 1) * WEEK_MS;
}

function sinceSunday(moment: string): number {
  const [day = '', hour, minute] = moment.split(':');
  return DAYS.indexOf(day) * DAY_MS + (Number(hour) * 60 + Number(minute)) * MINUTE_MS;
}
