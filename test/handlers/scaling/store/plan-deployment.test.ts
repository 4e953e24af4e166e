import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  hasSchedules,
  isForgettable,
  type PlanDeployment,
} from '../../../../handlers/scaling/store/plan-deployment.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import { night, storedPlan } from '../../../support/scaling/plans.ts';

function stored(status: StoredPlan['status'], deployment?: Partial<PlanDeployment>): StoredPlan {
  const whole = { request: 'r', requestedAt: night('01:00'), storedAt: night('01:00'), ...deployment };
  return { ...storedPlan(), status, ...(deployment && { deployment: whole }) };
}

describe('a plan may be forgotten', () => {
  const cases: readonly [what: string, plan: StoredPlan, now: number, may: boolean][] = [
    ['while it is active', stored('active', {}), night('09:00'), false],
    ['a while after it was removed', stored('removed', {}), night('01:05'), true],
    ['where no resource made it', stored('removed'), night('01:00'), true],
    [
      'right after it was removed: a run may have read it before',
      stored('removed', {}),
      night('01:04'),
      false,
    ],
    ['while its group is still to be deleted', stored('removed', { group: 'g' }), night('09:00'), false],
    [
      'while its Create is under way',
      stored('removed', { group: 'g', isPending: true }),
      night('09:00'),
      false,
    ],
  ];
  for (const [what, plan, now, may] of cases) {
    test(`${may ? '' : 'not '}${what}`, () => assert.equal(isForgettable(plan, now), may));
  }
});

test('a plan has schedules while it is active, and while its Create is under way', () => {
  assert.ok(hasSchedules(stored('active', { group: 'g' })));
  assert.ok(hasSchedules(stored('removed', { group: 'g', isPending: true })));
  assert.ok(!hasSchedules(stored('removed', { group: 'g' })));
});
