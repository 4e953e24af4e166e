import type { Next } from '../decision/next-change.ts';
import { changeOfClass } from './class-change.ts';
import { hasClass } from './class-goal.ts';
import { failOver } from './fail-over.ts';
import type { DocumentDbGoal } from './goal.ts';
import { isAvailable } from './instance-status.ts';
import { type Membership, replicasOf } from './membership.ts';
import { deletion, newReplica, nextName } from './replica-count.ts';

/**
 * The class that a temporary replica of ours gets as the writer, in place of a cluster's single instance, which stays
 * as it is and is the standby meanwhile: so neither end of the window has an outage. Undefined where it is not so: an
 * outage is allowed, more instances are wanted, or the class is there to stay.
 */
export function standInClass(
  { classes, allowOutage, isLasting }: DocumentDbGoal,
  { foreign, ownWanted }: Membership,
): string | undefined {
  const isSingle = foreign.length === 1 && ownWanted === 0;
  return isSingle && classes?.kind === 'uniform' && !allowOutage && !isLasting
    ? classes.instanceClass
    : undefined;
}

/**
 * Makes the temporary replica, then the writer of it; the failover is the only one. Undefined where the writer has the
 * class, and no other replica of ours is left.
 * @param instanceClass From `standInClass`.
 */
export function nextStandIn(
  goal: DocumentDbGoal,
  members: Membership,
  instanceClass: string,
): Next | undefined {
  const { writer, surplus, foreign } = members;
  const single = foreign[0]?.id;
  const others = replicasOf(members, surplus);
  if (hasClass(writer, instanceClass)) {
    const [last] = others;
    return last && deletion(members, last);
  }
  // The lowest index first: it is the last to be deleted.
  const available = others.filter(isAvailable).reverse();
  const ready = available.find((each) => hasClass(each, instanceClass));
  const why = `it stands in for ${single}, which stays as it is`;
  if (ready !== undefined) return failOver(members, ready, ` (${instanceClass}): ${why}`);
  const [unready] = available;
  if (unready !== undefined) return changeOfClass(unready, instanceClass, why);
  return newReplica(goal, members, nextName(goal, members), why);
}
