import { isDeepStrictEqual } from 'node:util';
import { isLive } from '../../../../handlers/scaling/decision/lease.ts';
import type { CapacityRecord } from '../../../../handlers/scaling/decision/target-state.ts';
import { type Target, targetName } from '../../../../handlers/scaling/plan/plan.ts';
import { OWNER_TAG_KEY } from '../../../../handlers/scaling/targets/tags.ts';
import type { PlayedCase } from '../play-case.ts';
import type { ClusterCapacity, ServiceCapacity } from '../simulator-capacity.ts';
import { disturbancesOf } from './disturbances.ts';
import type { Breach, Rule } from './rule.ts';

const MAX_INSTANCES = 16;

/**
 * In the end nothing is recorded any more, nobody has a lease, and no replica of ours is left. A target that nobody
 * meddled with, and of which nothing failed by itself, has the capacity from the beginning: every class, every count, the
 * state, a desired count or the bounds of a scalable target. Exempt is what a step's `After` asks for, and a plan that
 * was deleted with `OnDelete: leave`; who the writer is is AWS's affair as well as ours.
 */
export const restoredRule: Rule = (played) => {
  const { world } = played;
  const disturbed = new Set(disturbancesOf(played).map(({ target }) => target));
  return targetsOf(played).flatMap((target): Breach[] => {
    const name = targetName(target);
    const breach = (how: string): Breach => ({
      rule: 'restored',
      at: world.clock.now,
      how: `${name}: ${how}`,
    });
    const state = played.stateOf(target);
    const found: Breach[] = [];
    if (state.record !== undefined && !isUnreachable(played, target, state.record))
      found.push(breach(`still recorded is ${JSON.stringify(state.record)}`));
    if (isLive(state.lease, world.clock.now)) found.push(breach(`${state.lease?.run.edge} has a lease`));
    if (mayStayChanged(played, target) || state.record !== undefined) return found;
    const left = ownReplicas(played, target);
    if (left.length > 0) found.push(breach(`${left.join(', ')} of ours is left`));
    if (disturbed.has(name)) return found;
    return [...found, ...changesOf(played, target).map(breach)];
  });
};

/**
 * What a person made impossible is tried for ever: an `After` with fewer instances than he has added by then, and the
 * way back from a replica of ours that is the writer, where he has deleted every other instance.
 */
function isUnreachable(
  { world }: PlayedCase,
  target: Target,
  { holder: { after } }: CapacityRecord,
): boolean {
  if (target.kind !== 'docdb') return false;
  const members = world.documentDb.account.membersOf(target.clusterId);
  const foreign = members.filter(({ tags }) => !tags.has(OWNER_TAG_KEY));
  const isForTooFew =
    after !== undefined && 'allowOutage' in after && (after.instanceCount ?? MAX_INSTANCES) < foreign.length;
  return foreign.length === 0 || isForTooFew;
}

function targetsOf({ scalingCase }: PlayedCase): readonly Target[] {
  const all = scalingCase.plans.flatMap(({ stored }) =>
    stored.plan.scenarios.flatMap(({ steps }) => steps.map(({ target }) => target)),
  );
  return [...new Map(all.map((target) => [targetName(target), target])).values()];
}

function mayStayChanged({ scalingCase }: PlayedCase, target: Target): boolean {
  return scalingCase.plans.some(
    ({ stored: { plan, status } }) =>
      (status === 'removed' && plan.onDelete === 'leave') ||
      plan.scenarios.some(({ steps }) =>
        steps.some((step) => step.after !== undefined && targetName(step.target) === targetName(target)),
      ),
  );
}

function ownReplicas({ world }: PlayedCase, target: Target): readonly string[] {
  if (target.kind !== 'docdb') return [];
  return world.documentDb.account
    .membersOf(target.clusterId)
    .filter(({ tags }) => tags.has(OWNER_TAG_KEY))
    .map(({ id }) => id);
}

function changesOf({ capacityBefore, world }: PlayedCase, target: Target): readonly string[] {
  const now = world.capacity();
  if (target.kind === 'docdb') {
    const before = capacityBefore.clusters[target.clusterId];
    return changesOfCluster(before, now.clusters[target.clusterId]);
  }
  const key = `${target.cluster}/${target.service}`;
  return changesOfService(capacityBefore.services[key], now.services[key]);
}

function changesOfCluster(before: ClusterCapacity | undefined, now: ClusterCapacity | undefined): string[] {
  const found: string[] = [];
  for (const aspect of ['status', 'instances', 'unsettled', 'minCapacity'] as const) {
    if (isDeepStrictEqual(before?.[aspect], now?.[aspect])) continue;
    found.push(`${aspect}: ${JSON.stringify(now?.[aspect])}, before ${JSON.stringify(before?.[aspect])}`);
  }
  return found;
}

/** What a scalable target's desired count is within its bounds is Application Auto Scaling's affair. */
function changesOfService(before: ServiceCapacity | undefined, now: ServiceCapacity | undefined): string[] {
  if (!isDeepStrictEqual(before?.bounds, now?.bounds)) {
    return [`the bounds are ${now?.bounds}, before ${before?.bounds}`];
  }
  if (before?.bounds !== undefined || before?.desiredCount === now?.desiredCount) return [];
  return [`desired are ${now?.desiredCount}, before ${before?.desiredCount}`];
}
