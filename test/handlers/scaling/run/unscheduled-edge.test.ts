import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unscheduledEdge } from '../../../../handlers/scaling/run/unscheduled-edge.ts';
import type { Override } from '../../../../handlers/scaling/store/plan-store.ts';
import { night, nightly, storedPlan } from '../../../support/scaling/plans.ts';

const LASTING = nightly({ end: { kind: 'duration', durationMs: 2 * 3_600_000 } });

function edge(scenario = nightly(), at = night('01:30'), overrides: readonly Override[] = []) {
  const found = unscheduledEdge(storedPlan([scenario], { overrides }), scenario, at);
  return found && [found.edge, found.scheduledTime];
}

describe('unscheduledEdge', () => {
  test('is none where the schedule says the end', () => {
    assert.equal(edge(), undefined);
  });

  test('is the end after a Duration, while the window is open', () => {
    assert.deepEqual(edge(LASTING), ['end', night('03:00')]);
    assert.equal(edge(LASTING, night('03:00')), undefined);
  });

  test('is where a person’s start ends', () => {
    const open: Override = { scenario: 'nightly', hold: 'open', from: night('12:00'), until: night('13:00') };
    assert.deepEqual(edge(nightly(), night('12:00'), [open]), ['end', night('13:00')]);
  });

  test('is a start where a person’s word ends within a window', () => {
    const closed: Override = {
      scenario: 'nightly',
      hold: 'closed',
      from: night('01:10'),
      until: night('02:00'),
    };
    assert.deepEqual(edge(nightly(), night('01:30'), [closed]), ['start', night('02:00')]);
  });
});
