import { Temporal } from 'temporal-polyfill';
import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';

/** The longest name of the database has 32. */
const MAX_NAME_CHARACTERS = 64;

/**
 * Reads the name of a time zone, spelled as the IANA database spells it; an alias such as `US/Eastern` is a name too.
 * EventBridge Scheduler goes by the same database. An offset such as `+09:00` is none of its names.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#time-zones
 */
export function readTimeZone(given: unknown): Reading<string> {
  if (typeof given !== 'string' || given.length > MAX_NAME_CHARACTERS) return refused();
  const shown = JSON.stringify(given);
  if (/^(UTC|GMT)?[+\-−]\d\d?(:?\d\d)?$/i.test(given) && !/^GMT[+-]0$/.test(given)) {
    return refused(
      `${shown} is an offset, and a zone is named by its place; write such as "Asia/Tokyo", or "UTC"`,
    );
  }
  const name = findName(given);
  if (name === undefined) {
    return refused(
      `${shown} is no name of the IANA time zone database; write such as "Europe/Berlin", "America/New_York" or "UTC"`,
    );
  }
  return name === given
    ? accepted(name)
    : refused(`${shown} is spelled ${JSON.stringify(name)} in the IANA time zone database`);
}

/** The database's spelling of a name. */
function findName(text: string): string | undefined {
  // ICU has these besides the database's.
  if (/^systemv\//i.test(text)) return undefined;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
