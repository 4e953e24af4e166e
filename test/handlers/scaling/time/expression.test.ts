import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Expression, readExpression } from '../../../../handlers/scaling/time/expression.ts';
import { nextOccurrence } from '../../../../handlers/scaling/time/schedule.ts';

/** A Sunday. */
const NOVEMBER_1_2026 = Date.UTC(2026, 10, 1);

/** What an expression means, by the three times at which it fires first in UTC, from 2026-11-01T00:00 on. */
const ACCEPTED: readonly (readonly [text: string, ...times: string[]])[] = [
  // Minutes and hours: values, lists, ranges, steps.
  ['cron(30 0 * * ? *)', '2026-11-01T00:30', '2026-11-02T00:30', '2026-11-03T00:30'],
  ['cron(0 8 * * ? *)', '2026-11-01T08:00', '2026-11-02T08:00', '2026-11-03T08:00'],
  ['cron(* 8 * * ? *)', '2026-11-01T08:00', '2026-11-01T08:01', '2026-11-01T08:02'],
  ['cron(59 23 * * ? *)', '2026-11-01T23:59', '2026-11-02T23:59', '2026-11-03T23:59'],
  ['cron(0 0 * * ? *)', '2026-11-01T00:00', '2026-11-02T00:00', '2026-11-03T00:00'],
  ['cron(00 05 * * ? *)', '2026-11-01T05:00', '2026-11-02T05:00', '2026-11-03T05:00'],
  ['cron(0  0   * * ? *)', '2026-11-01T00:00', '2026-11-02T00:00', '2026-11-03T00:00'],
  ['cron(15,45 3 * * ? *)', '2026-11-01T03:15', '2026-11-01T03:45', '2026-11-02T03:15'],
  ['cron(45,15,15 3 * * ? *)', '2026-11-01T03:15', '2026-11-01T03:45', '2026-11-02T03:15'],
  ['cron(0/20 * * * ? *)', '2026-11-01T00:00', '2026-11-01T00:20', '2026-11-01T00:40'],
  ['cron(1/10 0 * * ? *)', '2026-11-01T00:01', '2026-11-01T00:11', '2026-11-01T00:21'],
  ['cron(*/15 0 * * ? *)', '2026-11-01T00:00', '2026-11-01T00:15', '2026-11-01T00:30'],
  ['cron(50/15 * * * ? *)', '2026-11-01T00:50', '2026-11-01T01:50', '2026-11-01T02:50'],
  ['cron(0/59 0 * * ? *)', '2026-11-01T00:00', '2026-11-01T00:59', '2026-11-02T00:00'],
  ['cron(0 8-18/5 * * ? *)', '2026-11-01T08:00', '2026-11-01T13:00', '2026-11-01T18:00'],
  ['cron(0 22-23,0-1 * * ? *)', '2026-11-01T00:00', '2026-11-01T01:00', '2026-11-01T22:00'],
  ['cron(0 7-7 * * ? *)', '2026-11-01T07:00', '2026-11-02T07:00', '2026-11-03T07:00'],
  ['cron(0/30,5 0 * * ? *)', '2026-11-01T00:00', '2026-11-01T00:05', '2026-11-01T00:30'],
  // Days of the month.
  ['cron(0 0 1 * ? *)', '2026-11-01T00:00', '2026-12-01T00:00', '2027-01-01T00:00'],
  ['cron(0 0 31 * ? *)', '2026-12-31T00:00', '2027-01-31T00:00', '2027-03-31T00:00'],
  ['cron(0 0 10/10 * ? *)', '2026-11-10T00:00', '2026-11-20T00:00', '2026-11-30T00:00'],
  ['cron(0 0 28-30 2 ? *)', '2027-02-28T00:00', '2028-02-28T00:00', '2028-02-29T00:00'],
  ['cron(0 0 29 2 ? *)', '2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00'],
  ['cron(0 0 L * ? *)', '2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00'],
  ['cron(0 0 L 2 ? *)', '2027-02-28T00:00', '2028-02-29T00:00', '2029-02-28T00:00'],
  // 15 November 2026 is a Sunday, 15 December a Tuesday, 15 January a Friday.
  ['cron(0 0 15W * ? *)', '2026-11-16T00:00', '2026-12-15T00:00', '2027-01-15T00:00'],
  // 14 November is a Saturday, 14 December a Monday, 14 January a Thursday.
  ['cron(0 0 14W * ? *)', '2026-11-13T00:00', '2026-12-14T00:00', '2027-01-14T00:00'],
  ['cron(0 0 2W 1 ? *)', '2027-01-01T00:00', '2028-01-03T00:00', '2029-01-02T00:00'],
  ['cron(0 0 27W 2 ? *)', '2027-02-26T00:00', '2028-02-28T00:00', '2029-02-27T00:00'],
  // Months, by number and by name.
  ['cron(0 0 1 JAN ? *)', '2027-01-01T00:00', '2028-01-01T00:00', '2029-01-01T00:00'],
  ['cron(0 0 1 1,JUN ? *)', '2027-01-01T00:00', '2027-06-01T00:00', '2028-01-01T00:00'],
  ['cron(0 0 1 OCT-DEC ? *)', '2026-11-01T00:00', '2026-12-01T00:00', '2027-10-01T00:00'],
  ['cron(0 0 1 1/3 ? *)', '2027-01-01T00:00', '2027-04-01T00:00', '2027-07-01T00:00'],
  // Days of the week: 1 is Sunday.
  ['cron(0 0 ? * 1 *)', '2026-11-01T00:00', '2026-11-08T00:00', '2026-11-15T00:00'],
  ['cron(0 0 ? * 7 *)', '2026-11-07T00:00', '2026-11-14T00:00', '2026-11-21T00:00'],
  ['cron(0 0 ? * MON *)', '2026-11-02T00:00', '2026-11-09T00:00', '2026-11-16T00:00'],
  ['cron(0 0 ? * SAT,SUN *)', '2026-11-01T00:00', '2026-11-07T00:00', '2026-11-08T00:00'],
  ['cron(0 0 ? * MON-FRI *)', '2026-11-02T00:00', '2026-11-03T00:00', '2026-11-04T00:00'],
  ['cron(0 0 ? * 2-6 *)', '2026-11-02T00:00', '2026-11-03T00:00', '2026-11-04T00:00'],
  ['cron(0 0 ? * * *)', '2026-11-01T00:00', '2026-11-02T00:00', '2026-11-03T00:00'],
  ['cron(0 0 ? * L *)', '2026-11-07T00:00', '2026-11-14T00:00', '2026-11-21T00:00'],
  ['cron(15 10 ? * 6L *)', '2026-11-27T10:15', '2026-12-25T10:15', '2027-01-29T10:15'],
  ['cron(0 0 ? * 3#2 *)', '2026-11-10T00:00', '2026-12-08T00:00', '2027-01-12T00:00'],
  ['cron(0 0 ? * TUE#2 *)', '2026-11-10T00:00', '2026-12-08T00:00', '2027-01-12T00:00'],
  ['cron(0 0 ? * 1#5 *)', '2026-11-29T00:00', '2027-01-31T00:00', '2027-05-30T00:00'],
  // Years.
  ['cron(0 0 1 1 ? 2028)', '2028-01-01T00:00'],
  ['cron(0 0 1 1 ? 2028-2032/2)', '2028-01-01T00:00', '2030-01-01T00:00', '2032-01-01T00:00'],
  ['cron(0 0 1 1 ? 2199)', '2199-01-01T00:00'],
  ['cron(0 0 1 1 ? 1970-2025)'],
  ['cron(0 0 30 2 ? *)'],
  ['cron(0 0 31 2,4,6,9,11 ? *)'],
  ['at(2026-12-24T18:00:00)', '2026-12-24T18:00'],
  ['at(2028-02-29T00:00:00)', '2028-02-29T00:00'],
  ['at(2026-10-31T23:59:00)'],
];

