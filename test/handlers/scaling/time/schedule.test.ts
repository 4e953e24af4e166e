import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Expression, readExpression } from '../../../../handlers/scaling/time/expression.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { nextOccurrence, previousOccurrence } from '../../../../handlers/scaling/time/schedule.ts';
import { anyCron } from '../../../support/scaling/oracle-expressions.ts';

type Row = readonly [
  text: string,
  /** In UTC, as `2026-03-07T06:59`. */
  after: string,
  /** The first time later than `after`. */
  next: string | undefined,
  why?: string,
];

/** Every expected time is worked out by hand from the zone's rule, which stands above its rows. */
const CLOCK_CHANGES: Readonly<Record<string, readonly Row[]>> = {
  // From 2026-03-08 02:00 EST (07:00Z) clocks show 03:00 EDT; from 2026-11-01 02:00 EDT (06:00Z) 01:00 EST.
  // EST is UTC-5, EDT is UTC-4.
  'America/New_York': [
    ['cron(59 1 * * ? *)', '2026-03-07T06:59', '2026-03-08T06:59', 'the last minute before the gap'],
    ['cron(0 2 * * ? *)', '2026-03-07T07:00', '2026-03-09T06:00', 'the first minute of the gap is skipped'],
    ['cron(30 2 * * ? *)', '2026-03-07T07:30', '2026-03-09T06:30'],
    ['cron(59 2 * * ? *)', '2026-03-07T07:59', '2026-03-09T06:59', 'the last minute of the gap is skipped'],
    ['cron(0 3 * * ? *)', '2026-03-07T08:00', '2026-03-08T07:00', 'the first minute after the gap'],
    ['cron(0/30 * * * ? *)', '2026-03-08T06:30', '2026-03-08T07:00', '03:00 follows 01:30'],
    ['cron(0 0 * * ? *)', '2026-03-08T05:00', '2026-03-09T04:00', 'a day of 23 hours'],
    ['cron(30 2 ? 3 1#2 *)', '2026-03-01T00:00', undefined, 'it means no time but those left out'],
    ['cron(* 2 ? 3 1#2 *)', '2026-03-01T00:00', undefined, '10,000 times that are left out'],
    ['at(2026-03-08T01:59:00)', '2026-03-01T00:00', '2026-03-08T06:59'],
    ['at(2026-03-08T02:30:00)', '2026-03-01T00:00', undefined],
    ['at(2026-03-08T03:00:00)', '2026-03-01T00:00', '2026-03-08T07:00'],
    [
      'cron(59 0 * * ? *)',
      '2026-10-31T04:59',
      '2026-11-01T04:59',
      'the last minute before the repeated hour',
    ],
    ['cron(0 1 * * ? *)', '2026-10-31T05:00', '2026-11-01T05:00', 'the first of two, in EDT'],
    ['cron(0 1 * * ? *)', '2026-11-01T05:00', '2026-11-02T06:00', 'not again in EST'],
    ['cron(30 1 * * ? *)', '2026-10-31T05:30', '2026-11-01T05:30'],
    ['cron(30 1 * * ? *)', '2026-11-01T05:30', '2026-11-02T06:30'],
    ['cron(59 1 * * ? *)', '2026-11-01T05:59', '2026-11-02T06:59'],
    ['cron(0/30 * * * ? *)', '2026-11-01T05:30', '2026-11-01T07:00', '02:00 EST follows 01:30 EDT'],
    ['cron(0/30 * * * ? *)', '2026-11-01T06:10', '2026-11-01T07:00', 'asked within the repetition'],
    ['cron(0 2 * * ? *)', '2026-10-31T06:00', '2026-11-01T07:00', 'the first minute after the repetition'],
    ['cron(0 12 * * ? *)', '2026-10-31T16:00', '2026-11-01T17:00', '25 hours later'],
    ['at(2026-11-01T01:30:00)', '2026-10-01T00:00', '2026-11-01T05:30'],
  ],
  // From 2026-03-29 02:00 CET (01:00Z) clocks show 03:00 CEST; from 2026-10-25 03:00 CEST (01:00Z) 02:00 CET.
  // CET is UTC+1, CEST is UTC+2.
  'Europe/Berlin': [
    ['cron(59 1 * * ? *)', '2026-03-28T00:59', '2026-03-29T00:59'],
    ['cron(0 2 * * ? *)', '2026-03-28T01:00', '2026-03-30T00:00'],
    ['cron(30 2 * * ? *)', '2026-03-28T01:30', '2026-03-30T00:30'],
    ['cron(59 2 * * ? *)', '2026-03-28T01:59', '2026-03-30T00:59'],
    ['cron(0 3 * * ? *)', '2026-03-28T02:00', '2026-03-29T01:00'],
    ['cron(0/20 * * * ? *)', '2026-03-29T00:40', '2026-03-29T01:00'],
    ['cron(0 0 ? * SUN *)', '2026-03-22T00:00', '2026-03-28T23:00'],
    ['cron(30 2 ? 3 1L *)', '2026-01-01T00:00', undefined, 'the last Sunday of March is the day'],
    ['at(2026-03-29T02:00:00)', '2026-01-01T00:00', undefined],
    ['cron(59 1 * * ? *)', '2026-10-23T23:59', '2026-10-24T23:59'],
    ['cron(0 2 * * ? *)', '2026-10-24T00:00', '2026-10-25T00:00', 'the first of two, in CEST'],
    ['cron(0 2 * * ? *)', '2026-10-25T00:00', '2026-10-26T01:00', 'not again in CET'],
    ['cron(30 2 * * ? *)', '2026-10-25T00:30', '2026-10-26T01:30'],
    ['cron(59 2 * * ? *)', '2026-10-24T00:59', '2026-10-25T00:59'],
    ['cron(0 3 * * ? *)', '2026-10-24T01:00', '2026-10-25T02:00'],
    ['cron(0/20 * * * ? *)', '2026-10-25T00:40', '2026-10-25T02:00'],
    ['cron(0/20 * * * ? *)', '2026-10-25T01:30', '2026-10-25T02:00'],
    ['at(2026-10-25T02:30:00)', '2026-10-01T00:00', '2026-10-25T00:30'],
  ],
  // From 2026-04-05 02:00 summer time (2026-04-04T15:00Z) clocks show 01:30; from 2026-10-04 02:00 standard time
  // (2026-10-03T15:30Z) 02:30. Standard time is UTC+10:30, summer time is UTC+11.
  'Australia/Lord_Howe': [
    [
      'cron(29 1 * * ? *)',
      '2026-04-03T14:29',
      '2026-04-04T14:29',
      'the last minute before the repeated half hour',
    ],
    ['cron(30 1 * * ? *)', '2026-04-03T14:30', '2026-04-04T14:30', 'the first of two'],
    ['cron(30 1 * * ? *)', '2026-04-04T14:30', '2026-04-05T15:00', 'not again in standard time'],
    ['cron(45 1 * * ? *)', '2026-04-04T14:45', '2026-04-05T15:15'],
    ['cron(59 1 * * ? *)', '2026-04-03T14:59', '2026-04-04T14:59'],
    ['cron(0 2 * * ? *)', '2026-04-03T15:00', '2026-04-04T15:30', 'the first minute after the repetition'],
    ['cron(0/15 * * * ? *)', '2026-04-04T14:45', '2026-04-04T15:30'],
    ['cron(0/15 * * * ? *)', '2026-04-04T15:05', '2026-04-04T15:30'],
    ['at(2026-04-05T01:40:00)', '2026-04-01T00:00', '2026-04-04T14:40'],
    ['cron(59 1 * * ? *)', '2026-10-02T15:29', '2026-10-03T15:29', 'the last minute before the gap'],
    ['cron(0 2 * * ? *)', '2026-10-02T15:30', '2026-10-04T15:00', 'the first minute of the gap is skipped'],
    ['cron(15 2 * * ? *)', '2026-10-02T15:45', '2026-10-04T15:15'],
    ['cron(29 2 * * ? *)', '2026-10-02T15:59', '2026-10-04T15:29', 'the last minute of the gap is skipped'],
    ['cron(30 2 * * ? *)', '2026-10-02T16:00', '2026-10-03T15:30', 'the first minute after the gap'],
    ['cron(0/15 * * * ? *)', '2026-10-03T15:15', '2026-10-03T15:30', '02:30 follows 01:45'],
    ['at(2026-10-04T02:10:00)', '2026-10-01T00:00', undefined],
  ],
  // Always UTC+9: on the days on which others change their clocks nothing happens.
  'Asia/Tokyo': [
    ['cron(30 2 * * ? *)', '2026-03-07T17:30', '2026-03-08T17:30'],
    ['cron(30 2 * * ? *)', '2026-03-28T17:30', '2026-03-29T17:30'],
    ['cron(30 2 * * ? *)', '2026-10-24T17:30', '2026-10-25T17:30'],
    ['cron(30 1 * * ? *)', '2026-10-31T16:30', '2026-11-01T16:30'],
    ['cron(0/30 * * * ? *)', '2026-03-08T16:30', '2026-03-08T17:00'],
    ['cron(0/30 * * * ? *)', '2026-11-01T16:30', '2026-11-01T17:00'],
    ['cron(0 0 * * ? *)', '2026-10-03T15:00', '2026-10-04T15:00'],
    ['cron(0 0 1 1 ? *)', '2026-06-01T00:00', '2026-12-31T15:00'],
    ['cron(30 0 ? * MON *)', '2026-11-01T15:29', '2026-11-01T15:30', 'Monday there is Sunday in UTC'],
    ['at(2026-03-08T02:30:00)', '2026-03-01T00:00', '2026-03-07T17:30'],
    ['at(2026-11-01T01:30:00)', '2026-10-01T00:00', '2026-10-31T16:30'],
  ],
  // From 2018-11-04 00:00 (UTC-3, 03:00Z) clocks show 01:00 (UTC-2); from 2019-02-17 00:00 (02:00Z) 23:00 the day before.
  'America/Sao_Paulo': [
    ['cron(0 0 * * ? *)', '2018-11-03T03:00', '2018-11-05T02:00', 'a day without midnight'],
    ['cron(30 0 * * ? *)', '2018-11-03T03:30', '2018-11-05T02:30'],
    ['cron(0 1 * * ? *)', '2018-11-03T04:00', '2018-11-04T03:00'],
    ['cron(30 23 * * ? *)', '2019-02-16T01:30', '2019-02-17T01:30', 'the first of two'],
    ['cron(30 23 * * ? *)', '2019-02-17T01:30', '2019-02-18T02:30'],
    [
      'cron(0 0 * * ? *)',
      '2019-02-16T02:00',
      '2019-02-17T03:00',
      'clocks show midnight after the repetition',
    ],
  ],
  // From 2026-03-29 00:00 (UTC+2, 03-28T22:00Z) clocks show 01:00 (UTC+3); from 2026-10-25 00:00 (10-24T21:00Z) 23:00 the day before.
  'Asia/Beirut': [
    ['cron(0 0 * * ? *)', '2026-03-27T22:00', '2026-03-29T21:00'],
    ['cron(30 23 * * ? *)', '2026-10-23T20:30', '2026-10-24T20:30'],
    ['cron(30 23 * * ? *)', '2026-10-24T20:30', '2026-10-25T21:30'],
  ],
  // From 2026-04-24 00:00 (UTC+2, 04-23T22:00Z) clocks show 01:00 (UTC+3); from 2026-10-30 00:00 (10-29T21:00Z) 23:00 the day before.
  'Africa/Cairo': [
    ['cron(15 0 * * ? *)', '2026-04-22T22:15', '2026-04-24T21:15'],
    ['cron(0 23 * * ? *)', '2026-10-28T20:00', '2026-10-29T20:00'],
    ['cron(0 23 * * ? *)', '2026-10-29T20:00', '2026-10-30T21:00'],
  ],
  // From 2010-11-07 00:01 (UTC-2:30, 02:31Z) clocks show 23:01 (UTC-3:30) the day before: a date comes back.
  'America/St_Johns': [
    ['cron(0 0 * * ? *)', '2010-11-06T02:30', '2010-11-07T02:30'],
    ['cron(0 0 * * ? *)', '2010-11-07T02:30', '2010-11-08T03:30'],
    ['cron(30 23 * * ? *)', '2010-11-06T02:00', '2010-11-07T02:00'],
    ['cron(30 23 * * ? *)', '2010-11-07T02:00', '2010-11-08T03:00'],
    ['cron(* * * * ? *)', '2010-11-07T02:30', '2010-11-07T03:31', '00:01 follows 00:00, an hour later'],
  ],
  // After 2011-12-29 23:59 (UTC-10) comes 2011-12-31 00:00 (UTC+14): the zone went over the date line.
  'Pacific/Apia': [
    ['cron(0 12 * * ? *)', '2011-12-29T22:00', '2011-12-30T22:00', 'the 30th is skipped'],
    ['cron(* * * * ? *)', '2011-12-30T09:59', '2011-12-30T10:00', '1440 minutes are skipped'],
    ['cron(0 12 30 12 ? 2011)', '2011-01-01T00:00', undefined],
  ],
  // From 2026-03-29 01:00 (UTC) clocks show 03:00 (UTC+2); from 2026-10-25 03:00 (01:00Z) 01:00.
  'Antarctica/Troll': [
    ['cron(0 2 * * ? *)', '2026-03-28T02:00', '2026-03-30T00:00'],
    ['cron(30 2 * * ? *)', '2026-10-24T00:30', '2026-10-25T00:30'],
    ['cron(30 2 * * ? *)', '2026-10-25T00:30', '2026-10-26T02:30'],
    ['cron(30 1 * * ? *)', '2026-10-24T23:30', '2026-10-26T01:30'],
  ],
  // UTC+14 and UTC-11: the year begins first in the one, and last in the other.
  'Pacific/Kiritimati': [['cron(0 0 1 1 ? *)', '2026-06-01T00:00', '2026-12-31T10:00']],
  'Pacific/Pago_Pago': [['cron(0 0 1 1 ? *)', '2026-06-01T00:00', '2027-01-01T11:00']],
};

