import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fitnessMistakes, wishesOf } from '../../../../handlers/scaling/deployment/step-fitness.ts';
import type { TargetSurvey } from '../../../../handlers/scaling/deployment/target-survey.ts';
import type { DocumentDbCapacity, EcsCapacity } from '../../../../handlers/scaling/plan/plan.ts';
import { BATCH, batchStep, ORDERS, ordersStep } from '../../../support/scaling/plans.ts';

const CLASSES = new Set(['db.r6g.large', 'db.r6g.xlarge']);

function cluster(
  instances: readonly (string | undefined)[] = [undefined, undefined],
  more: object = {},
): TargetSurvey {
  return {
    observed: {
      target: ORDERS,
      arn: 'arn:aws:rds:us-east-1:111122223333:cluster:orders',
      status: 'available',
      instances: instances.map((owner, at) => ({
        id: `orders-${at + 1}`,
        instanceClass: 'db.r6g.large',
        status: 'available',
        isWriter: at === 0,
        promotionTier: 1,
        ...(owner !== undefined && { owner }),
      })),
      ...more,
    },
    forbidden: [],
    orderableClasses: CLASSES,
  };
}

function service(
  bounds?: { readonly minCapacity: number; readonly maxCapacity: number },
  status = 'ACTIVE',
): TargetSurvey {
  return {
    observed: {
      target: BATCH,
      arn: 'arn:aws:ecs:us-east-1:111122223333:service/prod/batch',
      status,
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      deployments: [],
      ...(bounds && { scalableTarget: bounds }),
    },
    forbidden: [],
  };
}

const ofOrders = (
  survey: TargetSurvey,
  capacity: Partial<DocumentDbCapacity>,
  after?: Partial<DocumentDbCapacity>,
) => fitnessMistakes(ordersStep(capacity, after), survey, 'plan-1');
const ofBatch = (survey: TargetSurvey, capacity: EcsCapacity, after?: EcsCapacity) =>
  fitnessMistakes(batchStep(capacity, after), survey, 'plan-1');

describe('what a cluster is looked at for', () => {
  test('is its classes and instances only where a step asks for them, at the start or afterwards', () => {
    assert.deepEqual(wishesOf(ordersStep({ state: 'stopped' })), { classes: false, instances: false });
    assert.deepEqual(wishesOf(ordersStep({ instanceCount: 3 })), { classes: false, instances: true });
    assert.deepEqual(wishesOf(ordersStep({ instanceClass: 'db.r6g.large' })), {
      classes: true,
      instances: true,
    });
    assert.deepEqual(wishesOf(ordersStep({ state: 'stopped' }, { instanceCount: 3 })), {
      classes: false,
      instances: true,
    });
    assert.deepEqual(wishesOf(batchStep({ desiredCount: 3 })), { classes: false, instances: false });
  });
});

describe('whether a cluster can have what is asked', () => {
  test('depends on the instances that are not ours: replicas of the plan may go', () => {
    assert.deepEqual(ofOrders(cluster([undefined, 'plan-1', 'plan-1']), { instanceCount: 1 }), []);
    assert.match(
      ofOrders(cluster([undefined, 'plan-2']), { instanceCount: 1 }).join(),
      /2 instances of its own/,
    );
    assert.match(ofOrders(cluster(), { state: 'stopped' }, { instanceCount: 1 }).join(), /can't be 1/);
  });

  test('depends on the classes that can be ordered, of which some are named', () => {
    assert.deepEqual(ofOrders(cluster(), { instanceClass: 'db.r6g.xlarge' }), []);
    const asked = { instanceClass: 'db.r6g.xlarge', fallbackClasses: ['db.r6g.large', 'db.x1'] };
    assert.deepEqual(ofOrders(cluster(), asked), [
      "db.x1 can't be ordered in this Region for the engine version of orders; db.r6g.large, db.r6g.xlarge can be",
    ]);
    const many = {
      ...cluster(),
      orderableClasses: new Set(Array.from({ length: 20 }, (_, at) => `db.c${at}`)),
    };
    assert.match(ofOrders(many, { instanceClass: 'db.x1' }).join(), / and 8 more can be$/);
  });

  test('depends on the serverless capacity, where the way back counts as well', () => {
    const serverless = cluster([undefined], { serverless: { minCapacity: 2, maxCapacity: 8 } });
    assert.deepEqual(ofOrders(serverless, { minCapacity: 4 }), []);
    assert.match(ofOrders(serverless, { minCapacity: 9 }).join(), /maximum is 8/);
    assert.match(
      ofOrders(serverless, { minCapacity: 4 }, { minCapacity: 0.5 }).join(),
      /from 4 it crosses 1/,
    );
    assert.deepEqual(ofOrders(serverless, { minCapacity: 4, allowOutage: true }, { minCapacity: 0.5 }), []);
    assert.deepEqual(ofOrders(serverless, { minCapacity: 4 }, { minCapacity: 0.5, allowOutage: true }), []);
  });

  test('is told of one without instances, and of one that is being deleted', () => {
    assert.match(ofOrders(cluster([]), { instanceCount: 2 }).join(), /has no instance/);
    assert.deepEqual(ofOrders(cluster([]), { state: 'stopped' }), []);
    assert.deepEqual(ofOrders(cluster([], { status: 'deleting' }), { instanceCount: 2 }), [
      'orders is being deleted',
    ]);
    assert.deepEqual(ofOrders(cluster(undefined, { status: 'stopped' }), { instanceCount: 2 }), []);
  });
});

describe('whether a service can have what is asked', () => {
  test('depends on whether it has a scalable target, and on its bounds', () => {
    assert.deepEqual(ofBatch(service(), { desiredCount: 12 }), []);
    assert.deepEqual(
      ofBatch(service({ minCapacity: 1, maxCapacity: 4 }), { minCapacity: 2, maxCapacity: 8 }),
      [],
    );
    assert.match(
      ofBatch(service({ minCapacity: 1, maxCapacity: 4 }), { minCapacity: 5 }).join(),
      /can't be 5–4/,
    );
    assert.match(
      ofBatch(service({ minCapacity: 1, maxCapacity: 4 }), { desiredCount: 5 }).join(),
      /has a scalable target/,
    );
    const unscalable = ofBatch(service(), { maxCapacity: 5 });
    assert.match(unscalable.join('; '), /has no scalable target.*let this resource depend on that as well/);
    assert.match(
      ofBatch(service(), { desiredCount: 5 }, { minCapacity: 1 }).join(),
      /has no scalable target/,
    );
  });

  test('is told of one that is being deleted', () => {
    assert.deepEqual(ofBatch(service(undefined, 'DRAINING'), { desiredCount: 3 }), [
      'prod/batch is being deleted',
    ]);
  });
});
