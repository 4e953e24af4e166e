import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Change } from '../../../../handlers/scaling/decision/change.ts';
import type { Observation } from '../../../../handlers/scaling/decision/scaling-target.ts';
import { isAtRest, progressOf } from '../../../../handlers/scaling/decision/target-kind.ts';
import { afterChange, atRest } from '../../../../handlers/scaling/forecast/effect.ts';
import { batchService, instance, LARGE, ordersCluster } from '../../../support/scaling/observations.ts';

const stopped = ordersCluster({
  status: 'stopped',
  instances: [instance('orders-1', { status: 'stopped' }), instance('orders-2', { status: 'stopped' })],
});
const serverless = ordersCluster({ serverless: { minCapacity: 0.5, maxCapacity: 16 } });
const bounded = batchService({ scalableTarget: { minCapacity: 1, maxCapacity: 4 } });

const CHANGES: readonly (readonly [observed: Observation, change: Change])[] = [
  [stopped, { kind: 'start-cluster' }],
  [ordersCluster(), { kind: 'stop-cluster' }],
  [ordersCluster(), { kind: 'change-class', instance: 'orders-2', instanceClass: LARGE }],
  [ordersCluster(), { kind: 'create-replica', instance: 'orders-3', instanceClass: LARGE, owner: 'plan-1' }],
  [ordersCluster(), { kind: 'delete-replica', instance: 'orders-2' }],
  [ordersCluster(), { kind: 'fail-over', instance: 'orders-2' }],
  [serverless, { kind: 'set-min-capacity', minCapacity: 4, maxCapacity: 16 }],
  [batchService(), { kind: 'set-desired-count', desiredCount: 12 }],
  [bounded, { kind: 'set-bounds', minCapacity: 8, maxCapacity: 20 }],
];

describe('a change in a world where all goes well', () => {
  for (const [observed, change] of CHANGES) {
    test(`is seen done by the run's own eyes, and at rest: ${change.kind}`, () => {
      assert.equal(progressOf(change, observed), 'no-sign');
      const changed = afterChange(observed, change);
      assert.equal(progressOf(change, changed), 'done');
      assert.ok(isAtRest(changed));
    });
  }

  test('makes replicas of the owner’s, which are the last to be promoted', () => {
    const change = {
      kind: 'create-replica',
      instance: 'o-3',
      instanceClass: LARGE,
      owner: 'plan-1',
    } as const;
    const changed = afterChange(ordersCluster(), change);
    assert.deepEqual('instances' in changed && changed.instances.at(-1), {
      ...instance('o-3', { instanceClass: LARGE, promotionTier: 15 }),
      owner: 'plan-1',
    });
  });

  test('brings a count within its bounds', () => {
    const changed = afterChange(bounded, { kind: 'set-bounds', minCapacity: 8, maxCapacity: 20 });
    assert.deepEqual('desiredCount' in changed && [changed.desiredCount, changed.runningCount], [8, 8]);
  });
});

describe('a target at rest', () => {
  test('has what it is on the way to', () => {
    const rest = atRest(
      ordersCluster({
        status: 'modifying',
        instances: [
          instance('orders-1', { isWriter: true, status: 'modifying', pendingClass: LARGE }),
          instance('orders-2', { status: 'deleting' }),
          instance('orders-3', { status: 'failed' }),
        ],
      }),
    );
    assert.ok('instances' in rest);
    assert.equal(rest.status, 'available');
    assert.deepEqual(
      rest.instances.map(({ id, status, instanceClass, pendingClass }) => [
        id,
        status,
        instanceClass,
        pendingClass,
      ]),
      [
        ['orders-1', 'available', LARGE, undefined],
        ['orders-3', 'failed', instance('x').instanceClass, undefined],
      ],
    );
  });

  test('is stopped where it is being stopped, and has one writer', () => {
    const rest = atRest(ordersCluster({ status: 'stopping', instances: [instance('a'), instance('b')] }));
    assert.ok('instances' in rest);
    assert.equal(rest.status, 'stopped');
    assert.deepEqual(
      rest.instances.map(({ isWriter }) => isWriter),
      [true, false],
    );
  });

  test('stays lost where a person has to look at it', () => {
    assert.equal(atRest(ordersCluster({ status: 'migration-failed' })).status, 'migration-failed');
  });
});
