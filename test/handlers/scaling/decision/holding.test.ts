import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { holdingAt, openWindows } from '../../../../handlers/scaling/decision/holding.ts';
import type { Override } from '../../../../handlers/scaling/store/plan-store.ts';
import {
  BATCH,
  batchStep,
  expression,
  night,
  nightly,
  ORDERS,
  storedPlan,
} from '../../../support/scaling/plans.ts';

const LOW = nightly({ name: 'low' });
const HIGH = nightly({
  name: 'high',
  start: expression('cron(0 2 * * ? *)'),
  end: { kind: 'duration', durationMs: 3_600_000 },
  priority: 5,
  steps: [batchStep({ desiredCount: 30 })],
});

const holder = (stored: ReturnType<typeof storedPlan>, at: number) =>
  holdingAt(stored, BATCH, at)?.scenario.name;

describe('holdingAt', () => {
  const stored = storedPlan([LOW, HIGH]);

  test('is the scenario whose window is open, from its start to just before its end', () => {
    assert.equal(holder(stored, night('00:59')), undefined);
    assert.equal(holder(stored, night('01:00')), 'low');
    assert.equal(holder(stored, night('04:59')), 'low');
    assert.equal(holder(stored, night('05:00')), undefined);
  });

  test('is the one of higher priority while both are open, and the other before and after', () => {
    assert.equal(holder(stored, night('01:59')), 'low');
    assert.equal(holder(stored, night('02:00')), 'high');
    assert.equal(holder(stored, night('03:00')), 'low');
  });

  test('is nothing for a target that no step names', () => {
    assert.equal(holdingAt(stored, ORDERS, night('02:00')), undefined);
  });

  test('is nothing in a plan that was removed', () => {
    assert.equal(holder({ ...stored, status: 'removed' }, night('02:00')), undefined);
  });

  test('tells the window and the step with it', () => {
    const holding = holdingAt(stored, BATCH, night('02:30'));
    assert.deepEqual(holding?.window, { scenario: 'high', start: night('02:00'), end: night('03:00') });
    assert.deepEqual(holding?.step, HIGH.steps[0]);
  });
});

describe("a person's override", () => {
  const open: Override = { scenario: 'low', hold: 'open', from: night('12:00'), until: night('13:00') };
  const closed: Override = { scenario: 'low', hold: 'closed', from: night('03:30'), until: night('05:00') };

  test('opens a window where the schedule has none', () => {
    const stored = storedPlan([LOW], { overrides: [open] });
    assert.deepEqual(openWindows(stored, night('12:00')), [
      { scenario: 'low', start: night('12:00'), end: night('13:00') },
    ]);
    assert.deepEqual(openWindows(stored, night('13:00')), []);
  });

  test('closes the window that the schedule has open, until its time is over', () => {
    const stored = storedPlan([LOW], { overrides: [closed] });
    assert.equal(holder(stored, night('03:29')), 'low');
    assert.equal(holder(stored, night('03:30')), undefined);
    assert.equal(holder(stored, night('01:00', 1)), 'low');
  });

  test('said last counts', () => {
    const again: Override = { ...closed, hold: 'open', from: night('04:00') };
    const stored = storedPlan([LOW], { overrides: [closed, again] });
    assert.equal(holder(stored, night('03:45')), undefined);
    assert.equal(holder(stored, night('04:15')), 'low');
  });

  test('makes the one that opened last hold, where priorities are equal', () => {
    const other = nightly({ name: 'other', start: expression('cron(0 20 * * ? *)'), end: LOW.end });
    const overrides: readonly Override[] = [
      { ...open, scenario: 'other', from: night('02:00'), until: night('03:00') },
    ];
    const stored = storedPlan([LOW, other], { overrides });
    assert.equal(holder(stored, night('02:30')), 'other');
  });
});
