import { ProviderError } from '../../errors.ts';
import { nextLocalTime, previousLocalTime } from './cron-calendar.ts';
import { type Expression, meaningOf } from './expression.ts';
import type { Instant } from './instant.ts';
import { dateOf, type LocalDate, type LocalTime } from './local-time.ts';
import { firstInstantOf, gapAround, latestLocalTimeUntil } from './time-zone-offsets.ts';

/** Until 2199 an expression that means only times that clocks leap over meets one gap a year, in some zones two. */
const MAX_SKIPPED_GAPS = 1000;

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
  let shown = latestLocalTimeUntil(zone, after);
  for (let skipped = 0; skipped <= MAX_SKIPPED_GAPS; skipped++) {
    const next = nextLocalTime(meaning.calendar, shown, except);
    if (next === undefined) return undefined;
    const instant = firstInstantOf(zone, next);
    if (instant !== undefined) return instant;
    shown = gapAround(zone, next).until - 1;
  }
  throw tooManyGaps(expression, zone);
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
  let shown = latestLocalTimeUntil(zone, atOrBefore);
  for (let skipped = 0; skipped <= MAX_SKIPPED_GAPS; skipped++) {
    const previous = previousLocalTime(meaning.calendar, shown, except);
    if (previous === undefined) return undefined;
    const instant = firstInstantOf(zone, previous);
    if (instant !== undefined) return instant;
    shown = gapAround(zone, previous).from - 1;
  }
  throw tooManyGaps(expression, zone);
}

function onlyInstant(time: LocalTime, zone: string, except: readonly LocalDate[]): Instant | undefined {
  return except.includes(dateOf(time)) ? undefined : firstInstantOf(zone, time);
}

function tooManyGaps({ text }: Expression, zone: string): ProviderError {
  return new ProviderError(
    'InternalFailure',
    `${text} in ${zone} falls into more than ${MAX_SKIPPED_GAPS} gaps of its clocks in a row`,
  );
}
