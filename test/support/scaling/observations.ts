import type {
  DocumentDbObservation,
  InstanceObservation,
} from '../../../handlers/scaling/documentdb/observation.ts';
import type { EcsObservation } from '../../../handlers/scaling/ecs/observation.ts';
import { BATCH, ORDERS } from './plans.ts';

/* What the APIs show, short to write. */

export const SMALL = 'db.r6g.large';
export const LARGE = 'db.r6g.2xlarge';

export function instance(id: string, given: Partial<InstanceObservation> = {}): InstanceObservation {
  return {
    id,
    instanceClass: SMALL,
    status: 'available',
    isWriter: false,
    promotionTier: 1,
    ...given,
  };
}

/** A cluster at rest with a writer and a replica, where nothing else is said. */
export function ordersCluster(given: Partial<DocumentDbObservation> = {}): DocumentDbObservation {
  return {
    target: ORDERS,
    arn: 'arn:aws:rds:eu-central-1:123456789012:cluster:orders',
    status: 'available',
    instances: [instance('orders-1', { isWriter: true }), instance('orders-2')],
    ...given,
  };
}

/** A service at rest with three tasks, where nothing else is said. */
export function batchService(given: Partial<EcsObservation> = {}): EcsObservation {
  const desiredCount = given.desiredCount ?? 3;
  return {
    target: BATCH,
    arn: 'arn:aws:ecs:eu-central-1:123456789012:service/prod/batch',
    status: 'ACTIVE',
    desiredCount,
    runningCount: desiredCount,
    pendingCount: 0,
    deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'COMPLETED', failedTasks: 0 }],
    ...given,
  };
}
