import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EcsGoal } from '../../../../handlers/scaling/ecs/goal.ts';
import { nextEcsChange } from '../../../../handlers/scaling/ecs/next-ecs-change.ts';
import type { EcsObservation } from '../../../../handlers/scaling/ecs/observation.ts';
import { bounds, deployment, desired, service } from './service-samples.ts';

const target = { minCapacity: 2, maxCapacity: 8 };
const rollingBack = [
  deployment({ id: 'ecs-svc/2', rolloutState: 'IN_PROGRESS' }),
  deployment({ id: 'ecs-svc/1', status: 'ACTIVE', rolloutState: 'FAILED' }),
];

const rows: readonly (readonly [
  name: string,
  goal: EcsGoal,
  observed: EcsObservation,
  next: string,
  reason: string,
])[] = [
  [
    'the desired count is changed',
    desired(12),
    service(),
    'set-desired-count 12',
    'The desired count of prod/batch is changed from 4 to 12',
  ],
  [
    'down to none',
    desired(0),
    service(),
    'set-desired-count 0',
    'The desired count of prod/batch is changed from 4 to 0',
  ],
  [
    'beside a deployment that is under way',
    desired(12),
    service({ deployments: rollingBack }),
    'set-desired-count 12',
    'The desired count of prod/batch is changed from 4 to 12',
  ],
  [
    'then its tasks are waited for',
    desired(12),
    service({ desiredCount: 12, runningCount: 5, pendingCount: 7 }),
    'wait 15',
    'prod/batch runs 5 tasks, and 12 are desired',
  ],
  [
    'also those that are too many',
    desired(4),
    service({ runningCount: 5 }),
    'wait 15',
    'prod/batch runs 5 tasks, and 4 are desired',
  ],
  [
    'and its deployments',
    desired(4),
    service({ deployments: [deployment({ rolloutState: 'IN_PROGRESS' }), deployment({ status: 'ACTIVE' })] }),
    'wait 15',
    'prod/batch has 2 deployments under way',
  ],
  [
    'then it is settled',
    desired(4),
    service(),
    'settled',
    'prod/batch is stable and has what it should (scenario nightly-batch): 4 tasks',
  ],
  [
    'a deployment that has all its tasks is stable, whether or not it is called complete yet',
    desired(4),
    service({ deployments: [deployment({ rolloutState: 'IN_PROGRESS' })] }),
    'settled',
    'prod/batch is stable and has what it should (scenario nightly-batch): 4 tasks',
  ],
  [
    "a blue/green service's deployments are not shown",
    desired(4),
    service({ deployments: [] }),
    'settled',
    'prod/batch is stable and has what it should (scenario nightly-batch): 4 tasks',
  ],
  [
    'a deployment that has failed is a failure',
    desired(4),
    service({
      runningCount: 1,
      deployments: [
        deployment({
          rolloutState: 'FAILED',
          rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
        }),
      ],
    }),
    'impossible',
    'The deployment ecs-svc/1 of prod/batch has failed: ECS deployment circuit breaker: tasks failed to start.',
  ],
  [
    'with or without a reason of its own',
    desired(4),
    service({ deployments: [deployment({ rolloutState: 'FAILED' })] }),
    'impossible',
    'The deployment ecs-svc/1 of prod/batch has failed',
  ],
  [
    'the count comes back nevertheless',
    desired(2),
    service({ deployments: [deployment({ rolloutState: 'FAILED' })] }),
    'set-desired-count 2',
    'The desired count of prod/batch is changed from 4 to 2',
  ],
  [
    'one that is being rolled back is waited for',
    desired(4),
    service({ deployments: rollingBack }),
    'wait 15',
    'prod/batch has 2 deployments under way',
  ],
  [
    'a service with a scalable target takes bounds only',
    desired(12),
    service({ scalableTarget: target }),
    'impossible',
    "DesiredCount can't be set for prod/batch: it has a scalable target (2–8), which would set it again. Ask for MinCapacity or MaxCapacity",
  ],
  [
    'a count is a whole number',
    desired(1.5),
    service(),
    'impossible',
    "The desired count of prod/batch can't be 1.5",
  ],
  ['and not below zero', desired(-1), service(), 'impossible', "The desired count of prod/batch can't be -1"],
  [
    'both bounds are set in one call',
    bounds({ minCapacity: 6, maxCapacity: 20 }),
    service({ scalableTarget: target }),
    'set-bounds 6 20',
    'The scalable target of prod/batch is changed from 2–8 to 6–20',
  ],
  [
    'the one that is not asked for stays: the upper',
    bounds({ minCapacity: 6 }),
    service({ scalableTarget: target }),
    'set-bounds 6 8',
    'The scalable target of prod/batch is changed from 2–8 to 6–8',
  ],
  [
    'the lower',
    bounds({ maxCapacity: 20 }),
    service({ scalableTarget: target }),
    'set-bounds 2 20',
    'The scalable target of prod/batch is changed from 2–8 to 2–20',
  ],
  [
    'the minimum is never over the maximum that is there',
    bounds({ minCapacity: 9 }),
    service({ scalableTarget: target }),
    'impossible',
    "The scalable target of prod/batch can't be 9–8: it is 2–8, and the minimum is never over the maximum",
  ],
  [
    'nor the other way round',
    bounds({ maxCapacity: 1 }),
    service({ scalableTarget: target }),
    'impossible',
    "The scalable target of prod/batch can't be 2–1: it is 2–8, and the minimum is never over the maximum",
  ],
  [
    'bounds are not for a service without a scalable target',
    bounds({ minCapacity: 6 }),
    service(),
    'impossible',
    "MinCapacity and MaxCapacity can't be set for prod/batch: it has no scalable target. Ask for DesiredCount",
  ],
  [
    'a count that is not within the bounds is brought there by registering them again',
    bounds({ minCapacity: 6 }),
    service({ scalableTarget: { minCapacity: 6, maxCapacity: 8 } }),
    'set-bounds 6 8',
    'The bounds 6–8 of prod/batch are registered again: it desires 4 tasks, which is not within them',
  ],
  [
    'from above too',
    bounds({ maxCapacity: 3 }),
    service({ scalableTarget: { minCapacity: 2, maxCapacity: 3 } }),
    'set-bounds 2 3',
    'The bounds 2–3 of prod/batch are registered again: it desires 4 tasks, which is not within them',
  ],
  [
    'anywhere within them it is settled',
    bounds({ minCapacity: 2, maxCapacity: 8 }),
    service({ desiredCount: 7, scalableTarget: target }),
    'settled',
    'prod/batch is stable and has what it should (scenario nightly-batch): 7 tasks, within 2–8',
  ],
  [
    'a service that drains is lost',
    desired(12),
    service({ status: 'DRAINING' }),
    'impossible',
    'prod/batch is DRAINING: it is being deleted',
  ],
  [
    'as one that is inactive',
    desired(12),
    service({ status: 'INACTIVE' }),
    'impossible',
    'prod/batch is INACTIVE: it is being deleted',
  ],
  [
    'any other status is waited for',
    desired(12),
    service({ status: 'RESTING' }),
    'wait 15',
    'prod/batch is RESTING',
  ],
];

for (const [name, goal, observed, expected, reason] of rows) {
  test(name, () => {
    const next = nextEcsChange({ goal, observed });
    const words = {
      change: () => (next.kind === 'change' ? Object.values(next.change).join(' ') : ''),
      wait: () => (next.kind === 'wait' ? `wait ${next.seconds}` : ''),
      settled: () => 'settled',
      impossible: () => 'impossible',
    }[next.kind]();
    assert.deepEqual({ next: words, reason: next.reason }, { next: expected, reason });
  });
}
