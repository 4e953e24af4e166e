import type { DocumentDbOriginal } from '../target-state.ts';
import { clusterCondition } from './cluster-status.ts';
import { isBroken } from './instance-status.ts';
import type { DocumentDbObservation, InstanceObservation } from './observation.ts';
import { unrest } from './rest.ts';

/** What a step may change of a cluster, and what is therefore recorded before. */
export type DocumentDbAspect = 'classes' | 'count' | 'state' | 'minCapacity';

/**
 * What to record of a cluster before it is changed. It means something only where the cluster is at rest.
 * @param plan Whose replicas are ours. Those of any other plan are instances like all others.
 */
export function originalOfCluster(
  observed: DocumentDbObservation,
  aspects: readonly DocumentDbAspect[],
  plan: string,
): DocumentDbOriginal {
  const { instances, status, serverless } = observed;
  const isOurs = ({ owner }: InstanceObservation): boolean => owner === plan;
  const writer = instances.find(({ isWriter }) => isWriter);
  const foreign = instances.filter((each) => !isOurs(each));
  // Our replicas have the writer's class; where they are all there is, it is the writer's that must be known.
  const named = foreign.length > 0 ? foreign : instances.filter(({ isWriter }) => isWriter);
  const isAsked = (...of: DocumentDbAspect[]): boolean => of.some((aspect) => aspects.includes(aspect));
  return {
    kind: 'docdb',
    ...(isAsked('classes') && {
      classes: Object.fromEntries(named.map(({ id, instanceClass }) => [id, instanceClass])),
    }),
    ...(isAsked('classes', 'count') && {
      ...(writer !== undefined && { writer: writer.id }),
      // One that failed is nothing to come back to.
      ownReplicas: instances.filter((each) => isOurs(each) && !isBroken(each)).map(({ id }) => id),
    }),
    ...(isAsked('state') && { state: clusterCondition(status) === 'stopped' ? 'stopped' : 'running' }),
    ...(isAsked('minCapacity') && serverless && { minCapacity: serverless.minCapacity }),
  };
}

/** Whether a cluster's present capacity is one that it keeps: nothing is under way, and its reads agree on what there is. */
export function isAtRest(observed: DocumentDbObservation): boolean {
  const condition = clusterCondition(observed.status);
  return (condition === 'available' || condition === 'stopped') && unrest(observed) === undefined;
}
