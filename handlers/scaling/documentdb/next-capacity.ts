import type { Next } from '../decision/next-change.ts';
import { nextClassChange } from './class-change.ts';
import { wantedClass } from './class-goal.ts';
import { FAIL_OVER_WAIT_SECONDS } from './fail-over.ts';
import { type DocumentDbGoal, isRestoring } from './goal.ts';
import { isAvailable, isBroken } from './instance-status.ts';
import { lastingOf, type Membership, membershipOf } from './membership.ts';
import type { DocumentDbObservation } from './observation.ts';
import { impossibleCount, nextDeletion, nextReplica, tooFew } from './replica-count.ts';
import { nextServerlessCapacity } from './serverless-capacity.ts';
import { nextStandIn, standInClass } from './stand-in.ts';

/**
 * The next change of a cluster that runs and is at rest, whatever its state should be; undefined where it has all it
 * should have. What a scenario asks for is not begun where a part of it can't be had; what was recorded is brought
 * back as far as it can be.
 */
export function nextCapacity(goal: DocumentDbGoal, observed: DocumentDbObservation): Next | undefined {
  return firstOf(goal, [nextServerlessCapacity(goal, observed), nextOfInstances(goal, observed)]);
}

function nextOfInstances(goal: DocumentDbGoal, observed: DocumentDbObservation): Next | undefined {
  if (goal.classes === undefined && goal.count === undefined) return undefined;
  const { target, instances } = observed;
  const { clusterId } = target;
  const writer = instances.find(({ isWriter }) => isWriter);
  if (writer === undefined) {
    return { kind: 'impossible', reason: `${clusterId} has no instance, so there is nothing to scale` };
  }
  const members = membershipOf(goal, observed, writer);
  const next = impossibleCount(goal, members) ?? nextOfMembers(goal, members);
  return isBroken(writer) ? besideBrokenWriter(members, next) : next;
}

/** Nothing is changed beside it: AWS makes another instance the writer by itself, where there is one. */
function besideBrokenWriter(
  { clusterId, writer, all }: Membership,
  next: Next | undefined,
): Next | undefined {
  const reason = `The writer ${writer.id} of ${clusterId} is ${writer.status}`;
  if (all.some(isAvailable)) {
    const until = `${reason}, and is to be failed over from by AWS`;
    return { kind: 'wait', seconds: FAIL_OVER_WAIT_SECONDS, reason: until };
  }
  if (next?.kind !== 'change') return next;
  return { kind: 'impossible', reason: `${reason}, and no other instance can take its place` };
}

function nextOfMembers(goal: DocumentDbGoal, members: Membership): Next | undefined {
  const few = tooFew(goal, members);
  if (few !== undefined && !isRestoring(goal)) return few;
  const standIn = standInClass(goal, members);
  if (standIn !== undefined) return nextStandIn(goal, members, standIn);
  const building = firstOf(goal, [nextReplica(goal, members), nextClassChange(goal, members)]);
  // Nothing is deleted while something is missing: replicas that failed are what keeps new ones from being made for ever.
  return building ?? nextDeletion(goal, members) ?? few ?? obstacle(goal, members);
}

/** The first that is to be done; where something can't be, that it can't, unless what was there is brought back. */
function firstOf(goal: DocumentDbGoal, parts: readonly (Next | undefined)[]): Next | undefined {
  const found = parts.filter((part) => part !== undefined);
  const [impossible] = found.filter(({ kind }) => kind === 'impossible');
  const [active] = found.filter(({ kind }) => kind !== 'impossible');
  const [waiting] = found.filter(({ kind }) => kind === 'wait');
  return isRestoring(goal) ? (waiting ?? active ?? impossible) : (impossible ?? waiting ?? active);
}

/** What only a person can repair. Everything else is done by then. */
function obstacle(goal: DocumentDbGoal, members: Membership): Next | undefined {
  const { clusterId, kept } = members;
  const broken = lastingOf(members)
    .filter(isBroken)
    .find((each) => {
      const wanted = wantedClass(goal, members, each);
      const isCounted = goal.count !== undefined && kept.includes(each);
      return isCounted || (wanted !== undefined && wanted !== each.instanceClass);
    });
  if (broken === undefined) return undefined;
  const reason = `Instance ${broken.id} of ${clusterId} is ${broken.status}: a person has to repair or delete it; everything else is done`;
  return { kind: 'impossible', reason };
}
