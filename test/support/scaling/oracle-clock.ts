import type { Instant } from '../../../handlers/scaling/time/instant.ts';

/** What the clocks of a zone show in one minute, asked of `Intl` and of nothing of ours. */
export interface ClockMinute {
  readonly instant: Instant;
  /** `2026-03-08T01:59` */
  readonly shown: string;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** Sunday is 1. */
  readonly weekday: number;
  /** Not so where the clocks were put back and have shown it before. */
  readonly isFirst: boolean;
}

const MINUTE_MS = 60_000;
/** Before the span, so that what its first minutes have shown before is known. */
const LEAD_MINUTES = 2 * 24 * 60;

/** Every minute of a span in which the clocks of a zone may be changed. @param to Not included. */
export function walkClock(zone: string, from: Instant, to: Instant): readonly ClockMinute[] {
  // Swedish dates are ISO 8601's: 2026-03-08 01:59.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const seen = new Set<string>();
  const minutes: ClockMinute[] = [];
  for (let instant = from - LEAD_MINUTES * MINUTE_MS; instant < to; instant += MINUTE_MS) {
    const shown = format.format(instant).replace(' ', 'T');
    const isFirst = !seen.has(shown);
    seen.add(shown);
    if (instant >= from) minutes.push({ instant, shown, ...partsOf(shown), isFirst });
  }
  return minutes;
}

function partsOf(shown: string): Omit<ClockMinute, 'instant' | 'shown' | 'isFirst'> {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = shown.split(/[-T:]/).map(Number);
  const weekday = new Date(`${shown.slice(0, 10)}T00:00Z`).getUTCDay() + 1;
  return { year, month, day, hour, minute, weekday };
}