const SIX = 'it has the 6 fields minutes hours day-of-month month day-of-week year';
const SHAPE =
  'it is cron(minutes hours day-of-month month day-of-week year) or at(yyyy-mm-ddThh:mm:ss), in small letters and without spaces around';
const AT_SHAPE =
  'between the brackets stands a date and time of the calendar, yyyy-mm-ddThh:mm:ss, without a zone: that is Timezone';
const MINUTES = 'allowed is * or 0 to 59, with commas and - and / between them';
const HOURS = 'allowed is * or 0 to 23, with commas and - and / between them';
const DAYS = 'allowed is * or 1 to 31, with commas and - and / between them';
const MONTHS = 'allowed is * or 1 to 12 (JAN to DEC), with commas and - and / between them';
const WEEKDAYS = 'allowed is * or 1 to 7 (SUN to SAT), with commas and - between them';
const YEARS = 'allowed is * or 1970 to 2199, with commas and - and / between them';
const NEAREST =
  'the nearest working day can be in another month, and AWS does not say what happens then; allowed is 2W to 27W';
const L_OR_W = 'AWS documents L alone and W after one day; allowed is L, or such as 15W';
const WEEKDAY_L =
  'AWS documents L alone and after one number; allowed is L, the last day of the week (Saturday), or such as 6L, the last Friday of the month';
