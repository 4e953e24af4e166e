import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  firstInstantOf,
  gapAround,
  latestLocalTimeUntil,
  localTimeAt,
} from '../../../../handlers/scaling/time/time-zone-offsets.ts';

const HOUR_MS = 60 * 60_000;

describe('the clocks of a zone', () => {
  test('show what Intl says, in every zone', () => {
    const wrong: string[] = [];
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      for (const year of [1996, 2026]) {
        for (let instant = Date.UTC(year, 0); instant < Date.UTC(year + 1, 0); instant += 61 * HOUR_MS) {
          const expected = format.format(instant).replace(' ', 'T');
          const local = localTimeAt(zone, instant);
          if (new Date(local).toISOString().slice(0, 19) !== expected) wrong.push(`${zone} at ${instant}`);
          const first = firstInstantOf(zone, local);
          // The first of two instants is earlier.
          if (first === undefined || first > instant || localTimeAt(zone, first) !== local) {
            wrong.push(`${zone} shows ${expected} at ${first}`);
          }
          const latest = latestLocalTimeUntil(zone, instant);
          if (latest < local || latest > local + 24 * HOUR_MS) wrong.push(`${zone} until ${instant}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('show the last time of an hour that is put back until it is over', () => {
    // At 06:00Z clocks in New York go from 02:00 back to 01:00.
    const change = Date.parse('2026-11-01T06:00Z');
    const two = Date.parse('2026-11-01T02:00Z');
    for (const [minutes, expected] of [
      [-30, two - 30 * 60_000],
      [0, two - 1],
      [30, two - 1],
      [60, two],
      [90, two + 30 * 60_000],
    ] as const) {
      assert.equal(latestLocalTimeUntil('America/New_York', change + minutes * 60_000), expected);
    }
  });

  test('leap over a gap', () => {
    // At 07:00Z clocks in New York go from 02:00 to 03:00.
    const at = (text: string): number => Date.parse(`2026-03-08T${text}Z`);
    const gap = { from: at('02:00'), until: at('03:00') };
    for (const time of ['02:00', '02:30', '02:59']) {
      assert.equal(firstInstantOf('America/New_York', at(time)), undefined);
      assert.deepEqual(gapAround('America/New_York', at(time)), gap);
    }
    for (const time of ['01:59', '03:00']) {
      assert.throws(() => gapAround('America/New_York', at(time)), RangeError);
    }
    assert.equal(firstInstantOf('America/New_York', at('01:59')), at('06:59'));
    assert.equal(firstInstantOf('America/New_York', at('03:00')), at('07:00'));
  });

  test('change at the turn of a year too', () => {
    // On 1 January 2019 Sao Tome went from UTC+1 to UTC at 02:00, 01:00Z.
    const zone = 'Africa/Sao_Tome';
    const at = (text: string): number => Date.parse(`${text}Z`);
    assert.equal(localTimeAt(zone, at('2019-01-01T00:59')), at('2019-01-01T01:59'));
    assert.equal(localTimeAt(zone, at('2019-01-01T01:00')), at('2019-01-01T01:00'));
    assert.equal(firstInstantOf(zone, at('2019-01-01T01:30')), at('2019-01-01T00:30'));
    assert.equal(firstInstantOf(zone, at('2019-01-01T00:30')), at('2018-12-31T23:30'));
    assert.equal(firstInstantOf(zone, at('2019-01-01T02:00')), at('2019-01-01T02:00'));
  });

  test('are asked for at an instant', () => {
    assert.throws(() => localTimeAt('UTC', Number.NaN), RangeError);
  });
});
