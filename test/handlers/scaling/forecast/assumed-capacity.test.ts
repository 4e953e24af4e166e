import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assumedCapacity } from '../../../../handlers/scaling/forecast/assumed-capacity.ts';
import { capacityOf, formatCapacity } from '../../../../handlers/scaling/forecast/capacity.ts';
import { forecast } from '../../../../handlers/scaling/forecast/forecast.ts';
import type { Step } from '../../../../handlers/scaling/plan/plan.ts';
import { batchStep, night, nightly, ordersStep, planOf, storedPlan } from '../../../support/scaling/plans.ts';

const CASES: readonly (readonly [asked: string, step: Step, assumed: string])[] = [
  ['a class', ordersStep({ instanceClass: 'db.r6g.xlarge' }), '3 × own-class'],
  ['three instances', ordersStep({ instanceCount: 3 }), '2 × own-class'],
  ['sixteen instances', ordersStep({ instanceCount: 16 }), '3 × own-class'],
  ['one instance', ordersStep({ instanceCount: 1 }), '1 × own-class'],
  ['to run', ordersStep({ state: 'running' }), 'stopped'],
  ['to be stopped', ordersStep({ state: 'stopped' }), '3 × own-class'],
  ['8 DCU', ordersStep({ minCapacity: 8 }), '3 × db.serverless, 1.5 DCU at least'],
  ['1 DCU', ordersStep({ minCapacity: 1 }), '3 × db.serverless, 0.5 DCU at least'],
  [
    '8 DCU with restarts',
    ordersStep({ minCapacity: 8, allowOutage: true }),
    '3 × db.serverless, 0.5 DCU at least',
  ],
  ['a count', batchStep({ desiredCount: 12 }), '2 tasks'],
  ['both bounds', batchStep({ minCapacity: 4, maxCapacity: 9 }), '1 to 2 tasks'],
  ['a lower bound', batchStep({ minCapacity: 4 }), '1 to 4 tasks'],
  ['an upper bound', batchStep({ maxCapacity: 0 }), '0 to 2 tasks'],
];

describe('where nobody tells what a target has, and a scenario asks for', () => {
  for (const [asked, step, assumed] of CASES) {
    test(`${asked}, it is taken to have ${assumed}, and the run succeeds`, () => {
      const plan = planOf([nightly({ steps: [step] })]);
      const present = assumedCapacity(plan, step.target);
      assert.equal(formatCapacity(capacityOf(present)), assumed);
      const { runs } = forecast({
        stored: storedPlan([nightly({ steps: [step] })]),
        from: night('00:00'),
        to: night('12:00'),
        present: () => present,
      });
      assert.deepEqual(
        runs.flatMap(({ ends }) => ends.map(({ outcome }) => outcome)),
        ['Converged', 'Converged'],
      );
    });
  }
});
