import fc from 'fast-check';

/** Random expressions that are accepted, with every form that is. */

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface FieldShape {
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
  readonly takesSteps: boolean;
}

const minutes = values({ min: 0, max: 59, takesSteps: true });
const hours = values({ min: 0, max: 23, takesSteps: true });
const months = values({ min: 1, max: 12, words: MONTHS, takesSteps: true });
const weekday = value({ min: 1, max: 7, words: WEEKDAYS, takesSteps: false });

const daysOfMonth = fc.oneof(
  { weight: 4, arbitrary: values({ min: 1, max: 31, takesSteps: true }) },
  { weight: 1, arbitrary: fc.constant('L') },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 27 }).map((day) => `${day}W`) },
);

const daysOfWeek = fc.oneof(
  { weight: 4, arbitrary: values({ min: 1, max: 7, words: WEEKDAYS, takesSteps: false }) },
  { weight: 1, arbitrary: fc.constant('L') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 7 }).map((day) => `${day}L`) },
  { weight: 1, arbitrary: fc.tuple(weekday, fc.integer({ min: 1, max: 5 })).map((both) => both.join('#')) },
);

/** The day of the month, and the day of the week. */
const days = fc.oneof(
  { weight: 1, arbitrary: fc.constant(['*', '?'] as const) },
  { weight: 2, arbitrary: daysOfMonth.map((day) => [day, '?'] as const) },
  { weight: 2, arbitrary: daysOfWeek.map((day) => ['?', day] as const) },
);

const years = fc.oneof(
  { weight: 5, arbitrary: fc.constant('*') },
  { weight: 1, arbitrary: fc.constantFrom('2026-2031', '2027/2', '2000-2030/3', '2010,2018,2019,2026,2028') },
);

/** Any expression that `cron` can be; many fire seldom, some never. */
export const anyCron: fc.Arbitrary<string> = fc
  .tuple(
    minutes,
    hours,
    days,
    fc.oneof({ weight: 3, arbitrary: fc.constant('*') }, { weight: 1, arbitrary: months }),
    years,
  )
  .map(
    ([minute, hour, [day, weekday], month, year]) =>
      `cron(${minute} ${hour} ${day} ${month} ${weekday} ${year})`,
  );

/** One that fires once or a few times on most days, more often than not while clocks are changed. */
export const dailyCron: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: value({ min: 0, max: 59, takesSteps: false }) },
      { weight: 1, arbitrary: fc.constantFrom('0/30', '10-40/15', '0,59') },
    ),
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('0', '1', '2', '3', '23', '0-3', '1,2', '22-23,0-1') },
      { weight: 1, arbitrary: value({ min: 0, max: 23, takesSteps: false }) },
    ),
    fc.constantFrom('* * ?', '* * ?', '? * MON-FRI', '? * SAT,SUN', '? * *', '1/2 * ?', '? * 1,4,6'),
  )
  .map(([minute, hour, rest]) => `cron(${minute} ${hour} ${rest} *)`);

function value({ min, max, words }: FieldShape): fc.Arbitrary<string> {
  const number = fc.integer({ min, max }).map(String);
  return words === undefined ? number : fc.oneof(number, fc.constantFrom(...words));
}

function values(shape: FieldShape): fc.Arbitrary<string> {
  const { min, max, words, takesSteps } = shape;
  const pair = fc
    .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const numberRange = pair.map(([from, to]) => `${from}-${to}`);
  const range =
    words === undefined
      ? numberRange
      : fc.oneof(
          numberRange,
          pair.map(([from, to]) => `${words[from - min]}-${words[to - min]}`),
        );
  const step = fc.integer({ min: 1, max: max - min }).map(String);
  const stepped = fc
    .tuple(fc.oneof(fc.integer({ min, max }).map(String), fc.constant('*'), numberRange), step)
    .map((both) => both.join('/'));
  const term = takesSteps ? fc.oneof(value(shape), range, stepped) : fc.oneof(value(shape), range);
  return fc.oneof(
    { weight: 2, arbitrary: value(shape) },
    { weight: 1, arbitrary: fc.constant('*') },
    { weight: 3, arbitrary: fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.join(',')) },
  );
}
