import type { DocumentDbOriginal } from '../decision/target-state.ts';
import { clusterCondition } from './cluster-status.ts';
import { isBroken } from './instance-status.ts';
import type { DocumentDbObservation } from './observation.ts';
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
  const writers = instances.filter(({ isWriter }) => isWriter);
  const ours = instances.filter(({ owner }) => owner === plan);
  const foreign = instances.filter(({ owner }) => owner !== plan);
  // Ours get the class of one that isn't ours; where they are all there is, the writer's has to be known.
  const named = foreign.length > 0 ? foreign : writers;
  const isAsked = (...of: DocumentDbAspect[]): boolean => of.some((aspect) => aspects.includes(aspect));
  return {
    kind: 'docdb',
    ...(isAsked('classes') && {
      classes: Object.fromEntries(named.map(({ id, instanceClass }) => [id, instanceClass])),
    }),
    ...(isAsked('classes', 'count') && {
      ...(writers[0] && { writer: writers[0].id }),
      // One that failed is nothing to come back to.
      ownReplicas: ours.filter((each) => !isBroken(each)).map(({ id }) => id),
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
