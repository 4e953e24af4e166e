import { isHolder } from '../../../../handlers/scaling/decision/target-goal.ts';
import type { CapacityRecord } from '../../../../handlers/scaling/decision/target-state.ts';
import {
  type DocumentDbCapacity,
  type EcsTarget,
  targetName,
} from '../../../../handlers/scaling/plan/plan.ts';
import { OWNER_TAG_KEY } from '../../../../handlers/scaling/targets/tags.ts';
import { type Cluster, type Instance, membersOf } from '../../documentdb-api/documentdb-state.ts';
import { runningCount } from '../../ecs-api/ecs-state.ts';
import type { PlayedSave } from '../driver/play-history.ts';
import type { PlayedCase } from '../play-case.ts';
import { isDisturbed } from './disturbances.ts';
import type { Breach, Rule } from './rule.ts';
import { type Wanted, wantedAt } from './wanted-at.ts';

/**
 * What is said to have what its window asks for has it in truth: the class that was not refused, on every instance, or
 * on the stand-in that is the writer; the count; the state; the number of tasks, which run. It is not judged where
 * somebody meddled in the time that reads are late, and an invocation takes.
 */
export const convergedRule: Rule = (played) =>
  played.history.saves.flatMap((save): Breach[] => {
    const { record, convergedAt } = save.after;
    if (convergedAt === undefined || convergedAt === save.before.convergedAt || record === undefined)
      return [];
    const holding = holdingOf(played, save);
    if (holding === undefined || isDisturbed(played, save)) return [];
    return differences(holding, record, save).map((how) => ({
      rule: 'converged',
      at: save.at,
      how: `${targetName(save.target)}, ${save.execution}: ${how}`,
    }));
  });

/** What holds when the invocation looks at its clock, and at the plan, both of which may be a while ago. */
function holdingOf({ scalingCase }: PlayedCase, { target, at, after }: PlayedSave): Wanted | undefined {
  const stored = scalingCase.plans.findLast(
    (version) => version.at <= at && version.stored.plan.id === after.record?.plan,
  )?.stored;
  const holding = stored && wantedAt(stored, target, after.convergedAt ?? at);
  const { holder } = after.record ?? {};
  return holding !== undefined && holder !== undefined && isHolder(holder, holding) ? holding : undefined;
}

function differences({ step }: Wanted, record: CapacityRecord, save: PlayedSave): readonly string[] {
  if (step.target.kind === 'ecs') return serviceDifferences(step.target, step.capacity, save);
  const { documentDb } = save.truth;
  const { clusterId } = step.target;
  const cluster = documentDb.clusters.get(clusterId);
  if (cluster === undefined) return ['the cluster is not there'];
  const capacity = step.capacity as DocumentDbCapacity;
  return clusterDifferences(capacity, record, cluster, membersOf(documentDb, clusterId));
}

function clusterDifferences(
  { instanceClass, fallbackClasses = [], instanceCount, state, minCapacity, allowOutage }: DocumentDbCapacity,
  { plan, holder: { refusedClasses } }: CapacityRecord,
  cluster: Cluster,
  members: readonly Instance[],
): readonly string[] {
  const found: string[] = [];
  const wanted =
    instanceClass &&
    [instanceClass, ...fallbackClasses].find((candidate) => !refusedClasses.includes(candidate));
  const foreign = members.filter(({ tags }) => tags.get(OWNER_TAG_KEY) !== plan);
  const standsIn =
    wanted !== undefined &&
    !allowOutage &&
    foreign.length === 1 &&
    (instanceCount ?? 1) === 1 &&
    members.length === 2;
  for (const { id, instanceClass: has, pendingClass, status } of members) {
    if (wanted === undefined || (standsIn && id !== cluster.writer)) continue;
    if (has !== wanted || (pendingClass !== undefined && pendingClass !== wanted)) {
      found.push(`${id} is ${has} (${status}), not ${wanted}`);
    }
  }
  if (instanceCount !== undefined && members.length !== instanceCount && !standsIn) {
    found.push(`there are ${members.length} instances, not ${instanceCount}`);
  }
  if (state !== undefined && (cluster.status === 'stopped') !== (state === 'stopped')) {
    found.push(`it is ${cluster.status}, not ${state}`);
  }
  if (minCapacity !== undefined && cluster.serverless?.minCapacity !== minCapacity) {
    found.push(`the minimum is ${cluster.serverless?.minCapacity}, not ${minCapacity}`);
  }
  return found;
}

function serviceDifferences(
  { cluster, service: name }: EcsTarget,
  capacity: Wanted['step']['capacity'],
  { truth: { ecs } }: PlayedSave,
): readonly string[] {
  const service = ecs.services.get(`${cluster}/${name}`);
  if (service === undefined || 'allowOutage' in capacity) return ['the service is not there'];
  const running = runningCount(service);
  const found = running === service.desiredCount ? [] : [`${running} tasks run of ${service.desiredCount}`];
  if ('desiredCount' in capacity) {
    if (service.desiredCount !== capacity.desiredCount) found.push(`desired are ${service.desiredCount}`);
    return found;
  }
  const bounds = ecs.scalableTargets.get(`${cluster}/${name}`);
  const { minCapacity = bounds?.minCapacity, maxCapacity = bounds?.maxCapacity } = capacity;
  if (bounds?.minCapacity !== minCapacity || bounds?.maxCapacity !== maxCapacity) {
    found.push(`the bounds are ${bounds?.minCapacity} to ${bounds?.maxCapacity}`);
  }
  return found;
}
