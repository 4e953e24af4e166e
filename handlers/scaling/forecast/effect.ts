import type { Change, DocumentDbChange, EcsChange } from '../decision/change.ts';
import type { Observation } from '../decision/scaling-target.ts';
import { clusterCondition } from '../documentdb/cluster-status.ts';
import { instanceCondition, isBroken } from '../documentdb/instance-status.ts';
import type { DocumentDbObservation, InstanceObservation } from '../documentdb/observation.ts';
import type { EcsObservation } from '../ecs/observation.ts';

/** What a change that goes as it should makes of a target, at once. */
export function afterChange(observed: Observation, change: Change): Observation {
  return 'instances' in observed
    ? clusterAfter(observed, change as DocumentDbChange)
    : serviceAfter(observed, change as EcsChange);
}

/** The target as it is once whatever is under way there has come to its end. */
export function atRest(observed: Observation): Observation {
  return 'instances' in observed ? clusterAtRest(observed) : serviceAtRest(observed);
}

/** Of replicas that this service makes: the last to be promoted. */
export const OWN_PROMOTION_TIER = 15;

function clusterAfter(observed: DocumentDbObservation, change: DocumentDbChange): DocumentDbObservation {
  const { instances } = observed;
  const each = (edit: (instance: InstanceObservation) => InstanceObservation) => ({
    ...observed,
    instances: instances.map(edit),
  });
  switch (change.kind) {
    case 'start-cluster':
      return clusterAtRest({ ...each((one) => ({ ...one, status: 'available' })), status: 'available' });
    case 'stop-cluster':
      return { ...each((one) => ({ ...one, status: 'stopped' })), status: 'stopped' };
    case 'change-class':
      return each((one) =>
        one.id === change.instance ? { ...one, instanceClass: change.instanceClass } : one,
      );
    case 'create-replica': {
      const made = {
        id: change.instance,
        instanceClass: change.instanceClass,
        status: 'available',
        isWriter: false,
        promotionTier: OWN_PROMOTION_TIER,
        owner: change.owner,
      };
      return { ...observed, instances: [...instances, made] };
    }
    case 'delete-replica':
      return { ...observed, instances: instances.filter(({ id }) => id !== change.instance) };
    case 'fail-over':
      return each((one) => ({ ...one, isWriter: one.id === change.instance }));
    case 'set-min-capacity': {
      const { minCapacity, maxCapacity } = change;
      return { ...observed, serverless: { minCapacity, maxCapacity } };
    }
  }
}

function serviceAfter(observed: EcsObservation, change: EcsChange): EcsObservation {
  switch (change.kind) {
    case 'set-desired-count':
      return serviceAtRest({ ...observed, desiredCount: change.desiredCount });
    case 'set-bounds': {
      const { minCapacity, maxCapacity } = change;
      return serviceAtRest({ ...observed, scalableTarget: { minCapacity, maxCapacity } });
    }
  }
}

function clusterAtRest(observed: DocumentDbObservation): DocumentDbObservation {
  const condition = clusterCondition(observed.status);
  const isStopped = condition === 'stopped' || condition === 'stopping';
  const isLost = condition === 'deleting' || condition === 'broken';
  const rest = isStopped ? 'stopped' : 'available';
  const instances = observed.instances
    .filter(({ status }) => instanceCondition(status) !== 'deleting')
    .map(({ pendingClass, ...one }) => ({
      ...one,
      instanceClass: pendingClass ?? one.instanceClass,
      status: isBroken(one) ? one.status : rest,
    }));
  const writer = instances.find(({ isWriter }) => isWriter) ?? instances[0];
  return {
    ...observed,
    status: isLost ? observed.status : rest,
    instances: instances.map((one) => ({ ...one, isWriter: one.id === writer?.id })),
  };
}

/** Application Auto Scaling brings the count within its bounds. */
function serviceAtRest(observed: EcsObservation): EcsObservation {
  const { scalableTarget: bounds, desiredCount: present } = observed;
  const desiredCount =
    bounds === undefined ? present : Math.min(Math.max(present, bounds.minCapacity), bounds.maxCapacity);
  const deployment = { id: 'primary', status: 'PRIMARY', rolloutState: 'COMPLETED', failedTasks: 0 } as const;
  return {
    ...observed,
    desiredCount,
    runningCount: desiredCount,
    pendingCount: 0,
    deployments: [deployment],
  };
}
