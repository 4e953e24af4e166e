import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_OVERRIDES, withOverride } from '../../../../handlers/scaling/decision/override.ts';
import type { Override } from '../../../../handlers/scaling/store/plan-store.ts';
import { night } from '../../../support/scaling/plans.ts';

function said(from: string, until: string, given: Partial<Override> = {}): Override {
  return { scenario: 'nightly', hold: 'open', from: night(from), until: night(until), ...given };
}

describe("a person's word on a scenario", () => {
  const CASES: readonly [
    what: string,
    before: readonly Override[],
    added: Override,
    after: readonly Override[],
  ][] = [
    ['is the first', [], said('01:00', '02:00'), [said('01:00', '02:00')]],
    ['stands once', [said('01:00', '02:00')], said('01:00', '02:00'), [said('01:00', '02:00')]],
    [
      'takes the place of one that ends with it',
      [said('01:00', '05:00')],
      said('02:00', '05:00', { hold: 'closed' }),
      [said('02:00', '05:00', { hold: 'closed' })],
    ],
    [
      'leaves one that lasts longer, which holds again afterwards',
      [said('01:00', '05:00')],
      said('02:00', '03:00', { hold: 'closed' }),
      [said('01:00', '05:00'), said('02:00', '03:00', { hold: 'closed' })],
    ],
    [
      'leaves that on another scenario',
      [said('01:00', '03:00', { scenario: 'weekly' })],
      said('02:00', '05:00'),
      [said('01:00', '03:00', { scenario: 'weekly' }), said('02:00', '05:00')],
    ],
    [
      'drops whatever is over',
      [said('01:00', '02:00', { scenario: 'weekly' }), said('01:30', '02:01', { scenario: 'monthly' })],
      said('02:00', '05:00'),
      [said('01:30', '02:01', { scenario: 'monthly' }), said('02:00', '05:00')],
    ],
    [
      'that arrives after a later one stands before it, so that the later one still counts',
      [said('03:00', '04:00', { hold: 'closed' })],
      said('02:00', '05:00'),
      [said('02:00', '05:00'), said('03:00', '04:00', { hold: 'closed' })],
    ],
  ];
  for (const [what, before, added, after] of CASES) {
    test(what, () => assert.deepEqual(withOverride(before, added), after));
  }

  test('is refused where there are a hundred others', () => {
    let overrides: readonly Override[] = [];
    for (let index = 0; index < MAX_OVERRIDES; index += 1) {
      overrides = withOverride(overrides, said('01:00', '02:00', { scenario: `scenario-${index}` }));
    }
    assert.equal(overrides.length, MAX_OVERRIDES);
    assert.throws(() => withOverride(overrides, said('01:30', '05:00')), {
      code: 'ServiceLimitExceeded',
      message: /has 100 overrides, .* the next one is over at 2026-11-20T02:00:00Z$/,
    });
    assert.deepEqual(withOverride(overrides, said('02:00', '05:00')), [said('02:00', '05:00')]);
  });
});
