import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './local-time.ts';

const MIN_DURATION_MINUTES = 1;
const MAX_DURATION_DAYS = 366;
/** Of the longest that is allowed, in minutes, with zeros in front. */
const MAX_TEXT_CHARACTERS = 32;

const DURATION = /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?)?$/;
const SHAPE = 'write days, hours and minutes, such as PT4H30M, PT90M or P1DT12H';

/**
 * Reads a duration of ISO 8601 in days, hours and minutes: from a minute to 366 days, in milliseconds. It is elapsed
 * time, so a day is 24 hours, whatever the clocks on the wall do.
 */
export function readDuration(given: unknown): Reading<number> {
  if (typeof given !== 'string') return refused();
  if (given.length > MAX_TEXT_CHARACTERS) {
    return refused(`a text of ${given.length} characters is no duration; ${SHAPE}`);
  }
  const shown = JSON.stringify(given);
  const found = DURATION.exec(given);
  if (found === null) return refused(`${shown} ${mistakeIn(given)}; ${SHAPE}`);
  const [days = '0', hours = '0', minutes = '0'] = found.slice(1);
  const durationMs = Number(days) * DAY_MS + Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  if (durationMs < MIN_DURATION_MINUTES * MINUTE_MS) {
    return refused(`${shown} is shorter than PT${MIN_DURATION_MINUTES}M, the shortest that is allowed`);
  }
  if (durationMs > MAX_DURATION_DAYS * DAY_MS) {
    return refused(`${shown} is longer than P${MAX_DURATION_DAYS}D, the longest that is allowed`);
  }
  return accepted(durationMs);
}

function mistakeIn(text: string): string {
  if (/^P[\d.,]*[YM]/.test(text)) return 'has years or months, which differ in length';
  if (/^P[\d.,]+W$/.test(text)) return 'is in weeks, which stand alone in ISO 8601';
  if (/^P.*\d[.,]\d/.test(text)) return 'has a fraction';
  if (/^P.*\dS$/.test(text)) return 'has seconds, and EventBridge Scheduler goes by the minute';
  return 'is no duration of ISO 8601';
}
