import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runsOfDeployment } from '../../../handlers/resources/scheduled-scaling-runs.ts';
import { describeRun } from '../../../handlers/scaling/run/run.ts';
import type { StoredPlan } from '../../../handlers/scaling/store/plan-store.ts';
import { BATCH, expression, night, nightly, ORDERS, storedPlan } from '../../support/scaling/plans.ts';

/** A plan that was stored at an instant. */
function stored(at: number, given: StoredPlan = storedPlan()): StoredPlan {
  return { ...given, deployment: { request: 'r', requestedAt: at, storedAt: at } };
}

const told = (plan: StoredPlan, recorded: Parameters<typeof runsOfDeployment>[1], now: number): string[] =>
  runsOfDeployment(plan, recorded, now).map(describeRun);

describe('the runs of a deployment', () => {
  test('are none where nothing is open and nothing recorded', () => {
    assert.deepEqual(told(stored(night('00:00')), [], night('00:00')), []);
  });

  test('are a start of each scenario that is open, as of when the plan was stored', () => {
    const two = stored(night('02:00'), storedPlan([nightly(), nightly({ name: 'two' })]));
    assert.deepEqual(told(two, [BATCH], night('02:01')), [
      'the start of nightly at 2026-11-20T02:00:00Z',
      'the start of two at 2026-11-20T02:00:00Z',
    ]);
  });

  test('are one that restores, where something is recorded that no open scenario has', () => {
    assert.deepEqual(told(stored(night('02:00')), [BATCH, ORDERS], night('02:01')), [
      'the start of nightly at 2026-11-20T02:00:00Z',
      'the restoring at 2026-11-20T02:00:00Z',
    ]);
    assert.deepEqual(told(stored(night('06:00')), [BATCH], night('06:00')), [
      'the restoring at 2026-11-20T06:00:00Z',
    ]);
  });

  test('are those of edges within the next minute, at their own times', () => {
    const at = night('00:59') + 30_000;
    assert.deepEqual(told(stored(at), [], at), ['the start of nightly at 2026-11-20T01:00:00Z']);
    assert.deepEqual(told(stored(at), [], night('00:58')), []);
    const end = night('04:59') + 30_000;
    assert.deepEqual(told(stored(end), [BATCH], end), [
      'the start of nightly at 2026-11-20T04:59:30Z',
      'the end of nightly at 2026-11-20T05:00:00Z',
    ]);
  });

  test('are none for the end after a Duration: the start sees to it', () => {
    const lasting = storedPlan([nightly({ end: { kind: 'duration', durationMs: 4 * 3_600_000 } })]);
    const at = night('04:59') + 30_000;
    assert.deepEqual(told(stored(at, lasting), [BATCH], at), [
      'the start of nightly at 2026-11-20T04:59:30Z',
    ]);
  });

  test('are none on a date that is excepted', () => {
    const excepted = storedPlan([nightly({ except: ['2026-11-20'] })]);
    const at = night('00:59') + 30_000;
    assert.deepEqual(told(stored(at, excepted), [], at), []);
  });

  test('are told from the schedule that fires in the second in which the plan was stored', () => {
    assert.deepEqual(told(stored(night('01:00')), [], night('01:00')), [
      'the start of nightly at 2026-11-20T01:00:01Z',
    ]);
  });

  test('are none of a one-time scenario that is over', () => {
    const once = storedPlan([
      nightly({
        start: expression('at(2026-11-19T01:00:00)'),
        end: { kind: 'expression', expression: expression('at(2026-11-19T05:00:00)') },
      }),
    ]);
    assert.deepEqual(told(stored(night('02:00'), once), [], night('02:00')), []);
  });
});