describe('an occurrence', () => {
  for (const [zone, rows] of Object.entries(CLOCK_CHANGES)) {
    for (const [text, after, next, why] of rows) {
      const name = `${text} in ${zone} after ${after}Z is ${next === undefined ? 'never' : `at ${next}Z`}`;
      test(why === undefined ? name : `${name}: ${why}`, () => {
        const expression = read(text);
        const from = Date.parse(`${after}Z`);
        assert.equal(show(nextOccurrence(expression, zone, from)), next);
        if (next === undefined) return;
        const at = Date.parse(`${next}Z`);
        assert.equal(show(previousOccurrence(expression, zone, at)), next, 'looking back from it');
        assert.equal(
          previousOccurrence(expression, zone, at - 1),
          previousOccurrence(expression, zone, from),
          'looking back from before it',
        );
      });
    }
  }

  test('is strictly after one instant, and at another or before', () => {
    const noon = Date.parse('2026-11-21T12:00Z');
    const expression = read('cron(0 12 * * ? *)');
    const daily = 24 * 60 * 60_000;
    assert.equal(nextOccurrence(expression, 'UTC', noon), noon + daily);
    assert.equal(nextOccurrence(expression, 'UTC', noon - 1), noon);
    assert.equal(previousOccurrence(expression, 'UTC', noon), noon);
    assert.equal(previousOccurrence(expression, 'UTC', noon - 1), noon - daily);
    const once = read('at(2026-11-21T12:00:00)');
    assert.equal(nextOccurrence(once, 'UTC', noon), undefined);
    assert.equal(nextOccurrence(once, 'UTC', noon - 1), noon);
    assert.equal(previousOccurrence(once, 'UTC', noon), noon);
    assert.equal(previousOccurrence(once, 'UTC', noon - 1), undefined);
  });

  test('is not on a date that is excepted, by the calendar of its zone', () => {
    const tokyo = read('cron(30 0 * * ? *)');
    const after = Date.parse('2026-12-30T00:00Z');
    assert.equal(show(nextOccurrence(tokyo, 'Asia/Tokyo', after)), '2026-12-30T15:30');
    assert.equal(
      show(nextOccurrence(tokyo, 'Asia/Tokyo', after, ['2027-01-01', '2026-12-31'])),
      '2027-01-01T15:30',
    );
    assert.equal(
      show(
        previousOccurrence(tokyo, 'Asia/Tokyo', Date.parse('2027-01-01T15:29Z'), [
          '2026-12-31',
          '2027-01-01',
        ]),
      ),
      '2026-12-29T15:30',
    );
    const once = read('at(2026-12-31T00:30:00)');
    assert.equal(nextOccurrence(once, 'Asia/Tokyo', after, ['2026-12-31']), undefined);
    assert.equal(previousOccurrence(once, 'Asia/Tokyo', after * 2, ['2026-12-31']), undefined);
    // The 7th is there for a minute, then the 6th again, then the 7th.
    const everyMinute = read('cron(* * * * ? *)');
    const sixth = Date.parse('2010-11-06T12:00Z');
    assert.equal(
      show(nextOccurrence(everyMinute, 'America/St_Johns', sixth, ['2010-11-06', '2010-11-07'])),
      '2010-11-08T03:30',
    );
  });

  test('is from 1970 to 2199, or never', () => {
    const daily = read('cron(0 12 * * ? *)');
    assert.equal(show(nextOccurrence(daily, 'UTC', Date.UTC(1900, 0))), '1970-01-01T12:00');
    assert.equal(previousOccurrence(daily, 'UTC', Date.UTC(1970, 0, 1, 11, 59)), undefined);
    assert.equal(show(previousOccurrence(daily, 'UTC', Date.UTC(2500, 0))), '2199-12-31T12:00');
    assert.equal(nextOccurrence(daily, 'UTC', Date.UTC(2199, 11, 31, 12)), undefined);
  });

  for (const text of [
    'cron(0 0 30 2 ? *)',
    'cron(* * 31 2,4,6,9,11 ? *)',
    'cron(0 0 29 2 ? 2026,2027,2100)',
  ]) {
    test(`never comes of ${text}, on a date that there is not`, () => {
      assert.equal(nextOccurrence(read(text), 'Europe/Berlin', Date.UTC(2026, 0)), undefined);
      assert.equal(previousOccurrence(read(text), 'Europe/Berlin', Date.UTC(2026, 0)), undefined);
    });
  }

  test('is the same whatever was asked before', () => {
    const expression = read('cron(30 1 ? * SUN *)');
    const first = nextOccurrence(expression, 'America/New_York', Date.UTC(2026, 9, 30));
    // More zones and years than are remembered.
    for (let year = 1971; year < 2199; year += 1) {
      for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Cairo']) {
        nextOccurrence(expression, zone, Date.UTC(year, 5));
      }
    }
    assert.equal(nextOccurrence(expression, 'America/New_York', Date.UTC(2026, 9, 30)), first);
    assert.equal(show(first), '2026-11-01T05:30');
  });

  test('found forwards is found backwards, and there is none between two', () => {
    const zone = fc.constantFrom(...Object.keys(CLOCK_CHANGES), 'Africa/Casablanca', 'Asia/Kathmandu', 'UTC');
    const instant = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2050, 0) });
    fc.assert(
      fc.property(anyCron, zone, instant, (text, zone, instant) => {
        const expression = read(text);
        const next = nextOccurrence(expression, zone, instant);
        const previous = previousOccurrence(expression, zone, instant);
        if (previous !== undefined) {
          assert.ok(previous <= instant);
          assert.equal(nextOccurrence(expression, zone, previous), next);
          assert.equal(nextOccurrence(expression, zone, previous - 1), previous);
        }
        if (next !== undefined) {
          assert.ok(next > instant);
          assert.equal(previousOccurrence(expression, zone, next), next);
          assert.equal(previousOccurrence(expression, zone, next - 1), previous);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

function read(text: string): Expression {
  const reading = readExpression(text);
  assert.ok(reading.ok, reading.ok ? '' : reading.because);
  return reading.value;
}

function show(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString().slice(0, 16);
}
