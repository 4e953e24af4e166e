import { accepted, type Reading, refused } from '../cloudformation/property-kinds.ts';
import { ProviderError } from '../errors.ts';
import { type CronCalendar, readCronCalendar } from './cron-calendar.ts';
import { CRON_FIELDS } from './cron-field.ts';
import type { LocalTime } from './local-time.ts';

export type { LocalDate } from './local-time.ts';

/** What EventBridge Scheduler takes for a schedule, as far as it can be computed with certainty here. */
export type Expression = CronExpression | AtExpression;

export interface CronExpression {
  readonly kind: 'cron';
  /** As written: `cron(30 0 * * ? *)`. */
  readonly text: string;
}

export interface AtExpression {
  readonly kind: 'at';
  /** As written: `at(2026-12-24T18:00:00)`. */
  readonly text: string;
}

/** What an expression means on a wall's calendar and clock, no zone being known. */
export type ExpressionMeaning =
  | { readonly kind: 'cron'; readonly calendar: CronCalendar }
  | { readonly kind: 'at'; readonly time: LocalTime };

/** API_CreateSchedule's own bound for ScheduleExpression. */
const MAX_EXPRESSION_CHARACTERS = 256;

/**
 * Reads a schedule's expression: EventBridge Scheduler's `cron(…)` and `at(…)`.
 * What its page does not say, or says in two ways, is refused with what to write instead.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readExpression(given: unknown): Reading<Expression> {
  if (typeof given !== 'string' || given.length > MAX_EXPRESSION_CHARACTERS) {
    return refused(
      `it must be a text of at most ${MAX_EXPRESSION_CHARACTERS} characters, such as cron(30 0 * * ? *)`,
    );
  }
  const meaning = readMeaning(given);
  if (!meaning.ok) return refused(`${JSON.stringify(given)} can't be taken: ${meaning.because}`);
  return accepted({ kind: meaning.value.kind, text: given });
}

/** Expressions are stored as they were written, and read again where they are used. */
const MAX_REMEMBERED_EXPRESSIONS = 4096;
const remembered = new Map<string, ExpressionMeaning>();

/** @throws ProviderError `InternalFailure`: it is not one that `readExpression` accepted. */
export function meaningOf({ text }: Expression): ExpressionMeaning {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const meaning = readMeaning(text);
  if (!meaning.ok) {
    throw new ProviderError(
      'InternalFailure',
      `The expression ${JSON.stringify(text)} of a stored plan can't be read: ${meaning.because}`,
    );
  }
  for (const oldest of remembered.keys()) {
    if (remembered.size < MAX_REMEMBERED_EXPRESSIONS) break;
    remembered.delete(oldest);
  }
  remembered.set(text, meaning.value);
  return meaning.value;
}

function readMeaning(text: string): Reading<ExpressionMeaning> {
  const [, kind, body = ''] = /^(cron|at)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'cron') {
    const calendar = readCronCalendar(body);
    return calendar.ok ? accepted({ kind: 'cron', calendar: calendar.value }) : calendar;
  }
  if (kind === 'at') {
    const time = readAtTime(body);
    return time.ok ? accepted({ kind: 'at', time: time.value }) : time;
  }
  if (/^rate\(/.test(text)) {
    return refused(
      'a rate has no time on the clock that an end could follow; write cron(…), as cron(0/30 * * * ? *)',
    );
  }
  return refused(
    'it must be cron(minutes hours day-of-month month day-of-week year) or at(yyyy-mm-ddThh:mm:ss)',
  );
}

function readAtTime(text: string): Reading<LocalTime> {
  const { min, max } = CRON_FIELDS.year;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text)) {
    return refused(
      'it must be a date and a time without zone, as at(2026-12-24T18:00:00); the zone is the Timezone property',
    );
  }
  const time = Date.parse(`${text}Z`);
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text)) {
    return refused(`${text} is no date and time of the calendar`);
  }
  const year = Number(text.slice(0, 4));
  if (year < min || year > max) return refused(`its year is ${year}, allowed is ${min} to ${max}`);
  if (!text.endsWith(':00')) {
    return refused(
      `its seconds are ${text.slice(-2)}, and EventBridge Scheduler works to the minute; write ${text.slice(0, -2)}00`,
    );
  }
  return accepted(time);
}
