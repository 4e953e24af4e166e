import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EcsChange } from '../../../../handlers/scaling/decision/change.ts';
import type { EcsGoal } from '../../../../handlers/scaling/ecs/goal.ts';
import { nextEcsChange } from '../../../../handlers/scaling/ecs/next-ecs-change.ts';
import type { EcsObservation } from '../../../../handlers/scaling/ecs/observation.ts';
import { originalOfService } from '../../../../handlers/scaling/ecs/original.ts';
import { ecsProgress } from '../../../../handlers/scaling/ecs/progress.ts';
import { BECAUSE, deployment, service } from './service-samples.ts';

const RUNS = { numRuns: 2_000 };
const anyCount = fc.integer({ min: 0, max: 50 });
const anyBounds = fc
  .tuple(anyCount, anyCount)
  .map(([one, other]) => ({ minCapacity: Math.min(one, other), maxCapacity: Math.max(one, other) }));
const anyDeployment = fc
  .record({
    id: fc.constantFrom('ecs-svc/1', 'ecs-svc/2'),
    status: fc.constantFrom('PRIMARY', 'ACTIVE', 'INACTIVE', 'a-new-one'),
    rolloutState: fc.constantFrom('COMPLETED' as const, 'FAILED' as const, 'IN_PROGRESS' as const, undefined),
  })
  .map(({ rolloutState, ...parts }) => {
    const { rolloutState: _, ...whole } = deployment(parts);
    return { ...whole, ...(rolloutState && { rolloutState }) };
  });
const anyService: fc.Arbitrary<EcsObservation> = fc
  .record({
    status: fc.oneof(
      { weight: 4, arbitrary: fc.constant('ACTIVE') },
      fc.constantFrom('DRAINING', 'a-new-one'),
    ),
    desiredCount: anyCount,
    runningCount: anyCount,
    deployments: fc.array(anyDeployment, { maxLength: 3 }),
    scalableTarget: fc.option(anyBounds, { nil: undefined }),
  })
  .map(({ scalableTarget, ...parts }) => service({ ...parts, ...(scalableTarget && { scalableTarget }) }));
const anyGoal: fc.Arbitrary<EcsGoal> = fc
  .oneof(
    fc.record({ kind: fc.constant('desired-count' as const), desiredCount: anyCount }),
    fc.record(
      { kind: fc.constant('bounds' as const), minCapacity: anyCount, maxCapacity: anyCount },
      { requiredKeys: ['kind'] },
    ),
  )
  .map((asked) => ({ because: BECAUSE, asked }));

/** A service whose tasks, deployments and clamping follow at once. */
function applied(observed: EcsObservation, change: EcsChange): EcsObservation {
  const { scalableTarget: _, ...rest } = observed;
  const desiredCount = change.kind === 'set-desired-count' ? change.desiredCount : clamped(observed, change);
  return {
    ...rest,
    desiredCount,
    runningCount: desiredCount,
    deployments: [deployment()],
    ...(change.kind === 'set-bounds' && {
      scalableTarget: { minCapacity: change.minCapacity, maxCapacity: change.maxCapacity },
    }),
  };
}

function clamped(
  { desiredCount }: EcsObservation,
  { minCapacity, maxCapacity }: { readonly minCapacity: number; readonly maxCapacity: number },
): number {
  return Math.min(maxCapacity, Math.max(minCapacity, desiredCount));
}

test('whatever is observed, a change is one that the service takes, and leads straight to its goal', () => {
  fc.assert(
    fc.property(anyGoal, anyService, (goal, observed) => {
      const next = nextEcsChange({ goal, observed });
      assert.match(next.reason, /prod\/batch/);
      if (next.kind !== 'change') return;
      const change = next.change as EcsChange;
      assert.equal(observed.status, 'ACTIVE');
      assert.equal(change.kind === 'set-bounds', observed.scalableTarget !== undefined);
      if (change.kind === 'set-bounds') assert.ok(change.minCapacity <= change.maxCapacity);
      assert.equal(ecsProgress(change, observed), 'no-sign');
      const after = applied(observed, change);
      assert.equal(ecsProgress(change, after), 'done');
      assert.equal(nextEcsChange({ goal, observed: after }).kind, 'settled');
    }),
    RUNS,
  );
});

test('it is settled only with one deployment that has not failed, and as many tasks as are desired', () => {
  fc.assert(
    fc.property(anyGoal, anyService, ({ asked, because }, observed) => {
      const next = nextEcsChange({ goal: { asked, because }, observed });
      if (next.kind !== 'settled') return;
      const { deployments, desiredCount, runningCount, scalableTarget } = observed;
      assert.ok(
        deployments.length <= 1 && deployments.every(({ rolloutState }) => rolloutState !== 'FAILED'),
      );
      assert.equal(runningCount, desiredCount);
      if (asked.kind === 'desired-count') {
        assert.equal(desiredCount, asked.desiredCount);
        return;
      }
      assert.ok(scalableTarget);
      assert.equal(clamped(observed, scalableTarget), desiredCount);
      assert.equal(scalableTarget.minCapacity, asked.minCapacity ?? scalableTarget.minCapacity);
      assert.equal(scalableTarget.maxCapacity, asked.maxCapacity ?? scalableTarget.maxCapacity);
    }),
    RUNS,
  );
});

test('after a window the service has again what was recorded of it', () => {
  const anyStable = fc.tuple(fc.option(anyBounds, { nil: undefined }), anyCount).map(([bounds, count]) => {
    const desiredCount = bounds ? clamped(service({ desiredCount: count }), bounds) : count;
    return service({ desiredCount, ...(bounds && { scalableTarget: bounds }) });
  });
  fc.assert(
    fc.property(anyStable, anyGoal, (start, goal) => {
      const next = nextEcsChange({ goal, observed: start });
      const within = next.kind === 'change' ? applied(start, next.change as EcsChange) : start;
      const original = originalOfService(start);
      const asked: EcsGoal['asked'] =
        'bounds' in original
          ? { kind: 'bounds', ...original.bounds }
          : { kind: 'desired-count', desiredCount: original.desiredCount };
      const back = { because: 'what was recorded', asked };
      const last = nextEcsChange({ goal: back, observed: within });
      const after = last.kind === 'change' ? applied(within, last.change as EcsChange) : within;
      assert.equal(nextEcsChange({ goal: back, observed: after }).kind, 'settled');
      assert.deepEqual(originalOfService(after), original);
    }),
    RUNS,
  );
});
