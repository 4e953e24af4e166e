import { ProviderError } from '../errors.ts';
import { nextLocalTime, previousLocalTime } from './cron-calendar.ts';
import { type Expression, meaningOf } from './expression.ts';
import type { Instant } from './instant.ts';
import { DAY_MS, dateOf, type LocalDate, type LocalTime, MINUTE_MS } from './local-time.ts';
import { firstInstantOf, latestLocalTimeUntil, localTimeAt } from './time-zone-offsets.ts';

/**
 * So many times of an expression in a row may not exist, or be shown for the second time. An expression of every
 * minute meets a day of them where a zone moves over the date line; one that means only the hour that is left out
 * each spring meets 230 until 2199.
 */
const MAX_SKIPPED_TIMES = (2 * DAY_MS) / MINUTE_MS;

/**
 * When an expression fires first after an instant; undefined where it never does again.
 *
 * A local time that does not exist is skipped, and one that comes twice fires the first time only, as EventBridge
 * Scheduler documents both for `cron`. For `at` it documents neither: we take the same.
 * @param after Not included.
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
    const instant = onlyInstant(meaning.time, zone, except);
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

/**
 * When an expression fired last, up to an instant; undefined where it never did. All else is as in `nextOccurrence`.
 * @param atOrBefore Included.
 */
export function previousOccurrence(
  expression: Expression,
  zone: string,
  atOrBefore: Instant,
  except: readonly LocalDate[] = [],
): Instant | undefined {
  const meaning = meaningOf(expression);
  if (meaning.kind === 'at') {
    const instant = onlyInstant(meaning.time, zone, except);
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

function onlyInstant(time: LocalTime, zone: string, except: readonly LocalDate[]): Instant | undefined {
  return except.includes(dateOf(time)) ? undefined : firstInstantOf(zone, time);
}

function tooManySkipped({ text }: Expression, zone: string): ProviderError {
  return new ProviderError(
    'InternalFailure',
    `${text} in ${zone} meets more than ${MAX_SKIPPED_TIMES} local times in a row that do not exist or come twice`,
  );
}
