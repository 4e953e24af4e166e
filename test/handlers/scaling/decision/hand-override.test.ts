import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { overrideByHand } from '../../../../handlers/scaling/decision/hand-override.ts';
import type { Override, StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import { expression, night, nightly, storedPlan } from '../../../support/scaling/plans.ts';

function said(
  edge: 'start' | 'end',
  at: number,
  { until, stored = storedPlan() }: { until?: number; stored?: StoredPlan } = {},
): Override | undefined {
  const run = { plan: 'plan-1', scenario: 'nightly', edge, scheduledTime: at };
  const reading = overrideByHand(stored, run, until);
  assert.ok(reading.ok, reading.ok ? '' : reading.because);
  return reading.value;
}

function refused(stored: StoredPlan, scenario = 'nightly'): string {
  const run = { plan: 'plan-1', scenario, edge: 'start', scheduledTime: night('12:00') } as const;
  const reading = overrideByHand(stored, run, undefined);
  assert.equal(reading.ok, false);
  return reading.because ?? '';
}

describe('overrideByHand', () => {
  test('a start lasts as long as if the schedule had started it now', () => {
    assert.deepEqual(said('start', night('12:00')), {
      scenario: 'nightly',
      hold: 'open',
      from: night('12:00'),
      until: night('05:00', 1),
    });
    const lasting = storedPlan([nightly({ end: { kind: 'duration', durationMs: 3_600_000 } })]);
    assert.equal(said('start', night('12:00'), { stored: lasting })?.until, night('13:00'));
  });

  test('an end lasts for the rest of the window', () => {
    assert.deepEqual(said('end', night('02:00')), {
      scenario: 'nightly',
      hold: 'closed',
      from: night('02:00'),
      until: night('05:00'),
    });
  });

  test('either lasts until the time that is given', () => {
    assert.equal(said('start', night('12:00'), { until: night('12:30') })?.until, night('12:30'));
    assert.equal(said('end', night('12:00'), { until: night('12:00', 3) })?.until, night('12:00', 3));
  });

  test('ends with a whole second, as the run does that closes it', () => {
    assert.equal(said('start', night('12:00'), { until: night('12:30') + 999 })?.until, night('12:30'));
    const lasting = storedPlan([nightly({ end: { kind: 'duration', durationMs: 3_600_000 } })]);
    assert.equal(said('start', night('12:00') + 123, { stored: lasting })?.until, night('13:00'));
  });

  test('an end ends what another person has started', () => {
    const open: Override = { scenario: 'nightly', hold: 'open', from: night('11:00'), until: night('14:00') };
    const stored = storedPlan([nightly()], { overrides: [open] });
    assert.equal(said('end', night('12:00'), { stored })?.until, night('14:00'));
  });

  test('an end where nothing is open says nothing about later', () => {
    assert.equal(said('end', night('12:00')), undefined);
  });

  test('a start that would never end is refused', () => {
    const once = { kind: 'expression', expression: expression('at(2026-11-20T05:00:00)') } as const;
    assert.match(refused(storedPlan([nightly({ end: once })])), /nightly would have no end.*Give until/);
  });

  test('what is not in the plan, or a plan that is gone, is refused', () => {
    assert.match(refused(storedPlan(), 'weekly'), /has no scenario "weekly"; it has nightly/);
    assert.match(refused(storedPlan([nightly()], { status: 'removed' })), /was deleted/);
  });
});
