import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';

/** One of the six fields of a cron expression: what it may hold. */
export interface CronField {
  /** As AWS names it. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values, from `min` on. */
  readonly words?: readonly string[];
  /** Whether AWS documents `/` for it. */
  readonly takesSteps: boolean;
  /** Whether its first value comes again after its last. */
  readonly isCyclic: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export const CRON_FIELDS = {
  minutes: { name: 'minutes', min: 0, max: 59, takesSteps: true, isCyclic: true },
  hours: { name: 'hours', min: 0, max: 23, takesSteps: true, isCyclic: true },
  dayOfMonth: { name: 'day-of-month', min: 1, max: 31, takesSteps: true, isCyclic: true },
  month: { name: 'month', min: 1, max: 12, words: MONTHS, takesSteps: true, isCyclic: true },
  dayOfWeek: { name: 'day-of-week', min: 1, max: 7, words: WEEKDAYS, takesSteps: false, isCyclic: true },
  year: { name: 'year', min: 1970, max: 2199, takesSteps: true, isCyclic: false },
} as const satisfies Readonly<Record<string, CronField>>;

/**
 * Reads a field of values, ranges and steps, with commas between them: the values that it means, ascending.
 *
 * A range with a step (`8-18/2`) and a step from `*` are not on AWS's page, but Scheduler takes them, and they can
 * mean one thing only (https://github.com/localstack/localstack/pull/13628). What implementations of cron read in
 * several ways is refused.
 */
export function readCronValues(field: CronField, text: string): Reading<readonly number[]> {
  if (text === '*') return accepted(EVERY_VALUE.get(field) ?? numbersBetween(field.min, field.max, 1));
  const values = new Set<number>();
  for (const term of text.split(',')) {
    const reading = term === '*' ? refused('* stands alone') : readTerm(field, term);
    if (!reading.ok) return refusedField(field, text, reading.because ?? `allowed is ${allowedIn(field)}`);
    for (const value of reading.value) values.add(value);
  }
  return accepted([...values].sort((a, b) => a - b));
}

/** Shared by all expressions that are remembered: a year's 230 numbers each would make megabytes of a thousand plans. */
const EVERY_VALUE: ReadonlyMap<CronField, readonly number[]> = new Map(
  Object.values(CRON_FIELDS).map((field) => [field, numbersBetween(field.min, field.max, 1)]),
);

/** A refusal that names the field and what it holds. */
export function refusedField(field: CronField, text: string, because: string): Reading<never> {
  return refused(`its ${field.name} field is ${JSON.stringify(text)}: ${because}`);
}

/** A number, or one of the field's words. */
export function findCronValue(field: CronField, text: string): number | undefined {
  const index = field.words?.indexOf(text) ?? -1;
  const value = index >= 0 ? field.min + index : numberIn(text, `${field.max}`.length);
  return value !== undefined && value >= field.min && value <= field.max ? value : undefined;
}

function readTerm(field: CronField, term: string): Reading<readonly number[]> {
  const [base = '', step, ...more] = term.split('/');
  const range = readRange(field, base);
  if (!range.ok) return range;
  const { from, to } = range.value;
  if (step === undefined) return accepted(numbersBetween(from, to, 1));
  if (!field.takesSteps) return refused('AWS documents no / for it; list its values with commas');
  if (/[A-Z]/.test(base)) return refused(`AWS documents no / after a name; write ${from}/… for ${base}/…`);
  const longest = field.max - field.min;
  const stride = numberIn(step, `${longest}`.length) ?? 0;
  if (stride < 1 || stride > longest || more.length > 0) {
    return refused(`after / stands a whole number from 1 to ${longest}`);
  }
  // From a single value on, a step goes to the end of the field.
  return accepted(numbersBetween(from, base.includes('-') ? to : field.max, stride));
}

function readRange(field: CronField, text: string): Reading<{ readonly from: number; readonly to: number }> {
  if (text === '*') return accepted({ from: field.min, to: field.max });
  const ends = text.split('-');
  const [first = '', last = first] = ends;
  const from = findCronValue(field, first);
  const to = findCronValue(field, last);
  if (from === undefined || to === undefined || ends.length > 2) {
    return refused(`${JSON.stringify(text)} is none of its values; allowed is ${allowedIn(field)}`);
  }
  if (/\d/.test(first) !== /\d/.test(last)) {
    return refused(`the range ${text} mixes a name and a number; write both as numbers, as ${from}-${to}`);
  }
  if (from > to) {
    return refused(
      `the range ${text} ends before it begins, which AWS does not document; write ${risingRanges(field, first, last)}`,
    );
  }
  return accepted({ from, to });
}

/** `22-23,0-2` for `22-2`, and the years in their order. */
function risingRanges({ min, max, words, isCyclic }: CronField, first: string, last: string): string {
  if (!isCyclic) return `${last}-${first}`;
  const isNamed = words?.includes(first) ?? false;
  const lowest = isNamed ? words?.at(0) : `${min}`;
  const highest = isNamed ? words?.at(-1) : `${max}`;
  return [
    first === highest ? first : `${first}-${highest}`,
    last === lowest ? last : `${lowest}-${last}`,
  ].join(',');
}

function allowedIn({ min, max, words, takesSteps }: CronField): string {
  const names = words === undefined ? '' : ` (${words[0]} to ${words.at(-1)})`;
  return `* or ${min} to ${max}${names}, with commas and - ${takesSteps ? 'and / ' : ''}between them`;
}

function numberIn(text: string, maxDigits: number): number | undefined {
  return /^\d+$/.test(text) && text.length <= maxDigits ? Number(text) : undefined;
}

function numbersBetween(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
