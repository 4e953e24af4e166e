import type { TestContext } from 'node:test';
import type {
  DocumentDbObservation,
  InstanceObservation,
} from '../../../../handlers/scaling/documentdb/observation.ts';
import { replicaName } from '../../../../handlers/scaling/documentdb/replica-name.ts';
import { DocumentDbScalingTarget } from '../../../../handlers/scaling/targets/documentdb-scaling-target.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { type ScriptedAws, startScriptedAws } from './scripted-aws.ts';

export const NEVER = new AbortController().signal;
export const ORDERS = { kind: 'docdb', clusterId: 'orders' } as const;
export const ARN = 'arn:aws:rds:us-east-1:111122223333';
export const PLAN = 'nightly-4f2a';
export const REPLICA = replicaName(PLAN, 'orders', 1);

export const CLUSTER = {
  DBClusterIdentifier: 'orders',
  DBClusterArn: `${ARN}:cluster:orders`,
  Status: 'available',
  Engine: 'docdb',
  EngineVersion: '5.0.0',
  DBClusterMembers: [
    { DBInstanceIdentifier: 'orders-2', IsClusterWriter: false, PromotionTier: 3 },
    { DBInstanceIdentifier: 'orders-1', IsClusterWriter: true, PromotionTier: 0 },
  ],
};

export function instance(id: string, more: Record<string, unknown> = {}) {
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: `${ARN}:db:${id}`,
    DBInstanceClass: 'db.r6g.large',
    DBInstanceStatus: 'available',
    DBClusterIdentifier: 'orders',
    DbiResourceId: `db-${id}`,
    Engine: 'docdb',
    ...more,
  };
}

export function observed(id: string, more: Partial<InstanceObservation> = {}): InstanceObservation {
  const rest = { instanceClass: 'db.r6g.large', status: 'available', isWriter: false, promotionTier: 1 };
  return { id, ...rest, ...more };
}

export const OBSERVATION: DocumentDbObservation = {
  target: ORDERS,
  arn: CLUSTER.DBClusterArn,
  status: 'available',
  instances: [observed(REPLICA, { owner: PLAN }), observed('orders-1', { isWriter: true })],
};

export async function setUp(context: TestContext) {
  const aws = await startScriptedAws(context);
  const target = new DocumentDbScalingTarget({ clients: aws.clients, patience: QUICK_PATIENCE });
  return { aws, target };
}

export function show(aws: ScriptedAws, cluster: object, ...instances: readonly object[]): void {
  aws.script('DescribeDBClusters', { result: { DBClusters: [cluster] } });
  aws.script('DescribeDBInstances', { result: { DBInstances: instances } });
}
