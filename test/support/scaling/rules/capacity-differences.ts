import type {
  CapacityRecord,
  DocumentDbOriginal,
  EcsOriginal,
  Original,
} from '../../../../handlers/scaling/decision/target-state.ts';
import type { DocumentDbTarget, EcsTarget } from '../../../../handlers/scaling/plan/plan.ts';
import { OWNER_TAG_KEY } from '../../../../handlers/scaling/targets/tags.ts';
import { type Instance, membersOf } from '../../documentdb-api/documentdb-state.ts';
import type { PlayedSave } from '../driver/play-history.ts';

type Saved = Pick<PlayedSave, 'target' | 'truth'>;

/** What has to be there when a record is dropped: the original, under what the window's step says of afterwards. */
export interface Expected {
  readonly original: Original;
  /** Default: nothing else than the original. */
  readonly after?: CapacityRecord['holder']['after'];
  /** Whose replicas are ours. */
  readonly plan: string;
}

/**
 * What of a capacity is not there in truth, a clause for each.
 * @param options.isRecording Everything is compared, but a class that only pends. Otherwise it is a capacity that was brought back: an instance that
 * is gone is its owner's affair, as is who the writer is.
 */
export function differencesFrom(
  expected: Expected,
  { target, truth }: Saved,
  options: { readonly isRecording: boolean },
): readonly string[] {
  const { original, after, plan } = expected;
  if (original.kind === 'ecs') {
    return target.kind === 'ecs' ? serviceDifferences(original, after, target, truth) : ['it is no service'];
  }
  if (target.kind !== 'docdb') return ['it is no cluster'];
  return clusterDifferences(original, after, target, truth, { ...options, plan });
}

function clusterDifferences(
  original: DocumentDbOriginal,
  after: Expected['after'],
  { clusterId }: DocumentDbTarget,
  { documentDb }: PlayedSave['truth'],
  { isRecording, plan }: { readonly isRecording: boolean; readonly plan: string },
): readonly string[] {
  const cluster = documentDb.clusters.get(clusterId);
  if (cluster === undefined) return ['the cluster is not there'];
  const members = membersOf(documentDb, clusterId);
  const asked = after !== undefined && 'allowOutage' in after ? after : undefined;
  const found: string[] = [];
  for (const instance of members) {
    const wanted = asked?.instanceClass ?? original.classes?.[instance.id];
    const isThere = isRecording ? instance.instanceClass === wanted : hasClass(instance, wanted ?? '');
    if (wanted !== undefined && !isThere) {
      found.push(`${instance.id} is ${instance.instanceClass} (${instance.status}), not ${wanted}`);
    }
  }
  if (isRecording) {
    for (const id of Object.keys(original.classes ?? {})) {
      if (!members.some((member) => member.id === id)) found.push(`${id} is not there`);
    }
    if (original.writer !== undefined && original.writer !== cluster.writer) {
      found.push(`the writer is ${cluster.writer}, not ${original.writer}`);
    }
  }
  const own = members.filter(({ tags }) => tags.get(OWNER_TAG_KEY) === plan).map(({ id }) => id);
  if (asked?.instanceCount !== undefined) {
    if (members.length !== asked.instanceCount) found.push(`there are ${members.length} instances`);
  } else if (original.ownReplicas !== undefined && own.join() !== original.ownReplicas.toSorted().join()) {
    found.push(`our replicas are ${own.join(', ')}; they were ${original.ownReplicas.join(', ')}`);
  }
  const state = asked?.state ?? original.state;
  if (state !== undefined && (cluster.status === 'stopped') !== (state === 'stopped')) {
    found.push(`the cluster is ${cluster.status}, not ${state}`);
  }
  const minCapacity = asked?.minCapacity ?? original.minCapacity;
  if (minCapacity !== undefined && cluster.serverless?.minCapacity !== minCapacity) {
    found.push(`the minimum is ${cluster.serverless?.minCapacity}, not ${minCapacity}`);
  }
  return found;
}

function hasClass({ instanceClass, pendingClass }: Instance, wanted: string): boolean {
  return instanceClass === wanted && (pendingClass === undefined || pendingClass === wanted);
}

function serviceDifferences(
  original: EcsOriginal,
  after: Expected['after'],
  { cluster, service: name }: EcsTarget,
  { ecs }: PlayedSave['truth'],
): readonly string[] {
  const service = ecs.services.get(`${cluster}/${name}`);
  const bounds = ecs.scalableTargets.get(`${cluster}/${name}`);
  if ('desiredCount' in original) {
    const wanted =
      after !== undefined && 'desiredCount' in after ? after.desiredCount : original.desiredCount;
    return service?.desiredCount === wanted ? [] : [`desired are ${service?.desiredCount}, not ${wanted}`];
  }
  const wanted = { ...original.bounds, ...(after as { minCapacity?: number; maxCapacity?: number }) };
  return bounds?.minCapacity === wanted.minCapacity && bounds.maxCapacity === wanted.maxCapacity
    ? []
    : [
        `the bounds are ${bounds?.minCapacity} to ${bounds?.maxCapacity}, not ${wanted.minCapacity} to ${wanted.maxCapacity}`,
      ];
}
