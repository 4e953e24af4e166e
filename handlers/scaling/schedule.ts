import { ProviderError } from '../errors.ts';
import { nextLocalTime, previousLocalTime } from './cron-calendar.ts';
import { type Expression, type LocalDate, meaningOf } from './expression.ts';
import type { Instant } from './instant.ts';
import { DAY_MS, dateOf, MINUTE_MS } from './local-time.ts';
import { firstInstantOf, latestLocalTimeUntil, localTimeAt } from './time-zone.ts';

/** No zone's clocks leap further, or are put back further: a day, at the date line. */
const MAX_SKIPPED_TIMES = (2 * DAY_MS) / MINUTE_MS;

/**
 * When an expression fires next, strictly after an instant; undefined where it never does again. A local time that does not exist is skipped, and
 * one that comes twice fires the first time.
 * @param except Local dates on which it doesn't fire. Default: none.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */
export function nextOccurrence(
  expression: Expression,
  zone: string,
  after: Instant,
  except: readonly LocalDate[] = [],
): Instant | undefined {
  const meaning = meaningOf(expression);
  if (meaning.kind === 'at') {
    const instant = oneTime(meaning.time, zone, except);
    return instant !== undefined && instant > after ? instant : undefined;
  }
  let time = localTimeAt(zone, after);
  for (let skipped = 0; skipped <= MAX_SKIPPED_TIMES; skipped++) {
    const next = nextLocalTime(meaning.calendar, time, except);
    if (next === undefined) return undefined;
    const instant = firstInstantOf(zone, next);
    if (instant !== undefined && instant > after) return instant;
    time = next;
  }
  throw tooManySkipped(expression, zone);
}

/** When an expression fired last, at an instant or before; undefined where it never did. Otherwise as `nextOccurrence`. */
export function previousOccurrence(
  expression: Expression,
  zone: string,
  atOrBefore: Instant,
  except: readonly LocalDate[] = [],
): Instant | undefined {
  const meaning = meaningOf(expression);
  if (meaning.kind === 'at') {
    const instant = oneTime(meaning.time, zone, except);
    return instant !== undefined && instant <= atOrBefore ? instant : undefined;
  }
  let time = latestLocalTimeUntil(zone, atOrBefore);
  for (let skipped = 0; skipped <= MAX_SKIPPED_TIMES; skipped++) {
    const previous = previousLocalTime(meaning.calendar, time, except);
    if (previous === undefined) return undefined;
    const instant = firstInstantOf(zone, previous);
    if (instant !== undefined && instant <= atOrBefore) return instant;
    time = previous - MINUTE_MS;
  }
  throw tooManySkipped(expression, zone);
}

function oneTime(time: number, zone: string, except: readonly LocalDate[]): Instant | undefined {
  return except.includes(dateOf(time)) ? undefined : firstInstantOf(zone, time);
}

function tooManySkipped({ text }: Expression, zone: string): ProviderError {
  return new ProviderError(
    'InternalFailure',
    `${text} in ${zone} meets more than ${MAX_SKIPPED_TIMES} local times in a row that don't exist or are past`,
  );
}
