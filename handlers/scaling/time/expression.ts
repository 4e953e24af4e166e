import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';
import { ProviderError } from '../../errors.ts';
import { type CronCalendar, readCronCalendar } from './cron-calendar.ts';
import { CRON_FIELDS } from './cron-field.ts';
import { type LocalTime, readLocalTime, yearOf } from './local-time.ts';

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

/** The times that an expression means on the wall, in whatever zone. */
export type ExpressionMeaning =
  | { readonly kind: 'cron'; readonly calendar: CronCalendar }
  | { readonly kind: 'at'; readonly time: LocalTime };

/** @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
const MAX_EXPRESSION_CHARACTERS = 256;

/**
 * Reads `cron(minutes hours day-of-month month day-of-week year)` or `at(yyyy-mm-ddThh:mm:ss)`, as EventBridge
 * Scheduler's page writes them. What the page leaves open, so that it can't be computed with certainty here, is
 * refused with what to write instead.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readExpression(given: unknown): Reading<Expression> {
  if (typeof given !== 'string') return refused();
  if (given.length > MAX_EXPRESSION_CHARACTERS) {
    return refused(
      `a text of ${given.length} characters is no expression; EventBridge Scheduler takes ${MAX_EXPRESSION_CHARACTERS} at most`,
    );
  }
  const meaning = readMeaning(given);
  if (!meaning.ok) return refused(`${JSON.stringify(given)} can't be used: ${meaning.because}`);
  return accepted({ kind: meaning.value.kind, text: given });
}

/** Those of a thousand plans with five scenarios, in some megabytes. Reading one takes some microseconds. */
const MAX_REMEMBERED_EXPRESSIONS = 16_384;
const remembered = new Map<string, ExpressionMeaning>();

/**
 * What an expression means: it is stored as it was written, and read where it is used.
 * @throws ProviderError `InternalFailure`: `readExpression` has never accepted it.
 */
export function meaningOf({ text }: Expression): ExpressionMeaning {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const meaning = readMeaning(text);
  if (!meaning.ok) {
    throw new ProviderError(
      'InternalFailure',
      `The stored expression ${JSON.stringify(text)} can't be used: ${meaning.because}`,
    );
  }
  if (remembered.size >= MAX_REMEMBERED_EXPRESSIONS) remembered.clear();
  remembered.set(text, meaning.value);
  return meaning.value;
}

function readMeaning(text: string): Reading<ExpressionMeaning> {
  const [, kind, inside = ''] = /^(cron|at)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'cron') {
    const calendar = readCronCalendar(inside);
    return calendar.ok ? accepted({ kind, calendar: calendar.value }) : calendar;
  }
  if (kind === 'at') {
    const time = readAtTime(inside);
    return time.ok ? accepted({ kind, time: time.value }) : time;
  }
  if (text.startsWith('rate(')) {
    return refused(
      'a rate counts from when its schedule is created, not from a time of the day; write cron(…), such as cron(0 0/4 * * ? *) for every four hours',
    );
  }
  return refused(
    'it is cron(minutes hours day-of-month month day-of-week year) or at(yyyy-mm-ddThh:mm:ss), in small letters and without spaces around',
  );
}

/**
 * With other seconds than 0 its schedule can be invoked in one of two minutes: Scheduler is precise to 60 seconds.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
 */
function readAtTime(text: string): Reading<LocalTime> {
  const time = readLocalTime(text);
  if (time === undefined) {
    return refused(
      'between the brackets stands a date and time of the calendar, yyyy-mm-ddThh:mm:ss, without a zone: that is Timezone',
    );
  }
  const { min, max } = CRON_FIELDS.year;
  if (yearOf(time) < min || yearOf(time) > max) return refused(`its year is not from ${min} to ${max}`);
  if (!text.endsWith(':00')) {
    return refused(`EventBridge Scheduler goes by the minute; write at(${text.slice(0, -2)}00)`);
  }
  return accepted(time);
}
