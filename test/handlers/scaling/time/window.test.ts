import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Scenario, ScenarioEnd } from '../../../../handlers/scaling/plan/plan.ts';
import { readDuration } from '../../../../handlers/scaling/time/duration.ts';
import { type Expression, readExpression } from '../../../../handlers/scaling/time/expression.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import {
  nextWindow,
  type Window,
  windowAt,
  windowFrom,
  windowsIn,
} from '../../../../handlers/scaling/time/window.ts';

const nightly = scenario('cron(30 0 * * ? *)', 'cron(0 5 * * ? *)');

describe('windows', () => {
  test('go from each start to the next end', () => {
    // 00:30 in Tokyo is 15:30 in UTC, 05:00 is 20:00.
    assert.deepEqual(spans(nightly, 'Asia/Tokyo', '2026-11-20T00:00', '2026-11-22T00:00'), [
      '2026-11-20T15:30/2026-11-20T20:00',
      '2026-11-21T15:30/2026-11-21T20:00',
    ]);
    const weekend = scenario('cron(0 20 ? * FRI *)', 'cron(0 6 ? * MON *)');
    assert.deepEqual(spans(weekend, 'UTC', '2026-11-01T00:00', '2026-11-15T00:00'), [
      '2026-10-30T20:00/2026-11-02T06:00',
      '2026-11-06T20:00/2026-11-09T06:00',
      '2026-11-13T20:00/2026-11-16T06:00',
    ]);
  });

  test('last as long as their duration, and are as long as the night where they have an end', () => {
    const elapsed = scenario('cron(30 0 * * ? *)', 'PT4H30M');
    const zone = 'Europe/Berlin';
    // In the night to 2026-03-29 an hour is left out, in that to 2026-10-25 one comes twice.
    assert.deepEqual(spans(nightly, zone, '2026-03-28T12:00', '2026-03-29T12:00'), [
      '2026-03-28T23:30/2026-03-29T03:00',
    ]);
    assert.deepEqual(spans(elapsed, zone, '2026-03-28T12:00', '2026-03-29T12:00'), [
      '2026-03-28T23:30/2026-03-29T04:00',
    ]);
    assert.deepEqual(spans(nightly, zone, '2026-10-24T12:00', '2026-10-25T12:00'), [
      '2026-10-24T22:30/2026-10-25T04:00',
    ]);
    assert.deepEqual(spans(elapsed, zone, '2026-10-24T12:00', '2026-10-25T12:00'), [
      '2026-10-24T22:30/2026-10-25T03:00',
    ]);
  });

  test('stay open for another day where the time of their end is left out', () => {
    const early = scenario('cron(30 0 * * ? *)', 'cron(30 2 * * ? *)');
    assert.deepEqual(spans(early, 'America/New_York', '2026-03-07T12:00', '2026-03-10T00:00'), [
      '2026-03-08T05:30/2026-03-09T06:30',
      '2026-03-09T04:30/2026-03-09T06:30',
    ]);
  });

  test('do not start where the time of their start is left out', () => {
    const late = scenario('cron(30 2 * * ? *)', 'cron(0 5 * * ? *)');
    assert.deepEqual(spans(late, 'America/New_York', '2026-03-07T00:00', '2026-03-10T00:00'), [
      '2026-03-07T07:30/2026-03-07T10:00',
      '2026-03-09T06:30/2026-03-09T09:00',
    ]);
  });

  test('end strictly after they start', () => {
    const daily = scenario('cron(0 0 * * ? *)', 'cron(0 0 * * ? *)');
    assert.deepEqual(spans(daily, 'UTC', '2026-11-20T00:00', '2026-11-22T00:00'), [
      '2026-11-20T00:00/2026-11-21T00:00',
      '2026-11-21T00:00/2026-11-22T00:00',
    ]);
    assert.equal(span(windowAt(daily, 'UTC', at('2026-11-21T00:00'))), '2026-11-21T00:00/2026-11-22T00:00');
  });

  test('do not start on the dates that are excepted, on which others may end', () => {
    const overnight = {
      ...scenario('cron(0 22 * * ? *)', 'cron(0 4 * * ? *)'),
      except: ['2026-12-31', '2027-01-01'],
    };
    assert.deepEqual(spans(overnight, 'Asia/Tokyo', '2026-12-30T00:00', '2027-01-04T00:00'), [
      '2026-12-30T13:00/2026-12-30T19:00',
      '2027-01-02T13:00/2027-01-02T19:00',
      '2027-01-03T13:00/2027-01-03T19:00',
    ]);
    // In Tokyo it is the 31st.
    assert.equal(
      span(windowAt(overnight, 'Asia/Tokyo', at('2026-12-30T18:59'))),
      '2026-12-30T13:00/2026-12-30T19:00',
    );
    assert.equal(windowAt(overnight, 'Asia/Tokyo', at('2026-12-31T13:00')), undefined);
    assert.equal(
      span(nextWindow(overnight, 'Asia/Tokyo', at('2026-12-30T13:00'))),
      '2027-01-02T13:00/2027-01-02T19:00',
    );
  });

  test('are open from their start on, and not at their end', () => {
    const open = '2026-11-20T00:30/2026-11-20T05:00';
    for (const [instant, expected] of [
      ['2026-11-20T00:29', undefined],
      ['2026-11-20T00:30', open],
      ['2026-11-20T04:59', open],
      ['2026-11-20T05:00', undefined],
      ['2026-11-20T23:59', undefined],
    ] as const) {
      assert.equal(span(windowAt(nightly, 'UTC', at(instant))), expected, instant);
    }
    assert.equal(span(windowAt(nightly, 'UTC', at('2026-11-20T05:00') - 1)), open);
    assert.equal(windowAt(nightly, 'UTC', at('2026-11-20T00:30') - 1), undefined);
  });

  test('overlap a span that ends after their start and starts before their end', () => {
    const open = '2026-11-20T00:30/2026-11-20T05:00';
    for (const [from, to, expected] of [
      ['2026-11-20T00:00', '2026-11-20T00:30', []],
      ['2026-11-20T00:00', '2026-11-20T00:31', [open]],
      ['2026-11-20T00:30', '2026-11-20T00:31', [open]],
      ['2026-11-20T02:00', '2026-11-20T03:00', [open]],
      ['2026-11-20T04:59', '2026-11-20T05:00', [open]],
      ['2026-11-20T05:00', '2026-11-20T12:00', []],
    ] as const) {
      assert.deepEqual(spans(nightly, 'UTC', from, to), expected, `${from} to ${to}`);
    }
  });

  test('overlap each other where a start comes before the end, and the last that started is the open one', () => {
    const twice = scenario('cron(0 1,2 * * ? *)', 'cron(0 5 * * ? *)');
    const first = '2026-11-20T01:00/2026-11-20T05:00';
    const second = '2026-11-20T02:00/2026-11-20T05:00';
    assert.deepEqual(spans(twice, 'UTC', '2026-11-20T04:00', '2026-11-20T06:00'), [first, second]);
    assert.equal(span(windowAt(twice, 'UTC', at('2026-11-20T01:59'))), first);
    assert.equal(span(windowAt(twice, 'UTC', at('2026-11-20T02:00'))), second);
    const long = scenario('cron(0 0 * * ? *)', 'P2DT1H');
    assert.deepEqual(spans(long, 'UTC', '2026-11-20T00:30', '2026-11-20T00:31'), [
      '2026-11-18T00:00/2026-11-20T01:00',
      '2026-11-19T00:00/2026-11-21T01:00',
      '2026-11-20T00:00/2026-11-22T01:00',
    ]);
  });

  test('that are started by a person end as the others do', () => {
    assert.deepEqual(windowFrom(nightly, 'UTC', at('2026-11-20T14:07')), {
      scenario: 'nightly',
      start: at('2026-11-20T14:07'),
      end: at('2026-11-21T05:00'),
    });
    assert.equal(
      span(windowFrom(nightly, 'UTC', at('2026-11-20T05:00'))),
      '2026-11-20T05:00/2026-11-21T05:00',
    );
    const elapsed = scenario('cron(30 0 * * ? *)', 'PT4H30M');
    assert.equal(
      span(windowFrom(elapsed, 'UTC', at('2026-11-20T14:07'))),
      '2026-11-20T14:07/2026-11-20T18:37',
    );
  });

  test('are one where both times are given once', () => {
    const once = scenario('at(2026-12-24T18:00:00)', 'at(2026-12-27T06:00:00)');
    const only = '2026-12-24T18:00/2026-12-27T06:00';
    assert.deepEqual(spans(once, 'UTC', '2026-01-01T00:00', '2027-06-01T00:00'), [only]);
    assert.equal(span(windowAt(once, 'UTC', at('2026-12-26T00:00'))), only);
    assert.equal(span(nextWindow(once, 'UTC', at('2026-12-24T17:59'))), only);
    assert.equal(nextWindow(once, 'UTC', at('2026-12-24T18:00')), undefined);
    assert.equal(windowFrom(once, 'UTC', at('2026-12-27T06:00')), undefined);
  });

  test('need an end that follows', () => {
    const endless = scenario('cron(0 0 * * ? *)', 'at(2026-11-20T12:00:00)');
    const last = '2026-11-20T00:00/2026-11-20T12:00';
    assert.equal(spans(endless, 'UTC', '2026-11-20T06:00', '2026-11-25T00:00').at(-1), last);
    assert.equal(span(windowAt(endless, 'UTC', at('2026-11-20T06:00'))), last);
    assert.equal(windowAt(endless, 'UTC', at('2026-11-21T06:00')), undefined);
    assert.equal(nextWindow(endless, 'UTC', at('2026-11-20T06:00')), undefined);
    const never = scenario('cron(0 0 * * ? *)', 'cron(0 0 30 2 ? *)');
    assert.deepEqual(spans(never, 'UTC', '2026-11-20T00:00', '2026-11-25T00:00'), []);
    const unborn = scenario('cron(0 0 30 2 ? *)', 'cron(0 0 * * ? *)');
    assert.deepEqual(spans(unborn, 'UTC', '2026-11-20T00:00', '2026-11-25T00:00'), []);
    assert.equal(windowAt(unborn, 'UTC', at('2026-11-21T06:00')), undefined);
  });

  test('are the same for a scenario that was stored as JSON', () => {
    const stored: Scenario = JSON.parse(JSON.stringify(nightly));
    const [from, to] = [at('2026-01-01T00:00'), at('2027-01-01T00:00')];
    assert.equal(windowsIn(stored, 'UTC', from, to).length, 365);
    assert.deepEqual(
      windowsIn(stored, 'Europe/Berlin', from, to),
      windowsIn(nightly, 'Europe/Berlin', from, to),
    );
  });

  test('are refused where they are more than sixty thousand', () => {
    const restless = scenario('cron(* * * * ? *)', 'PT1M');
    assert.equal(windowsIn(restless, 'UTC', at('2026-11-01T00:00'), at('2026-11-02T00:00')).length, 1440);
    assert.throws(() => windowsIn(restless, 'UTC', at('2026-11-01T00:00'), at('2027-01-01T00:00')), {
      name: 'ProviderError',
      code: 'InvalidRequest',
      message:
        'The scenario "nightly" starts more than 60000 times from 2026-11-01T00:00:00Z to 2027-01-01T00:00:00Z; let it start less often',
    });
    const backlog = scenario('cron(* * * * ? *)', 'P366D');
    assert.throws(() => windowsIn(backlog, 'UTC', at('2026-11-01T00:00'), at('2026-11-01T00:01')), {
      code: 'InvalidRequest',
    });
  });
});

/** @param end An expression or a duration. */
function scenario(start: string, end: string): Scenario {
  return { name: 'nightly', start: read(start), end: readEnd(end), priority: 0, except: [], steps: [] };
}

function readEnd(text: string): ScenarioEnd {
  if (text.includes('(')) return { kind: 'expression', expression: read(text) };
  const duration = readDuration(text);
  assert.ok(duration.ok);
  return { kind: 'duration', durationMs: duration.value };
}

function read(text: string): Expression {
  const reading = readExpression(text);
  assert.ok(reading.ok);
  return reading.value;
}

function spans(scenario: Scenario, zone: string, from: string, to: string): (string | undefined)[] {
  return windowsIn(scenario, zone, at(from), at(to)).map(span);
}

/** In UTC. */
function span(window: Window | undefined): string | undefined {
  if (window === undefined) return undefined;
  return [window.start, window.end].map((instant) => new Date(instant).toISOString().slice(0, 16)).join('/');
}

function at(text: string): Instant {
  return Date.parse(`${text}Z`);
}
