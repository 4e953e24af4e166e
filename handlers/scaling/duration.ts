import { accepted, type Reading, refused } from '../cloudformation/property-kinds.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './local-time.ts';

const MIN_DURATION_MS = MINUTE_MS;
const MAX_DURATION_DAYS = 366;

const ALLOWED = 'write days, hours and minutes as ISO 8601 does, such as PT4H30M, PT90M or P1DT12H';
const PATTERN = /^P(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?)?$/;

/**
 * An ISO 8601 duration of days (24 hours each, whatever the clocks do), hours and minutes, in milliseconds: from a
 * minute to 366 days. EventBridge Scheduler works to the minute, so seconds are refused.
 */
export function readDuration(given: unknown): Reading<number> {
  const shown = JSON.stringify(typeof given === 'string' ? given.slice(0, 64) : given);
  if (typeof given !== 'string') return refused(`${shown} is no text; ${ALLOWED}`);
  const found = PATTERN.exec(given);
  if (found === null || given === 'P') return refused(`${shown} ${mistakeIn(given)}; ${ALLOWED}`);
  const [days = '0', hours = '0', minutes = '0'] = found.slice(1);
  const durationMs = Number(days) * DAY_MS + Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  if (durationMs < MIN_DURATION_MS) return refused(`${shown} is no time at all; allowed is PT1M at least`);
  if (durationMs > MAX_DURATION_DAYS * DAY_MS) {
    return refused(`${shown} is too long; allowed is P${MAX_DURATION_DAYS}D at most`);
  }
  return accepted(durationMs);
}

function mistakeIn(given: string): string {
  if (/^P\d+[YM]/.test(given)) return 'counts years or months, which are not all equally long';
  if (/^P\d+W$/.test(given)) return 'counts weeks';
  if (/^P.*T.*\d+S$/.test(given)) return 'counts seconds, where EventBridge Scheduler works to the minute';
  if (/[.,]/.test(given)) return 'has a fraction';
  return 'is no duration';
}
