import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contests } from '../../../../handlers/scaling/forecast/contests.ts';
import { openSpans } from '../../../../handlers/scaling/forecast/open-spans.ts';
import { targetsOf } from '../../../../handlers/scaling/forecast/plan-targets.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import {
  batchStep,
  expression,
  night,
  nightly,
  ordersStep,
  storedPlan,
} from '../../../support/scaling/plans.ts';

const between = (start: string, end: string) => ({
  start: expression(`cron(${start} * * ? *)`),
  end: { kind: 'expression', expression: expression(`cron(${end} * * ? *)`) } as const,
});

describe('open spans', () => {
  test('are the windows, whole, of which a part is in the time that is asked for', () => {
    assert.deepEqual(told(storedPlan(), night('02:00'), night('02:00', 1)), [
      'nightly 20T01:00 to 20T05:00',
      'nightly 21T01:00 to 21T05:00',
    ]);
    assert.deepEqual(told(storedPlan(), night('05:00'), night('01:00', 1)), []);
  });

  test('end and begin where a person says so', () => {
    const override = (hold: 'open' | 'closed', from: string, until: string) => ({
      scenario: 'nightly',
      hold,
      from: night(from),
      until: night(until),
    });
    for (const [overrides, spans] of [
      [[override('closed', '02:00', '05:00')], ['nightly 20T01:00 to 20T02:00']],
      [
        [override('closed', '02:00', '03:00')],
        ['nightly 20T01:00 to 20T02:00', 'nightly 20T03:00 to 20T05:00'],
      ],
      [
        [override('open', '10:00', '12:00')],
        ['nightly 20T01:00 to 20T05:00', 'nightly 20T10:00 to 20T12:00 by hand'],
      ],
      [
        [override('open', '04:00', '06:00')],
        ['nightly 20T01:00 to 20T04:00', 'nightly 20T04:00 to 20T06:00 by hand'],
      ],
    ] as const) {
      assert.deepEqual(told(storedPlan([nightly()], { overrides }), night('00:00'), night('23:00')), spans);
    }
  });

  test('of a plan that was deleted are none', () => {
    assert.deepEqual(
      told(storedPlan([nightly()], { status: 'removed' }), night('00:00'), night('23:00')),
      [],
    );
  });
});

describe('contests', () => {
  const steps = [batchStep({ desiredCount: 5 })];
  const long = nightly({ name: 'long', steps });
  const short = nightly({ name: 'short', priority: 3, ...between('0 2', '0 3'), steps });

  test('are won by the higher priority, for as long as both are open', () => {
    assert.deepEqual(contestsOf(storedPlan([long, short])), [
      'ecs/prod/batch 02:00 to 03:00 short over long',
    ]);
  });

  test('go on as one while the same wins against the same', () => {
    const other = nightly({ name: 'other', ...between('30 2', '0 4'), priority: -1, steps });
    assert.deepEqual(contestsOf(storedPlan([long, short, other])), [
      'ecs/prod/batch 02:00 to 02:30 short over long',
      'ecs/prod/batch 02:30 to 03:00 short over long,other',
      'ecs/prod/batch 03:00 to 04:00 long over other',
    ]);
  });

  test('are none over another target', () => {
    const elsewhere = { ...short, steps: [ordersStep({ instanceCount: 3 })] };
    assert.deepEqual(contestsOf(storedPlan([long, elsewhere])), []);
    assert.deepEqual(
      targetsOf(storedPlan([long, elsewhere, short]).plan).map(({ kind }) => kind),
      ['ecs', 'docdb'],
    );
  });
});

function told(stored: StoredPlan, from: number, to: number): readonly string[] {
  const short = (at: number) => new Date(at).toISOString().slice(8, 16);
  return openSpans(stored, from, to).map(
    ({ scenario, start, end, isByHand }) =>
      `${scenario} ${short(start)} to ${short(end)}${isByHand ? ' by hand' : ''}`,
  );
}

function contestsOf(stored: StoredPlan): readonly string[] {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
  return contests(stored, openSpans(stored, night('00:00'), night('20:00'))).map(
    ({ target, from, to, winner, losers }) =>
      `${target.kind === 'ecs' ? 'ecs/prod/batch' : 'docdb'} ${clock(from)} to ${clock(to)} ${winner} over ${losers}`,
  );
}
