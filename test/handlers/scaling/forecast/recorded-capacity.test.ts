import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Original } from '../../../../handlers/scaling/decision/target-state.ts';
import { assumedCapacity } from '../../../../handlers/scaling/forecast/assumed-capacity.ts';
import { capacityOf, formatCapacity } from '../../../../handlers/scaling/forecast/capacity.ts';
import { recordedCapacity } from '../../../../handlers/scaling/forecast/recorded-capacity.ts';
import type { Step } from '../../../../handlers/scaling/plan/plan.ts';
import { LARGE, SMALL } from '../../../support/scaling/observations.ts';
import { batchStep, night, nightly, ordersStep, planOf } from '../../../support/scaling/plans.ts';

const CLASSES = { a: SMALL, b: LARGE };

describe('what was recorded of a target is what it had before', () => {
  const cases: readonly (readonly [step: Step, original: Original, has: string])[] = [
    [
      ordersStep({ instanceClass: LARGE }),
      { kind: 'docdb', classes: CLASSES, writer: 'b', ownReplicas: [] },
      `1 × ${LARGE}, 1 × ${SMALL}`,
    ],
    [
      ordersStep({ instanceClass: LARGE }),
      { kind: 'docdb', classes: CLASSES, writer: 'a', ownReplicas: ['own-1'] },
      `1 × ${LARGE}, 2 × ${SMALL}`,
    ],
    [ordersStep({ state: 'running' }), { kind: 'docdb', state: 'stopped' }, 'stopped'],
    [ordersStep({ state: 'running' }), { kind: 'docdb', state: 'running' }, '3 × own-class'],
    [ordersStep({ minCapacity: 8 }), { kind: 'docdb', minCapacity: 2 }, '3 × db.serverless, 2 DCU at least'],
    [batchStep({ desiredCount: 9 }), { kind: 'ecs', desiredCount: 5 }, '5 tasks'],
    [
      batchStep({ minCapacity: 9 }),
      { kind: 'ecs', bounds: { minCapacity: 3, maxCapacity: 30 } },
      '3 to 30 tasks',
    ],
  ];
  for (const [step, original, has] of cases) {
    test(`${JSON.stringify(original)}: ${has}`, () => {
      const plan = planOf([nightly({ steps: [step] })]);
      const holder = {
        scenario: 'nightly',
        windowStart: night('01:00'),
        asked: step.capacity,
        allowOutage: false,
        refusedClasses: [],
      };
      const record = { plan: plan.id, recordedAt: night('01:00'), original, holder };
      const recorded = recordedCapacity(record, assumedCapacity(plan, step.target));
      assert.equal(formatCapacity(capacityOf(recorded)), has);
      if (original.kind === 'docdb' && 'instances' in recorded && original.writer !== undefined) {
        assert.deepEqual(
          recorded.instances.filter(({ isWriter }) => isWriter).map(({ id }) => id),
          [original.writer],
        );
        assert.deepEqual(
          recorded.instances.filter(({ owner }) => owner === plan.id).map(({ id }) => id),
          original.ownReplicas,
        );
      }
    });
  }
});
