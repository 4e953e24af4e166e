import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRunInput, SCHEDULED_TIME } from '../../../../handlers/scaling/run/run-input.ts';
import { night } from '../../../support/scaling/plans.ts';

const STARTED = night('02:00');
const BY_HAND = { plan: 'plan-1', scenario: 'nightly', edge: 'start' };

function read(input: unknown) {
  const reading = readRunInput(input, STARTED);
  assert.ok(reading.ok, reading.ok ? '' : reading.because);
  return reading.value;
}

describe('the input of an execution', () => {
  test('of a schedule has its time', () => {
    assert.deepEqual(read({ ...BY_HAND, scheduledTime: '2026-11-20T01:00:00Z' }), {
      run: { ...BY_HAND, scheduledTime: night('01:00') },
      isDryRun: false,
    });
  });

  test('of a person has none: it is now, and what the person says counts', () => {
    assert.deepEqual(read(BY_HAND), {
      run: { ...BY_HAND, scheduledTime: STARTED },
      isDryRun: false,
      byHand: {},
    });
  });

  test('of a person may say until when', () => {
    assert.deepEqual(read({ ...BY_HAND, until: '2026-11-20T06:00:00+01:00' }).byHand, {
      until: night('05:00'),
    });
  });

  test('may ask for a dry run', () => {
    assert.equal(read({ ...BY_HAND, dryRun: true }).isDryRun, true);
  });

  test('of an emulator that leaves the scheduled time as it is written is no person’s word', () => {
    assert.deepEqual(read({ ...BY_HAND, scheduledTime: SCHEDULED_TIME }), {
      run: { ...BY_HAND, scheduledTime: STARTED },
      isDryRun: false,
    });
  });

  test('of the sweep may have no scenario: what is left is brought back', () => {
    const input = { plan: 'plan-1', edge: 'end', scheduledTime: '2026-11-20T01:00:00Z', isRepair: true };
    assert.deepEqual(read(input).run, { ...input, scheduledTime: night('01:00') });
  });

  test('of a person without a scenario only brings back what is left', () => {
    assert.equal(read({ plan: 'plan-1', edge: 'end' }).byHand, undefined);
  });
});

describe('an input that can’t be used is refused', () => {
  const cases: readonly (readonly [input: unknown, because: RegExp])[] = [
    ['start', /is no JSON object; \{"plan"/],
    [[BY_HAND], /is no JSON object/],
    [null, /is no JSON object/],
    [{ ...BY_HAND, plan: undefined }, /plan is missing: it is the attribute PlanId/],
    [{ ...BY_HAND, plan: 'p'.repeat(129) }, /plan is missing/],
    [{ ...BY_HAND, edge: 'begin' }, /edge is "begin"; allowed are "start" and "end"/],
    [{ ...BY_HAND, scenario: undefined }, /scenario is missing: which one is to start/],
    [{ ...BY_HAND, scenario: 7 }, /scenario is 7, which is no name/],
    [{ ...BY_HAND, dryRun: 'yes' }, /dryRun is "yes"; allowed are true and false/],
    [{ ...BY_HAND, scheduledTime: 'soon' }, /scheduledTime is "soon"; an instant as/],
    [{ ...BY_HAND, scheduledTime: '2026-11-20' }, /scheduledTime is "2026-11-20"/],
    [{ ...BY_HAND, until: '2026-11-20T02:00:00Z' }, /until is ".*"; an instant to come/],
    [{ ...BY_HAND, until: 5 }, /until is 5/],
    [
      { ...BY_HAND, scheduledTime: '2026-11-20T01:00:00Z', until: '2026-11-20T05:00:00Z' },
      /until belongs to a scenario that a person starts or ends/,
    ],
    [{ plan: 'plan-1', edge: 'end', until: '2026-11-20T05:00:00Z' }, /until belongs to a scenario/],
    [{ ...BY_HAND, unitl: 'x' }, /the input has "unitl"; allowed are plan, scenario, edge/],
  ];
  for (const [input, because] of cases) {
    test(`${JSON.stringify(input).slice(0, 90)}`, () => {
      const reading = readRunInput(input, STARTED);
      assert.equal(reading.ok, false);
      assert.match(reading.because ?? '', because);
    });
  }
});
