import { accepted, type Reading, refused } from '../cloudformation/property-kinds.ts';

/** A field of a cron expression: what it may hold. */
export interface CronField {
  /** As AWS names it. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** From `min` on. */
  readonly words?: readonly string[];
  /** Whether AWS documents `/` for it. */
  readonly takesSteps: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export const CRON_FIELDS = {
  minutes: { name: 'minutes', min: 0, max: 59, takesSteps: true },
  hours: { name: 'hours', min: 0, max: 23, takesSteps: true },
  dayOfMonth: { name: 'day-of-month', min: 1, max: 31, takesSteps: true },
  month: { name: 'month', min: 1, max: 12, words: MONTHS, takesSteps: true },
  dayOfWeek: { name: 'day-of-week', min: 1, max: 7, words: WEEKDAYS, takesSteps: false },
  year: { name: 'year', min: 1970, max: 2199, takesSteps: true },
} as const satisfies Readonly<Record<string, CronField>>;

/**
 * A field's list of values, ranges and steps: the values that it means, in ascending order.
 * Refused is what AWS's page says nothing of, where cron implementations differ.
 */
export function readCronValues(field: CronField, text: string): Reading<readonly number[]> {
  const values = new Set<number>();
  for (const term of text.split(',')) {
    if (term === '*' && text !== '*') {
      return refusedTerm(field, text, '* stands alone, as it is every value already');
    }
    const reading = readTerm(field, term);
    if (!reading.ok) return reading;
    for (const value of reading.value) values.add(value);
  }
  return accepted([...values].sort((a, b) => a - b));
}

/** One value: a number, or one of the field's words. */
export function readCronValue(field: CronField, text: string): number | undefined {
  const index = field.words?.indexOf(text) ?? -1;
  const value = index >= 0 ? field.min + index : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.min && value <= field.max ? value : undefined;
}

/** A refusal that names the field, what it holds and what is wrong with it. */
export function refusedTerm(field: CronField, text: string, because: string): Reading<never> {
  return refused(`its ${field.name} field is ${JSON.stringify(text)}: ${because}`);
}

function readTerm(field: CronField, term: string): Reading<readonly number[]> {
  const [range = '', step, ...more] = term.split('/');
  if (more.length > 0) return refusedTerm(field, term, 'one / is allowed');
  const base = readRange(field, range, step !== undefined);
  if (!base.ok || step === undefined) {
    return base.ok ? accepted(numbersBetween(base.value.from, base.value.to, 1)) : base;
  }
  if (!field.takesSteps) {
    return refusedTerm(field, term, `AWS documents no / here; list the days, as ${field.words?.[1]},WED,FRI`);
  }
  if (/[A-Z]/.test(range)) {
    return refusedTerm(field, term, 'a step after a name is not documented; write the name as a number');
  }
  const longest = field.max - field.min;
  const stride = /^\d{1,4}$/.test(step) ? Number(step) : Number.NaN;
  if (!(stride >= 1 && stride <= longest)) {
    return refusedTerm(field, term, `the step after / must be a whole number from 1 to ${longest}`);
  }
  return accepted(numbersBetween(base.value.from, base.value.to, stride));
}

/** With a step, a single value goes on to the field's end. */
function readRange(
  field: CronField,
  text: string,
  isStepped: boolean,
): Reading<{ readonly from: number; readonly to: number }> {
  if (text === '*') return accepted({ from: field.min, to: field.max });
  const [first = '', last, ...more] = text.split('-');
  const from = readCronValue(field, first);
  const to = last === undefined ? (isStepped ? field.max : from) : readCronValue(field, last);
  if (from === undefined || to === undefined || more.length > 0) {
    return refusedTerm(field, text, `allowed is ${allowedIn(field)}`);
  }
  if (last !== undefined && /^\d/.test(first) !== /^\d/.test(last)) {
    return refusedTerm(field, text, 'both ends of a range must be names or both numbers');
  }
  if (from > to) {
    return refusedTerm(
      field,
      text,
      `a range that goes over the end is not documented; write two, as ${first}-${field.words?.at(-1) ?? field.max},${field.words?.[0] ?? field.min}-${last}`,
    );
  }
  return accepted({ from, to });
}

export function allowedIn(field: CronField): string {
  const words = field.words === undefined ? '' : ` or ${field.words[0]} to ${field.words.at(-1)} in capitals`;
  const steps = field.takesSteps ? ', steps such as 0/15' : '';
  return `${field.min} to ${field.max}${words}, lists with commas, ranges with -${steps}, or *`;
}

function numbersBetween(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
