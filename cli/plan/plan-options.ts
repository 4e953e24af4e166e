import { InvalidArgumentError } from 'commander';
import type { Instant } from '../../handlers/scaling/time/instant.ts';
import { DAY_MS, type LocalDate, readLocalTime } from '../../handlers/scaling/time/local-time.ts';

/** A point in time, as `--from` and `--to` take it. */
export type Moment =
  | { readonly kind: 'instant'; readonly instant: Instant }
  /** The first moment of that day in the plan's zone. */
  | { readonly kind: 'date'; readonly date: LocalDate };

const YEARS = { least: 2000, most: 2199 };

/** `2026-10-25`, or an instant such as `2026-10-25T00:30:00Z` or `2026-10-25T00:30+02:00`. */
export function readMoment(text: string): Moment {
  const date = /^(\d{4}-\d{2}-\d{2})$/.exec(text)?.[1];
  if (date !== undefined && isOfOurTime(readLocalTime(`${date}T00:00:00`))) return { kind: 'date', date };
  const [, day, time, seconds = ':00'] =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(?:Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  const isOnCalendar = isOfOurTime(readLocalTime(`${day}T${time}${seconds}`));
  const instant = isOnCalendar ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant)) return { kind: 'instant', instant };
  throw new InvalidArgumentError(
    `A date of the plan's zone is allowed, such as 2026-10-25, or an instant with its offset, such as 2026-10-25T00:30:00Z; from ${YEARS.least} to ${YEARS.most}.`,
  );
}

function isOfOurTime(time: number | undefined): boolean {
  if (time === undefined) return false;
  const year = new Date(time).getUTCFullYear();
  return year >= YEARS.least && year <= YEARS.most;
}

/** Collects `--parameter`, which may be repeated. */
export function readTemplateParameter(
  text: string,
  former: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [, name, value] = /^([A-Za-z0-9]{1,255})=(.{0,4096})$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Name=value is allowed, with the name of a parameter of the template.');
  }
  if (former.has(name)) throw new InvalidArgumentError(`The parameter ${name} is there twice.`);
  return new Map([...former, [name, value]]);
}

/** A plan's id: the resource's attribute PlanId. */
export function readPlanId(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'The resource\'s attribute PlanId is allowed: letters, digits, "-" and "_".',
  );
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export function readTableName(text: string): string {
  if (/^[A-Za-z0-9_.-]{3,255}$/.test(text)) return text;
  throw new InvalidArgumentError('3 to 255 letters, digits, "_", "-" and "." are allowed.');
}

/** How much time is shown where `--to` doesn't say. */
export const DEFAULT_DAYS = 7;
/** A leap year. */
export const MAX_DAYS = 366;
export const MAX_SPAN_MS = MAX_DAYS * DAY_MS;
