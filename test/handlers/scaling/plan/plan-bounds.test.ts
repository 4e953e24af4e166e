import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Bounds, Step } from '../../../../handlers/scaling/plan/plan.ts';
import { boundMistakes } from '../../../../handlers/scaling/plan/plan-bounds.ts';
import { batchStep, ordersStep } from '../../../support/scaling/plans.ts';

describe('Bounds', () => {
  const CASES: readonly [what: string, step: Step, bounds: Bounds, mistakes: readonly string[]][] = [
    ['allow what is at most as much', ordersStep({ instanceCount: 4 }), { instanceCount: 4 }, []],
    [
      'allow no instance more',
      ordersStep({ instanceCount: 5 }),
      { instanceCount: 4 },
      ['InstanceCount is 5, allowed by Bounds is at most 4'],
    ],
    [
      'say nothing of what is not asked for',
      ordersStep({ instanceClass: 'db.r6g.large' }),
      { instanceCount: 1 },
      [],
    ],
    [
      'of tasks say nothing of a cluster',
      ordersStep({ instanceCount: 16, minCapacity: 256 }),
      { desiredCount: 0 },
      [],
    ],
    ['of instances say nothing of a service', batchStep({ desiredCount: 40 }), { instanceCount: 1 }, []],
    [
      'allow no task more',
      batchStep({ desiredCount: 41 }),
      { desiredCount: 40 },
      ['DesiredCount is 41, allowed by Bounds is at most 40'],
    ],
    ['allow none at all', batchStep({ desiredCount: 0 }), { desiredCount: 0 }, []],
    [
      'hold for both bounds of a scalable target',
      batchStep({ minCapacity: 41, maxCapacity: 42 }),
      { desiredCount: 40 },
      [
        'MinCapacity is 41, allowed by Bounds is at most 40',
        'MaxCapacity is 42, allowed by Bounds is at most 40',
      ],
    ],
    [
      'allow a scalable target to reach them',
      batchStep({ minCapacity: 0, maxCapacity: 40 }),
      { desiredCount: 40 },
      [],
    ],
    ['are none where none are given', ordersStep({ instanceCount: 16 }), {}, []],
  ];
  for (const [what, step, bounds, mistakes] of CASES) {
    test(what, () => assert.deepEqual(boundMistakes(step, bounds), mistakes));
  }
});
