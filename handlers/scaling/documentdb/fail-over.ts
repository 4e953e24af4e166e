import type { Next } from '../decision/next-change.ts';
import { classIfItStays, hasClass, needsChange } from './class-goal.ts';
import type { DocumentDbGoal } from './goal.ts';
import { isAvailable } from './instance-status.ts';
import { type Membership, replicasOf } from './membership.ts';
import type { InstanceObservation } from './observation.ts';

/** A failover usually takes less than a minute. */
export const FAIL_OVER_WAIT_SECONDS = 10;

/**
 * The replica that becomes the writer: available, and with the class that it keeps, so that one failover is enough.
 * The one that was the writer before is preferred, then one that isn't ours, then one that stays; of those the lowest
 * promotion tier, and the first by name. Undefined where none is fit.
 */
export function failOverTarget(
  goal: DocumentDbGoal,
  members: Membership,
  among: readonly InstanceObservation[],
): InstanceObservation | undefined {
  const fit = replicasOf(members, among).filter((each) => isFit(goal, members, each));
  const rank = (each: InstanceObservation): number => {
    if (members.surplus.includes(each)) return 3;
    if (each.id === goal.preferredWriter) return 0;
    return members.foreign.includes(each) ? 1 : 2;
  };
  return fit.sort(
    (a, b) => rank(a) - rank(b) || a.promotionTier - b.promotionTier || (a.id < b.id ? -1 : 1),
  )[0];
}

/**
 * Of a number in all the writer is one that stays, so one of ours that goes may yet be one that stays: it has to have
 * its class before, or the next failover would be due.
 */
function isFit(goal: DocumentDbGoal, members: Membership, instance: InstanceObservation): boolean {
  if (!isAvailable(instance)) return false;
  if (goal.count?.kind !== 'total') return !needsChange(goal, members, instance);
  const wanted = classIfItStays(goal, instance);
  return wanted === undefined || hasClass(instance, wanted);
}

/** @param why Goes on after the instances' names. */
export function failOver({ clusterId, writer }: Membership, to: InstanceObservation, why: string): Next {
  return {
    kind: 'change',
    change: { kind: 'fail-over', instance: to.id },
    reason: `${clusterId} fails over from ${writer.id} to ${to.id}${why}`,
  };
}
