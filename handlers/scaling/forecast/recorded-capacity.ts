import type { Observation } from '../decision/scaling-target.ts';
import type { CapacityRecord, DocumentDbOriginal, EcsOriginal } from '../decision/target-state.ts';
import type { DocumentDbObservation, InstanceObservation } from '../documentdb/observation.ts';
import { OWN_PROMOTION_TIER } from './effect.ts';

/**
 * What a target had before its windows, as far as it was recorded.
 * @param assumed For all that was not.
 */
export function recordedCapacity({ original, plan }: CapacityRecord, assumed: Observation): Observation {
  if (original.kind === 'docdb' && 'instances' in assumed) return recordedCluster(original, plan, assumed);
  if (original.kind === 'ecs' && !('instances' in assumed))
    return { ...assumed, ...recordedService(original) };
  return assumed;
}

function recordedCluster(
  { classes, writer, ownReplicas = [], state, minCapacity }: DocumentDbOriginal,
  plan: string,
  assumed: DocumentDbObservation,
): DocumentDbObservation {
  const status = state === undefined ? assumed.status : state === 'stopped' ? 'stopped' : 'available';
  const instanceOf = (
    [id, instanceClass]: readonly [string, string],
    owner?: string,
  ): InstanceObservation => ({
    id,
    instanceClass,
    status,
    isWriter: id === writer,
    promotionTier: owner === undefined ? 1 : OWN_PROMOTION_TIER,
    ...(owner !== undefined && { owner }),
  });
  const foreign = Object.entries(classes ?? {}).filter(([id]) => !ownReplicas.includes(id));
  const [usual = ''] = Object.values(classes ?? {});
  const own = ownReplicas.map((id) => instanceOf([id, classes?.[id] ?? usual], plan));
  const instances = [...foreign.map((instance) => instanceOf(instance)), ...own];
  return {
    ...assumed,
    status,
    instances: classes === undefined ? assumed.instances.map((one) => ({ ...one, status })) : instances,
    ...(minCapacity !== undefined && {
      serverless: { minCapacity, maxCapacity: assumed.serverless?.maxCapacity ?? minCapacity },
    }),
  };
}

function recordedService(original: EcsOriginal) {
  if ('desiredCount' in original) {
    const { desiredCount } = original;
    return { desiredCount, runningCount: desiredCount };
  }
  return { scalableTarget: original.bounds };
}
