import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clockChanges, shiftMs } from '../../../../handlers/scaling/forecast/clock-changes.ts';
import { oddTimes } from '../../../../handlers/scaling/forecast/odd-times.ts';
import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import { expression, nightly, planOf } from '../../../support/scaling/plans.ts';

const HOUR_MS = 3_600_000;

describe('changes of the clocks', () => {
  for (const [zone, from, to, found] of [
    [
      'Europe/Berlin',
      '2026-03-01',
      '2026-12-01',
      [
        ['2026-03-29T01:00', 1],
        ['2026-10-25T01:00', -1],
      ],
    ],
    ['Australia/Lord_Howe', '2026-04-01', '2026-05-01', [['2026-04-04T15:00', -0.5]]],
    ['Asia/Tokyo', '2026-01-01', '2027-01-01', []],
    ['UTC', '2026-01-01', '2027-01-01', []],
    ['Pacific/Apia', '2011-12-29', '2012-01-02', [['2011-12-30T10:00', 24]]],
  ] as const) {
    test(`of ${zone} from ${from} to ${to}`, () => {
      const changes = clockChanges(zone, Date.parse(`${from}T00:00Z`), Date.parse(`${to}T00:00Z`));
      assert.deepEqual(
        changes.map((change) => [new Date(change.at).toISOString().slice(0, 16), shiftMs(change) / HOUR_MS]),
        found,
      );
    });
  }

  test('include the first instant of the span, and not the last', () => {
    const at = Date.parse('2026-10-25T01:00Z');
    assert.equal(clockChanges('Europe/Berlin', at, at + 1).length, 1);
    assert.equal(clockChanges('Europe/Berlin', at - 1, at).length, 0);
  });
});

describe('times that go otherwise than on other days', () => {
  test('are those that the clocks leap over, of starts and ends', () => {
    assert.deepEqual(
      told('2026-03-28', '2026-03-30', {
        start: expression('cron(0/30 2 * * ? *)'),
        end: { kind: 'expression', expression: expression('cron(15 2,9 * * ? *)') },
      }),
      [
        'missing start 2026-03-29T02:00 2026-03-29T01:00Z',
        'missing end 2026-03-29T02:15 2026-03-29T01:00Z',
        'missing start 2026-03-29T02:30 2026-03-29T01:00Z',
      ],
    );
  });

  test('are those that the clocks show twice, at the first time', () => {
    assert.deepEqual(told('2026-10-24', '2026-10-27', { start: expression('cron(30 2 * * ? *)') }), [
      'repeated start 2026-10-25T02:30 2026-10-25T00:30Z',
    ]);
  });

  test('are the starts on dates of Except, and not the ends', () => {
    assert.deepEqual(
      told('2026-11-20', '2026-11-25', { except: ['2026-11-21', '2026-11-24', '2026-12-24'] }),
      [
        'excepted start 2026-11-21T01:00 2026-11-21T00:00Z',
        'excepted start 2026-11-24T01:00 2026-11-24T00:00Z',
      ],
    );
  });

  test('are found on the last day of a year of starts at every hour', () => {
    const scenario = { start: expression('cron(0 * * * ? *)'), except: ['2026-12-30'] };
    assert.equal(
      told('2026-01-01', '2026-12-31', scenario).filter((text) => text.startsWith('excepted')).length,
      24,
    );
  });

  test('are told once where a date of Except has no such time either', () => {
    const scenario = { start: expression('cron(30 2 * * ? *)'), except: ['2026-03-29'] };
    assert.deepEqual(told('2026-03-28', '2026-03-31', scenario), []);
  });

  test('are none for a one-time scenario on another day, and its own time otherwise', () => {
    const at = (text: string) => ({
      start: expression(text),
      end: { kind: 'duration', durationMs: HOUR_MS } as const,
    });
    assert.deepEqual(told('2026-03-28', '2026-03-30', at('at(2026-03-29T01:30:00)')), []);
    assert.deepEqual(told('2026-03-28', '2026-03-30', at('at(2026-03-29T02:30:00)')), [
      'missing start 2026-03-29T02:30 2026-03-29T01:00Z',
    ]);
  });
});

/** In Berlin. */
function told(first: string, last: string, scenario: Partial<Scenario>): readonly string[] {
  const zone = 'Europe/Berlin';
  const plan = planOf([nightly(scenario)], { timezone: zone });
  const [from, to] = [first, last].map((date) => Date.parse(`${date}T00:00Z`)) as [number, number];
  return oddTimes({ plan, from, to, changes: clockChanges(zone, from, to) }).map(
    ({ kind, edge, local, at }) =>
      `${kind} ${edge} ${new Date(local).toISOString().slice(0, 16)} ${new Date(at).toISOString().slice(0, 16)}Z`,
  );
}
