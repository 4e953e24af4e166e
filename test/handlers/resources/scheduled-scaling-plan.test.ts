import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { stepsBeside } from '../../../handlers/resources/scheduled-scaling-checks.ts';
import {
  type AskedPlan,
  committed,
  pendingPlan,
  putBack,
  removed,
  replaced,
  withoutGroup,
} from '../../../handlers/resources/scheduled-scaling-plan.ts';
import { type Plan, targetName } from '../../../handlers/scaling/plan/plan.ts';
import { readPlan } from '../../../handlers/scaling/plan/plan-reader.ts';
import { arbitraryPlan } from '../../support/scaling/arbitrary-plan.ts';
import { asCloudFormationSends, propertiesOf } from '../../support/scaling/plan-properties.ts';
import {
  BATCH as BATCH_TARGET,
  batchStep,
  night,
  nightly,
  ORDERS as ORDERS_TARGET,
  ordersStep,
  planOf,
} from '../../support/scaling/plans.ts';

const REPORTS = { kind: 'ecs', cluster: 'prod', service: 'reports' } as const;
const BATCH = planOf([nightly()]);
const ORDERS = planOf([nightly({ steps: [ordersStep({ instanceCount: 3 })] })]);

function asked(plan: Plan, request: string, now = night('02:00')): AskedPlan {
  return {
    plan,
    source: { hash: `hash of ${request}`, readAt: now },
    mark: { request, requestedAt: now },
    now,
  };
}

const first = committed(pendingPlan(asked(BATCH, 'one')), asked(BATCH, 'one'));

describe('what is stored of a plan', () => {
  test('is not active before its Create is over, and then only where the same request has begun it', () => {
    const pending = pendingPlan(asked(BATCH, 'one'));
    assert.equal(pending.status, 'removed');
    assert.match(pending.deployment?.group ?? '', /^deploytime-plan-1-one$/);
    assert.equal(committed(pending, asked(BATCH, 'two')), pending);
    assert.equal(first.status, 'active');
    assert.equal(committed(first, asked(BATCH, 'one')), first);
  });

  test('keeps its group, what people said, and what it was read from before', () => {
    const overrides = [{ scenario: 'nightly', hold: 'open' as const, from: 0, until: 1 }];
    const second = replaced({ ...first, overrides }, asked(ORDERS, 'two'), []);
    assert.equal(second.deployment?.group, first.deployment?.group);
    assert.deepEqual(second.overrides, overrides);
    assert.deepEqual(second.deployment?.formerSource, first.deployment?.source);
    const third = replaced(second, { ...asked(ORDERS, 'three'), source: asked(ORDERS, 'two').source }, []);
    assert.deepEqual(third.deployment?.formerSource, first.deployment?.source);
  });

  test('has another time than what was stored before: runs are told by the second', () => {
    const second = replaced(first, asked(ORDERS, 'two'), []);
    assert.equal(second.deployment?.storedAt, night('02:00') + 1000);
    const third = removed(second, asked(ORDERS, 'three').mark, night('02:00'));
    assert.equal(third.deployment?.storedAt, night('02:00') + 2000);
    assert.equal(removed(third, asked(ORDERS, 'three').mark, night('03:00')), third);
  });

  test('remembers the targets that leave it, and of those that left earlier what is recorded', () => {
    const second = replaced(first, asked(ORDERS, 'two'), []);
    assert.deepEqual(second.formerTargets?.map(targetName), ['ecs/prod/batch']);
    const reports = planOf([nightly({ steps: [{ target: REPORTS, capacity: { desiredCount: 3 } }] })]);
    const third = replaced(second, asked(reports, 'three'), []);
    assert.deepEqual(third.formerTargets?.map(targetName), ['docdb/orders']);
    const recorded = replaced(second, asked(reports, 'three'), second.formerTargets ?? []);
    assert.deepEqual(recorded.formerTargets?.map(targetName), ['docdb/orders', 'ecs/prod/batch']);
    assert.equal(
      replaced(recorded, asked(planOf([nightly(), nightly({ steps: [ordersStep({})] })]), 'four'), [])
        .formerTargets?.map(targetName)
        .join(),
      'ecs/prod/reports',
    );
  });

  test('is put back after a failure with the targets that the failed one may have scaled', () => {
    const failed = replaced(first, asked(ORDERS, 'two'), []);
    const overrides = [{ scenario: 'nightly', hold: 'open' as const, from: 0, until: 1 }];
    const back = putBack({ ...failed, overrides }, first);
    assert.deepEqual(back.plan, first.plan);
    assert.deepEqual(back.overrides, overrides);
    assert.deepEqual(back.formerTargets?.map(targetName), ['docdb/orders']);
    assert.equal(back.deployment?.request, 'two');
    assert.deepEqual(back.deployment?.source, first.deployment?.source);
  });

  test('loses its group when that is deleted, and nothing else', () => {
    const gone = withoutGroup(removed(first, asked(BATCH, 'two').mark, night('03:00')));
    assert.equal(gone.deployment?.group, undefined);
    assert.deepEqual(gone.plan, first.plan);
    assert.equal(withoutGroup(gone), gone);
  });
});

describe('the steps that are new in a plan', () => {
  test('are those that no scenario had before, whatever their times', () => {
    const moved = planOf([nightly({ name: 'other', priority: 7 })]);
    assert.deepEqual(stepsBeside(moved, BATCH), []);
    const larger = planOf([nightly({ steps: [batchStep({ desiredCount: 13 })] })]);
    assert.deepEqual(stepsBeside(larger, BATCH), [batchStep({ desiredCount: 13 })]);
    assert.deepEqual(stepsBeside(BATCH, undefined), [batchStep({ desiredCount: 12 })]);
  });

  test('are none where the same properties are read again: what is stored as JSON is what was read', () => {
    fc.assert(
      fc.property(arbitraryPlan({ targets: [BATCH_TARGET, ORDERS_TARGET], now: night('02:00') }), (plan) => {
        const read = () =>
          readPlan({
            id: plan.id,
            properties: asCloudFormationSends(propertiesOf(plan)),
            now: night('02:00'),
          });
        const stored = JSON.parse(JSON.stringify(read())) as Plan;
        assert.deepEqual(stepsBeside(read(), stored), []);
        assert.deepEqual(stored, read());
      }),
      { numRuns: 50 },
    );
  });
});
