import { Cron } from 'croner';
import type { Instant } from '../../../handlers/scaling/time/instant.ts';

/**
 * An expression's next times as croner 11 computes them, an implementation by others. It reads other words for some
 * of what AWS writes, and does otherwise where clocks are changed.
 */
export function cronerTimes(text: string, zone: string, after: Instant, count: number): readonly Instant[] {
  const cron = new Cron(cronerPattern(text), {
    timezone: zone,
    paused: true,
    mode: '7-part',
    // Sunday is 1.
    alternativeWeekdays: true,
  });
  return cron.nextRuns(count, new Date(after)).map((date) => date.getTime());
}

const LAST_VALUES = ['59', '23', '31', '12', '7', '2199'];

/** `cron(0/15 0 ? * 6L *)` is croner's `0 0-59/15 0 * * 6#L *`: it has seconds, and steps need a range. */
function cronerPattern(text: string): string {
  const fields = text.slice('cron('.length, -1).split(' ');
  const [minutes, hours, day, month, weekday, year] = fields.map((field, index) =>
    field.replaceAll(/(^|,)(\d+)\//g, `$1$2-${LAST_VALUES[index]}/`).replace('?', '*'),
  );
  return [
    '0',
    minutes,
    hours,
    day,
    month,
    weekday?.replace(/^L$/, '7').replace(/^(\d)L$/, '$1#L'),
    year,
  ].join(' ');
}

/** Whether the clocks of a zone are changed within a day and a half of an instant. */
export function isNearClockChange(zone: string, instant: Instant): boolean {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsets = [-1.5, -0.75, 0, 0.75, 1.5].map((days) =>
    format
      .format(instant + days * 24 * 60 * 60_000)
      .split(' ')
      .at(-1),
  );
  return new Set(offsets).size > 1;
}
