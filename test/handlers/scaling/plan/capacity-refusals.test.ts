import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cluster, mistakesIn, STEP, service } from '../../../support/scaling/refused-plans.ts';

const REFUSED: readonly [properties: unknown, mistakes: string][] = [
  [
    cluster({ Target: 'orders' }),
    `${STEP}.Target is "orders", allowed is docdb/<cluster>, ecs/<cluster>/<service>, or the ARN of either`,
  ],
  [
    cluster({ Target: 'ecs/batch', Instances: '3' }),
    `${STEP}.Target: "ecs/batch" does not name a cluster and a service: ecs/<cluster>/<service>; ${STEP}.Instances is no property of a step, which has Target, After, InstanceClass, FallbackClasses, InstanceCount, State, MinCapacity, AllowOutage, DesiredCount, MaxCapacity`,
  ],
  [
    cluster({ Target: ['docdb/orders'] }),
    `${STEP}.Target is ["docdb/orders"], allowed is docdb/<cluster>, ecs/<cluster>/<service>, or the ARN of either`,
  ],
  [
    cluster({ Target: 'arn:aws:rds:us-east-1:111122223333:cluster:orders' }),
    `${STEP}.Target: "arn:aws:rds:us-east-1:111122223333:cluster:orders" is in Region us-east-1, allowed is what is in the stack's own, ap-northeast-1`,
  ],
  [
    cluster({ InstanceCount: undefined }),
    `${STEP} asks for no capacity, allowed is one or more of InstanceClass, InstanceCount, State, MinCapacity`,
  ],
  [
    cluster({ InstanceCount: undefined, AllowOutage: 'true' }),
    `${STEP} asks for no capacity, allowed is one or more of InstanceClass, InstanceCount, State, MinCapacity`,
  ],
  [
    service({ DesiredCount: undefined }),
    `${STEP} asks for no capacity, allowed is one or more of DesiredCount, MinCapacity, MaxCapacity`,
  ],
  [
    cluster({ InstanceClass: 'r6g.large' }),
    `${STEP}.InstanceClass is "r6g.large", allowed is an instance class: db.<family>.<size>, as db.r6g.2xlarge, or db.serverless`,
  ],
  [
    cluster({ InstanceClass: 'db.r6g' }),
    `${STEP}.InstanceClass is "db.r6g", allowed is an instance class: db.<family>.<size>, as db.r6g.2xlarge, or db.serverless`,
  ],
  [
    cluster({ InstanceClass: 'db.R6G.large' }),
    `${STEP}.InstanceClass is "db.R6G.large", allowed is an instance class: db.<family>.<size>, as db.r6g.2xlarge, or db.serverless`,
  ],
  [
    cluster({ FallbackClasses: ['db.r5.large'] }),
    `${STEP}.FallbackClasses needs InstanceClass: they are tried where AWS has no capacity for it`,
  ],
  [
    cluster({ InstanceClass: 'db.r6g.large', FallbackClasses: ['db.r5.large', 'db.r6g.large'] }),
    `${STEP}.FallbackClasses repeats db.r6g.large, allowed are classes that differ from each other and from InstanceClass`,
  ],
  [
    cluster({ InstanceClass: 'db.r6g.large', FallbackClasses: ['db.r5.large', 'r5.xlarge'] }),
    `${STEP}.FallbackClasses[1] is "r5.xlarge", allowed is an instance class: db.<family>.<size>, as db.r6g.2xlarge, or db.serverless`,
  ],
  [
    cluster({ InstanceClass: 'db.r6g.large', FallbackClasses: [] }),
    `${STEP}.FallbackClasses: it has 0 elements, allowed is a list of 1 to 5 instance classes`,
  ],
  [
    cluster({ InstanceClass: 'db.r6g.large', FallbackClasses: 'db.r5.large' }),
    `${STEP}.FallbackClasses is "db.r5.large", allowed is a list of 1 to 5 instance classes`,
  ],
  [cluster({ InstanceCount: '0' }), `${STEP}.InstanceCount is "0", allowed is a whole number from 1 to 16`],
  [cluster({ InstanceCount: '17' }), `${STEP}.InstanceCount is "17", allowed is a whole number from 1 to 16`],
  [
    cluster({ InstanceCount: '3' }, { Bounds: { InstanceCount: '2' } }),
    `${STEP}.InstanceCount is 3, allowed by Bounds is at most 2`,
  ],
  [cluster({ State: 'stop' }), `${STEP}.State is "stop", allowed is one of running, stopped`],
  [
    cluster({ State: 'stopped', InstanceClass: 'db.r6g.large' }),
    `${STEP}.State is stopped, and InstanceClass, InstanceCount can't be asked for with it: a stopped cluster takes no change`,
  ],
  [
    cluster({ MinCapacity: '0.25' }),
    `${STEP}.MinCapacity is "0.25", allowed is a number of DCU from 0.5 to 256 in steps of 0.5`,
  ],
  [
    cluster({ MinCapacity: '8.75' }),
    `${STEP}.MinCapacity is "8.75", allowed is a number of DCU from 0.5 to 256 in steps of 0.5`,
  ],
  [
    cluster({ MinCapacity: '0' }),
    `${STEP}.MinCapacity is "0", allowed is a number of DCU from 0.5 to 256 in steps of 0.5`,
  ],
  [
    cluster({ MinCapacity: '256.5' }),
    `${STEP}.MinCapacity is "256.5", allowed is a number of DCU from 0.5 to 256 in steps of 0.5`,
  ],
  [
    cluster({ MinCapacity: '1e2' }),
    `${STEP}.MinCapacity is "1e2", allowed is a number of DCU from 0.5 to 256 in steps of 0.5`,
  ],
  [cluster({ AllowOutage: 'maybe' }), `${STEP}.AllowOutage is "maybe", allowed is true or false`],
  [
    cluster({ DesiredCount: '3' }),
    `${STEP}.DesiredCount is of an ECS service, and docdb/orders is a DocumentDB cluster, which has InstanceClass, FallbackClasses, InstanceCount, State, MinCapacity, AllowOutage`,
  ],
  [
    cluster({ MaxCapacity: '8' }),
    `${STEP}.MaxCapacity is of an ECS service, and docdb/orders is a DocumentDB cluster, which has InstanceClass, FallbackClasses, InstanceCount, State, MinCapacity, AllowOutage`,
  ],
  [
    cluster({ InstanceCount: undefined, DesiredCount: '3' }),
    `${STEP}.DesiredCount is of an ECS service, and docdb/orders is a DocumentDB cluster, which has InstanceClass, FallbackClasses, InstanceCount, State, MinCapacity, AllowOutage`,
  ],
  [
    cluster({ InstanceCounts: '3' }),
    `${STEP}.InstanceCounts is no property of a step for a DocumentDB cluster, which has Target, After, InstanceClass, FallbackClasses, InstanceCount, State, MinCapacity, AllowOutage (is InstanceCount meant?)`,
  ],
  [
    cluster({ After: 'none' }),
    `${STEP}.After is "none", allowed is a map of the same properties as the step has`,
  ],
  [
    cluster({ After: {} }),
    `${STEP}.After asks for no capacity, allowed is one or more of InstanceClass, InstanceCount, State, MinCapacity`,
  ],
  [
    cluster({ After: { Target: 'docdb/orders', InstanceCount: '2' } }),
    `${STEP}.After.Target is no property of After for a DocumentDB cluster, which has InstanceClass, FallbackClasses, InstanceCount, State, MinCapacity, AllowOutage`,
  ],
  [
    cluster({ After: { InstanceCount: '5' } }, { Bounds: { InstanceCount: '4' } }),
    `${STEP}.After.InstanceCount is 5, allowed by Bounds is at most 4`,
  ],
  [
    cluster({ After: { DesiredCount: '5' } }),
    `${STEP}.After.DesiredCount is of an ECS service, and docdb/orders is a DocumentDB cluster, which has InstanceClass, FallbackClasses, InstanceCount, State, MinCapacity, AllowOutage`,
  ],
  [service({ DesiredCount: '-1' }), `${STEP}.DesiredCount is "-1", allowed is a whole number from 0 to 5000`],
  [
    service({ DesiredCount: '5001' }),
    `${STEP}.DesiredCount is "5001", allowed is a whole number from 0 to 5000`,
  ],
  [
    service({ DesiredCount: '1.5' }),
    `${STEP}.DesiredCount is "1.5", allowed is a whole number from 0 to 5000`,
  ],
  [
    service({}, { Bounds: { DesiredCount: '10' } }),
    `${STEP}.DesiredCount is 12, allowed by Bounds is at most 10`,
  ],
  [
    service({ MinCapacity: '2', MaxCapacity: '4' }),
    `${STEP} asks for DesiredCount and for MinCapacity, MaxCapacity, allowed is DesiredCount where the service has no scalable target, or MinCapacity and MaxCapacity where it has one`,
  ],
  [
    service({ DesiredCount: undefined, MinCapacity: '5', MaxCapacity: '4' }),
    `${STEP}.MinCapacity is 5, allowed is at most MaxCapacity, 4`,
  ],
  [
    service(
      { DesiredCount: undefined, MinCapacity: '5', MaxCapacity: '14' },
      { Bounds: { DesiredCount: '10' } },
    ),
    `${STEP}.MaxCapacity is 14, allowed by Bounds is at most 10`,
  ],
  [
    service({ DesiredCount: undefined, MinCapacity: '11' }, { Bounds: { DesiredCount: '10' } }),
    `${STEP}.MinCapacity is 11, allowed by Bounds is at most 10`,
  ],
  [
    service({ InstanceClass: 'db.r6g.large' }),
    `${STEP}.InstanceClass is of a DocumentDB cluster, and ecs/prod/batch is an ECS service, which has DesiredCount, MinCapacity, MaxCapacity`,
  ],
  [
    service({ State: 'stopped', AllowOutage: 'true' }),
    `${STEP}.State is of a DocumentDB cluster, and ecs/prod/batch is an ECS service, which has DesiredCount, MinCapacity, MaxCapacity; ${STEP}.AllowOutage is of a DocumentDB cluster, and ecs/prod/batch is an ECS service, which has DesiredCount, MinCapacity, MaxCapacity`,
  ],
  [
    service({ DesireCount: '2' }),
    `${STEP}.DesireCount is no property of a step for an ECS service, which has Target, After, DesiredCount, MinCapacity, MaxCapacity (is DesiredCount meant?)`,
  ],
  [
    service({ After: { MinCapacity: '1' } }),
    `${STEP}.After asks for another kind of capacity than the step, allowed is DesiredCount where the service has no scalable target, or MinCapacity and MaxCapacity where it has one`,
  ],
];

describe('A capacity is refused', () => {
  for (const [index, [properties, mistakes]] of REFUSED.entries()) {
    test(`${index + 1}: ${mistakes.slice(0, 100)}`, () => assert.equal(mistakesIn(properties), mistakes));
  }
});
