import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeRun, isLaterRun, type RunReference, runKey } from '../../../../handlers/scaling/run/run.ts';

const AT = Date.parse('2026-11-20T01:00:00Z');
const START: RunReference = { plan: 'p', scenario: 'nightly', edge: 'start', scheduledTime: AT };

describe('runKey', () => {
  test('tells runs apart by plan, scenario, edge, time and who started them', () => {
    const runs: readonly RunReference[] = [
      START,
      { ...START, plan: 'q' },
      { ...START, scenario: 'weekend' },
      { ...START, scenario: undefined },
      { ...START, edge: 'end' },
      { ...START, scheduledTime: AT + 1000 },
      { ...START, isRepair: true },
    ];
    assert.equal(new Set(runs.map(runKey)).size, runs.length);
  });

  test('is the same for the same message, whatever its fraction of a second', () => {
    assert.equal(runKey(START), runKey({ ...START, scheduledTime: AT + 999 }));
  });
});

describe('isLaterRun', () => {
  test('goes by the scheduled time', () => {
    const later = { ...START, scheduledTime: AT + 1000 };
    assert.equal(isLaterRun(later, START), true);
    assert.equal(isLaterRun(START, later), false);
  });

  test('orders two runs of one instant, so that exactly one of them goes on', () => {
    const end: RunReference = { ...START, scenario: 'evening', edge: 'end' };
    assert.notEqual(isLaterRun(end, START), isLaterRun(START, end));
  });

  test('a start is later than an end at its instant: what holds from then on is its work', () => {
    for (const scenario of [undefined, 'a', 'nightly', 'z']) {
      const end: RunReference = { ...START, scenario, edge: 'end' };
      assert.equal(isLaterRun(START, end), true);
      assert.equal(isLaterRun(end, START), false);
    }
  });

  test('no run is later than itself', () => {
    assert.equal(isLaterRun(START, { ...START }), false);
  });
});

test('a run is described by what it is and when', () => {
  assert.equal(describeRun(START), 'the start of nightly at 2026-11-20T01:00:00Z');
  const repair: RunReference = { plan: 'p', edge: 'end', scheduledTime: AT, isRepair: true };
  assert.equal(describeRun(repair), 'the restoring by the sweep at 2026-11-20T01:00:00Z');
});
