import type { Observation } from '../../../../handlers/scaling/decision/scaling-target.ts';
import type {
  DocumentDbObservation,
  InstanceObservation,
} from '../../../../handlers/scaling/documentdb/observation.ts';
import { replicaName } from '../../../../handlers/scaling/documentdb/replica-name.ts';
import type { EcsObservation } from '../../../../handlers/scaling/ecs/observation.ts';
import { testScalingTarget } from './scaling-target-suite.ts';

const PLAN = 'nightly-4f2a';
const OWNED = replicaName(PLAN, 'orders', 1);
const NEW = replicaName(PLAN, 'orders', 2);
const LARGE = 'db.r6g.large';
const LARGER = 'db.r6g.2xlarge';
const PERMITTED = { 'deploytime:scaling': 'true' };

const ORDERS = { kind: 'docdb', clusterId: 'orders' } as const;
const INSTANCES = [
  { id: 'orders-1', instanceClass: LARGE, promotionTier: 0 },
  { id: 'orders-2', instanceClass: LARGE },
  { id: OWNED, instanceClass: LARGER, promotionTier: 15, tags: { ...PERMITTED, 'deploytime:plan': PLAN } },
];

testScalingTarget({
  name: 'a DocumentDB cluster',
  target: ORDERS,
  give: (world) => world.given.cluster({ id: 'orders', instances: INSTANCES }),
  read: 'DescribeDBClusters',
  changes: [
    {
      change: { kind: 'change-class', instance: 'orders-2', instanceClass: LARGER },
      action: 'ModifyDBInstance',
      denial: 'AccessDenied',
      isDone: (seen) => {
        const { instanceClass, pendingClass, status } = instanceOf(seen, 'orders-2') ?? {};
        return instanceClass === LARGER && pendingClass === undefined && status === 'available';
      },
    },
    {
      change: { kind: 'create-replica', instance: NEW, instanceClass: LARGER, owner: PLAN },
      action: 'CreateDBInstance',
      denial: 'AccessDenied',
      isDone: (seen) => {
        const { owner, promotionTier, status } = instanceOf(seen, NEW) ?? {};
        return owner === PLAN && promotionTier === 15 && status === 'available';
      },
    },
    {
      change: { kind: 'delete-replica', instance: OWNED },
      action: 'DeleteDBInstance',
      denial: 'AccessDenied',
      isDone: (seen) => instanceOf(seen, OWNED) === undefined,
    },
    {
      change: { kind: 'fail-over', instance: 'orders-2' },
      action: 'FailoverDBCluster',
      denial: 'AccessDenied',
      isDone: (seen) => instanceOf(seen, 'orders-2')?.isWriter === true,
    },
    {
      change: { kind: 'stop-cluster' },
      action: 'StopDBCluster',
      denial: 'AccessDenied',
      isDone: (seen) => documentDb(seen).status === 'stopped',
    },
  ],
});

testScalingTarget({
  name: 'a stopped DocumentDB cluster',
  target: ORDERS,
  give: (world) => world.given.cluster({ id: 'orders', instances: INSTANCES, status: 'stopped' }),
  read: 'DescribeDBInstances',
  changes: [
    {
      change: { kind: 'start-cluster' },
      action: 'StartDBCluster',
      denial: 'AccessDenied',
      isDone: (seen) => documentDb(seen).status === 'available',
    },
  ],
});

testScalingTarget({
  name: 'a serverless DocumentDB cluster',
  target: ORDERS,
  give: (world) =>
    world.given.cluster({
      id: 'orders',
      instances: [{ id: 'orders-1', instanceClass: 'db.serverless' }],
      serverless: { minCapacity: 2, maxCapacity: 16 },
    }),
  read: 'DescribeDBClusters',
  changes: [
    {
      change: { kind: 'set-min-capacity', minCapacity: 8.5, maxCapacity: 16 },
      action: 'ModifyDBCluster',
      denial: 'AccessDenied',
      isDone: (seen) => {
        const { serverless } = documentDb(seen);
        return serverless?.minCapacity === 8.5 && serverless.maxCapacity === 16;
      },
    },
  ],
});

testScalingTarget({
  name: 'an ECS service',
  target: { kind: 'ecs', cluster: 'prod', service: 'batch' },
  give: (world) => world.given.service({ cluster: 'prod', name: 'batch', desiredCount: 2, tags: PERMITTED }),
  read: 'DescribeServices',
  changes: [
    {
      change: { kind: 'set-desired-count', desiredCount: 5 },
      action: 'UpdateService',
      denial: 'AccessDeniedException',
      isDone: (seen) => {
        const { desiredCount, runningCount, deployments } = ecs(seen);
        return desiredCount === 5 && runningCount === 5 && deployments.length === 1;
      },
    },
  ],
});

testScalingTarget({
  name: 'an ECS service with a scalable target',
  target: { kind: 'ecs', cluster: 'prod', service: 'web' },
  give: (world) => {
    const bounds = { minCapacity: 1, maxCapacity: 4 };
    world.given.service({ cluster: 'prod', name: 'web', desiredCount: 2, bounds, tags: PERMITTED });
  },
  read: 'DescribeScalableTargets',
  changes: [
    {
      change: { kind: 'set-bounds', minCapacity: 3, maxCapacity: 9 },
      action: 'RegisterScalableTarget',
      denial: 'AccessDeniedException',
      isDone: (seen) => {
        const { scalableTarget, desiredCount, runningCount } = ecs(seen);
        const { minCapacity, maxCapacity } = scalableTarget ?? {};
        return minCapacity === 3 && maxCapacity === 9 && desiredCount === 3 && runningCount === 3;
      },
    },
  ],
});

function documentDb(observation: Observation): DocumentDbObservation {
  if ('instances' in observation) return observation;
  throw new Error('It is no cluster');
}

function ecs(observation: Observation): EcsObservation {
  if ('deployments' in observation) return observation;
  throw new Error('It is no service');
}

function instanceOf(observation: Observation, id: string): InstanceObservation | undefined {
  return documentDb(observation).instances.find((instance) => instance.id === id);
}
