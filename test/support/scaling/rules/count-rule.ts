import { replicaIndex } from '../../../../handlers/scaling/documentdb/replica-name.ts';
import type { Plan } from '../../../../handlers/scaling/plan/plan.ts';
import { OWNER_TAG_KEY } from '../../../../handlers/scaling/targets/tags.ts';
import { type Instance, membersOf } from '../../documentdb-api/documentdb-state.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf, isAccepted, type ServiceCall, text } from './calls-of.ts';
import type { Breach, Rule } from './rule.ts';

const LOWEST_PRIORITY_TIER = 15;

/**
 * Replicas have derived names, the lowest priority and the plan's tag. With each there are no more instances than a
 * step asks for within the bounds, or than there were when the record was taken, or, beside a single instance that could
 * be the writer, than the one that stands in for it, and one of ours that is the writer until then. What somebody else added, so late that the observation could not show it, doesn't count,
 * nor do replicas of ours that failed: another one may stand in their place until they go.
 */
export const countRule: Rule = (played) =>
  callsOf(played)
    .filter(({ entry }) => entry.action === 'CreateDBInstance')
    .flatMap((call): Breach[] => [...nameBreaches(played, call), ...countBreaches(played, call)]);

function nameBreaches({ scalingCase }: PlayedCase, { entry }: ServiceCall): readonly Breach[] {
  const { input, at } = entry;
  const id = text(input, 'DBInstanceIdentifier');
  const tags = input.Tags as readonly { readonly Key: string; readonly Value?: string }[] | undefined;
  const owner = tags?.find(({ Key }) => Key === OWNER_TAG_KEY)?.Value;
  const plan = scalingCase.plans.find(({ stored }) => stored.plan.id === owner);
  const breach = (how: string): Breach => ({ rule: 'count', at, how });
  if (plan === undefined) return [breach(`${id} is created for ${owner}, which is no plan`)];
  const index = replicaIndex(plan.stored.plan.id, text(input, 'DBClusterIdentifier'), id);
  return [
    ...(index === undefined ? [breach(`${id} is created, whose name is not derived from the plan`)] : []),
    ...(input.PromotionTier === LOWEST_PRIORITY_TIER
      ? []
      : [breach(`${id} is created with the promotion tier ${input.PromotionTier}`)]),
  ];
}

function countBreaches(played: PlayedCase, call: ServiceCall): readonly Breach[] {
  const { entry, change } = call;
  if (!isAccepted(call)) return [];
  const clusterId = text(entry.input, 'DBClusterIdentifier');
  const isOwn = ownedBy(change.state.record?.plan);
  const visibleSince = change.observedAt - played.world.readLagMs;
  const members = membersOf(entry.before.documentDb, clusterId).filter(
    (instance) =>
      !(isOwn(instance) && instance.status === 'failed') &&
      !(!isOwn(instance) && instance.createdAt >= visibleSince),
  );
  const most = mostInstances(played, call, clusterId, members);
  if (members.length + 1 <= most) return [];
  const id = text(entry.input, 'DBInstanceIdentifier');
  const how = `${id} is created beside ${members.map((member) => member.id).join(', ')}; ${most} are asked for`;
  return [{ rule: 'count', at: entry.at, how }];
}

function ownedBy(plan: string | undefined): (instance: Instance) => boolean {
  return ({ tags }) => tags.get(OWNER_TAG_KEY) === plan;
}

function mostInstances(
  { scalingCase }: PlayedCase,
  { change, entry }: ServiceCall,
  clusterId: string,
  members: readonly Instance[],
): number {
  const writer = entry.before.documentDb.clusters.get(clusterId)?.writer;
  const asked = scalingCase.plans.flatMap(({ stored }) => askedCounts(stored.plan, clusterId));
  const original = change.state.record?.original;
  const before =
    original?.kind === 'docdb'
      ? Object.keys(original.classes ?? {}).length + (original.ownReplicas ?? []).length
      : 0;
  const isOwn = ownedBy(change.state.record?.plan);
  const foreign = members.filter((member) => !isOwn(member));
  const usable = foreign.filter(({ status }) => status === 'available').length;
  const isOwnWriter = members.some((member) => member.id === writer && isOwn(member));
  const standIns = usable === 1 ? foreign.length + (isOwnWriter ? 2 : 1) : 0;
  return Math.max(0, ...asked, before, standIns);
}

function askedCounts({ scenarios, bounds }: Plan, clusterId: string): readonly number[] {
  return scenarios
    .flatMap(({ steps }) => steps)
    .filter(({ target }) => target.kind === 'docdb' && target.clusterId === clusterId)
    .flatMap(({ capacity, after }) => [capacity, after])
    .flatMap((capacity) =>
      capacity !== undefined && 'allowOutage' in capacity && capacity.instanceCount !== undefined
        ? [capacity.instanceCount]
        : [],
    )
    .filter((count) => bounds.instanceCount === undefined || count <= bounds.instanceCount);
}