const NTH =
  'with # it is one day of the week and a number from 1 to 5, such as 3#2, the second Tuesday of the month';
const BOTH = 'exactly one of the two must be ?';

const REFUSED: readonly (readonly [text: string, because: string])[] = [
  ['', SHAPE],
  ['30 0 * * ? *', SHAPE],
  ['CRON(30 0 * * ? *)', SHAPE],
  [' cron(30 0 * * ? *)', SHAPE],
  ['cron(30 0 * * ? *) ', SHAPE],
  ['cron(30 0 * * ? *', SHAPE],
  ['cron(30 0 *\n* ? *)', SHAPE],
  [
    'rate(5 minutes)',
    'a rate counts from when its schedule is created, not from a time of the day; write cron(…), such as cron(0 0/4 * * ? *) for every four hours',
  ],
  // The fields.
  ['cron()', `${SIX}, here there are 0`],
  ['cron(0 0 * * ?)', `${SIX}, here there are 5; write * for every year`],
  ['cron(0 0 0 * * ? *)', `${SIX}, here there are 7`],
  ['cron( 0 0 * * ? *)', `${SIX}, and no space in front of them or behind`],
  ['cron(0 0 * * ? * )', `${SIX}, and no space in front of them or behind`],
  ['cron(0\t0 * * ? *)', `${SIX}, here there are 5; write * for every year`],
  ['cron(0 0 * * * *)', `its day-of-month field is "*" and its day-of-week field is "*": ${BOTH}`],
  ['cron(0 0 1 * MON *)', `its day-of-month field is "1" and its day-of-week field is "MON": ${BOTH}`],
  ['cron(0 0 ? * ? *)', `its day-of-month field is "?" and its day-of-week field is "?": ${BOTH}`],
  // Values.
  ['cron(60 0 * * ? *)', `its minutes field is "60": "60" is none of its values; ${MINUTES}`],
  ['cron(? 0 * * ? *)', `its minutes field is "?": "?" is none of its values; ${MINUTES}`],
  ['cron(-5 0 * * ? *)', `its minutes field is "-5": "-5" is none of its values; ${MINUTES}`],
  ['cron(000 0 * * ? *)', `its minutes field is "000": "000" is none of its values; ${MINUTES}`],
  ['cron(1.5 0 * * ? *)', `its minutes field is "1.5": "1.5" is none of its values; ${MINUTES}`],
  ['cron(1,,2 0 * * ? *)', `its minutes field is "1,,2": "" is none of its values; ${MINUTES}`],
  ['cron(٣ 0 * * ? *)', `its minutes field is "٣": "٣" is none of its values; ${MINUTES}`],
  ['cron(0 24 * * ? *)', `its hours field is "24": "24" is none of its values; ${HOURS}`],
  ['cron(0 8,25 * * ? *)', `its hours field is "8,25": "25" is none of its values; ${HOURS}`],
  ['cron(0 L * * ? *)', `its hours field is "L": "L" is none of its values; ${HOURS}`],
  ['cron(0 0 0 * ? *)', `its day-of-month field is "0": "0" is none of its values; ${DAYS}`],
  ['cron(0 0 32 * ? *)', `its day-of-month field is "32": "32" is none of its values; ${DAYS}`],
  ['cron(0 0 1,? * ? *)', `its day-of-month field is "1,?": "?" is none of its values; ${DAYS}`],
  ['cron(0 0 1 13 ? *)', `its month field is "13": "13" is none of its values; ${MONTHS}`],
  ['cron(0 0 1 0 ? *)', `its month field is "0": "0" is none of its values; ${MONTHS}`],
  ['cron(0 0 1 jan ? *)', `its month field is "jan": "jan" is none of its values; ${MONTHS}`],
  ['cron(0 0 1 JANUARY ? *)', `its month field is "JANUARY": "JANUARY" is none of its values; ${MONTHS}`],
  ['cron(0 0 ? * 0 *)', `its day-of-week field is "0": "0" is none of its values; ${WEEKDAYS}`],
  ['cron(0 0 ? * 8 *)', `its day-of-week field is "8": "8" is none of its values; ${WEEKDAYS}`],
  ['cron(0 0 ? * Mon *)', `its day-of-week field is "Mon": "Mon" is none of its values; ${WEEKDAYS}`],
  ['cron(0 0 ? * JAN *)', `its day-of-week field is "JAN": "JAN" is none of its values; ${WEEKDAYS}`],
  ['cron(0 0 * * ? 1969)', `its year field is "1969": "1969" is none of its values; ${YEARS}`],
  ['cron(0 0 * * ? 2200)', `its year field is "2200": "2200" is none of its values; ${YEARS}`],
  ['cron(0 0 * * ? ?)', `its year field is "?": "?" is none of its values; ${YEARS}`],
  // Ranges and lists.
  ['cron(0 1-2-3 * * ? *)', `its hours field is "1-2-3": "1-2-3" is none of its values; ${HOURS}`],
  ['cron(0 8- * * ? *)', `its hours field is "8-": "8-" is none of its values; ${HOURS}`],
  ['cron(0 *,8 * * ? *)', 'its hours field is "*,8": * stands alone'],
  ['cron(0 *-8 * * ? *)', `its hours field is "*-8": "*-8" is none of its values; ${HOURS}`],
  [
    'cron(0 22-2 * * ? *)',
    'its hours field is "22-2": the range 22-2 ends before it begins, which AWS does not document; write 22-23,0-2',
  ],
  [
    'cron(0 23-0 * * ? *)',
    'its hours field is "23-0": the range 23-0 ends before it begins, which AWS does not document; write 23,0',
  ],
  [
    'cron(0 22-2/2 * * ? *)',
    'its hours field is "22-2/2": the range 22-2 ends before it begins, which AWS does not document; write 22-23,0-2',
  ],
  [
    'cron(0 0 ? * FRI-MON *)',
    'its day-of-week field is "FRI-MON": the range FRI-MON ends before it begins, which AWS does not document; write FRI-SAT,SUN-MON',
  ],
  [
    'cron(0 0 ? * SAT-SUN *)',
    'its day-of-week field is "SAT-SUN": the range SAT-SUN ends before it begins, which AWS does not document; write SAT,SUN',
  ],
  [
    'cron(0 0 1 11-2 ? *)',
    'its month field is "11-2": the range 11-2 ends before it begins, which AWS does not document; write 11-12,1-2',
  ],
  [
    'cron(0 0 1 1 ? 2028-2026)',
    'its year field is "2028-2026": the range 2028-2026 ends before it begins, which AWS does not document; write 2026-2028',
  ],
  [
    'cron(0 0 ? * MON-6 *)',
    'its day-of-week field is "MON-6": the range MON-6 mixes a name and a number; write both as numbers, as 2-6',
  ],
  // Steps.
  ['cron(0/0 0 * * ? *)', 'its minutes field is "0/0": after / stands a whole number from 1 to 59'],
  ['cron(*/60 0 * * ? *)', 'its minutes field is "*/60": after / stands a whole number from 1 to 59'],
  ['cron(0/ 0 * * ? *)', 'its minutes field is "0/": after / stands a whole number from 1 to 59'],
  ['cron(0/5/5 0 * * ? *)', 'its minutes field is "0/5/5": after / stands a whole number from 1 to 59'],
  ['cron(0/MON 0 * * ? *)', 'its minutes field is "0/MON": after / stands a whole number from 1 to 59'],
  ['cron(/5 0 * * ? *)', `its minutes field is "/5": "" is none of its values; ${MINUTES}`],
  ['cron(0 0/24 * * ? *)', 'its hours field is "0/24": after / stands a whole number from 1 to 23'],
  [
    'cron(0 0 1 JAN/3 ? *)',
    'its month field is "JAN/3": AWS documents no / after a name; write 1/… for JAN/…',
  ],
  [
    'cron(0 0 ? * 2/2 *)',
    'its day-of-week field is "2/2": AWS documents no / for it; list its values with commas',
  ],
  // L, W and #.
  ['cron(0 0 1W * ? *)', `its day-of-month field is "1W": ${NEAREST}`],
  ['cron(0 0 28W * ? *)', `its day-of-month field is "28W": ${NEAREST}`],
  ['cron(0 0 31W * ? *)', `its day-of-month field is "31W": ${NEAREST}`],
  ['cron(0 0 32W * ? *)', `its day-of-month field is "32W": ${L_OR_W}`],
  ['cron(0 0 LW * ? *)', `its day-of-month field is "LW": ${L_OR_W}`],
  ['cron(0 0 L-3 * ? *)', `its day-of-month field is "L-3": ${L_OR_W}`],
  ['cron(0 0 15,L * ? *)', `its day-of-month field is "15,L": ${L_OR_W}`],
  ['cron(0 0 1-5W * ? *)', `its day-of-month field is "1-5W": ${L_OR_W}`],
  ['cron(0 0 10W,20W * ? *)', `its day-of-month field is "10W,20W": ${L_OR_W}`],
  ['cron(0 0 W * ? *)', `its day-of-month field is "W": ${L_OR_W}`],
  ['cron(0 0 ? * 8L *)', `its day-of-week field is "8L": ${WEEKDAY_L}`],
  ['cron(0 0 ? * FRIL *)', `its day-of-week field is "FRIL": ${WEEKDAY_L}`],
  ['cron(0 0 ? * 2,6L *)', `its day-of-week field is "2,6L": ${WEEKDAY_L}`],
  ['cron(0 0 ? * 3#0 *)', `its day-of-week field is "3#0": ${NTH}`],
  ['cron(0 0 ? * 3#6 *)', `its day-of-week field is "3#6": ${NTH}`],
  ['cron(0 0 ? * 0#1 *)', `its day-of-week field is "0#1": ${NTH}`],
  ['cron(0 0 ? * #1 *)', `its day-of-week field is "#1": ${NTH}`],
  ['cron(0 0 ? * 3#1,6#3 *)', `its day-of-week field is "3#1,6#3": ${NTH}`],
  ['cron(0 0 ? * MON-FRI#1 *)', `its day-of-week field is "MON-FRI#1": ${NTH}`],
  ['cron(0 0 ? * 2W *)', `its day-of-week field is "2W": "2W" is none of its values; ${WEEKDAYS}`],
  // One time.
  ['at(2026-12-24)', AT_SHAPE],
  ['at(2026-12-24T18:00)', AT_SHAPE],
  ['at(2026-12-24 18:00:00)', AT_SHAPE],
  ['at(2026-12-24T18:00:00Z)', AT_SHAPE],
  ['at(2026-12-24T18:00:00+09:00)', AT_SHAPE],
  ['at(2026-02-30T18:00:00)', AT_SHAPE],
  ['at(2027-02-29T18:00:00)', AT_SHAPE],
  ['at(2026-13-01T18:00:00)', AT_SHAPE],
  ['at(2026-12-24T24:00:00)', AT_SHAPE],
  ['at(2026-12-24T18:60:00)', AT_SHAPE],
  ['at()', AT_SHAPE],
  ['at(2026-12-24T18:00:30)', 'EventBridge Scheduler goes by the minute; write at(2026-12-24T18:00:00)'],
  ['at(1969-12-31T18:00:00)', 'its year is not from 1970 to 2199'],
  ['at(2200-01-01T00:00:00)', 'its year is not from 1970 to 2199'],
];

