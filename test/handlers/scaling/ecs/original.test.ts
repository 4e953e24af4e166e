import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originalOfService } from '../../../../handlers/scaling/ecs/original.ts';
import { service } from './service-samples.ts';

test('the desired count is recorded, and not how many tasks run', () => {
  assert.deepEqual(originalOfService(service({ desiredCount: 6, runningCount: 2 })), {
    kind: 'ecs',
    desiredCount: 6,
  });
});

test('of a service with a scalable target the bounds are recorded, and not the count of the moment', () => {
  const scalableTarget = { minCapacity: 2, maxCapacity: 8 };
  assert.deepEqual(originalOfService(service({ desiredCount: 6, scalableTarget })), {
    kind: 'ecs',
    bounds: { minCapacity: 2, maxCapacity: 8 },
  });
});
