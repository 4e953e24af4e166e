import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ecsProgress } from '../../../../handlers/scaling/ecs/progress.ts';
import { service } from './service-samples.ts';

test('a desired count is there when it is read, whether or not its tasks run yet', () => {
  const change = { kind: 'set-desired-count', desiredCount: 12 } as const;
  assert.equal(ecsProgress(change, service({ desiredCount: 12, runningCount: 4 })), 'done');
  assert.equal(ecsProgress(change, service({ desiredCount: 4 })), 'no-sign');
  assert.equal(ecsProgress(change, service({ desiredCount: 13 })), 'no-sign');
});

test('bounds are there when both are, and the desired count is within', () => {
  const change = { kind: 'set-bounds', minCapacity: 2, maxCapacity: 8 } as const;
  const seen = (minCapacity: number, maxCapacity: number) =>
    ecsProgress(change, service({ scalableTarget: { minCapacity, maxCapacity } }));
  assert.equal(seen(2, 8), 'done');
  assert.equal(seen(2, 9), 'no-sign');
  assert.equal(seen(1, 8), 'no-sign');
  const scalableTarget = { minCapacity: 2, maxCapacity: 8 };
  assert.equal(ecsProgress(change, service({ scalableTarget, desiredCount: 9 })), 'no-sign');
  assert.equal(ecsProgress(change, service()), 'no-sign');
});