describe('an expression', () => {
  for (const [text, ...expected] of ACCEPTED) {
    test(`may be ${text}`, () => {
      const reading = readExpression(text);
      assert.ok(reading.ok);
      assert.equal(reading.value.kind, text.slice(0, text.indexOf('(')));
      assert.deepEqual(firstTimes(reading.value, Math.max(expected.length, 1)), expected);
    });
  }

  for (const [text, because] of REFUSED) {
    test(`is refused as ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readExpression(text), {
        ok: false,
        because: `${JSON.stringify(text)} can't be used: ${because}`,
      });
    });
  }

  test('is refused where it is no text, with no more to say', () => {
    for (const given of [undefined, null, 5, true, ['cron(0 0 * * ? *)'], { text: 'cron(0 0 * * ? *)' }]) {
      assert.deepEqual(readExpression(given), { ok: false });
    }
  });

  test('has 256 characters at most', () => {
    const longest = `cron(${'0,'.repeat(118)}1 0 * * ? *)`;
    assert.equal(longest.length, 253);
    assert.equal(readExpression(longest).ok, true);
    assert.deepEqual(readExpression(`cron(${'0,'.repeat(120)}1 0 * * ? *)`), {
      ok: false,
      because: 'a text of 257 characters is no expression; EventBridge Scheduler takes 256 at most',
    });
  });

  test('means the same after it was stored as JSON', () => {
    const reading = readExpression('cron(0/20 8-18 ? * MON-FRI *)');
    assert.ok(reading.ok);
    const stored: Expression = JSON.parse(JSON.stringify(reading.value));
    assert.deepEqual(stored, reading.value);
    assert.deepEqual(firstTimes(stored, 5), firstTimes(reading.value, 5));
  });

  test('that was never read is our own fault where it is used', () => {
    const expression: Expression = { kind: 'cron', text: 'cron(0 22-2 * * ? *)' };
    assert.throws(() => nextOccurrence(expression, 'UTC', NOVEMBER_1_2026), {
      code: 'InternalFailure',
      message:
        'The stored expression "cron(0 22-2 * * ? *)" can\'t be used: its hours field is "22-2": the range 22-2 ends before it begins, which AWS does not document; write 22-23,0-2',
    });
  });

  test('means the same after many others were read', () => {
    const expression: Expression = { kind: 'cron', text: 'cron(7 3 ? * 6L *)' };
    const before = firstTimes(expression, 3);
    for (let number = 0; number < 20_000; number += 1) {
      const text = `cron(${number % 60} ${Math.floor(number / 60) % 24} ${1 + (Math.floor(number / 1440) % 28)} * ? *)`;
      nextOccurrence({ kind: 'cron', text }, 'UTC', NOVEMBER_1_2026);
    }
    assert.deepEqual(firstTimes(expression, 3), before);
  });
});

function firstTimes(expression: Expression, count: number): string[] {
  const times: string[] = [];
  let after = NOVEMBER_1_2026 - 1;
  while (times.length < count) {
    const next = nextOccurrence(expression, 'UTC', after);
    if (next === undefined) break;
    times.push(new Date(next).toISOString().slice(0, 16));
    after = next;
  }
  return times;
}
