import type { Next } from '../next-change.ts';
import { nextClassChange } from './class-change.ts';
import { wantedClass } from './class-goal.ts';
import { FAIL_OVER_WAIT_SECONDS } from './fail-over.ts';
import { type DocumentDbGoal, isRestoring } from './goal.ts';
import { isAvailable, isBroken } from './instance-status.ts';
import { lastingOf, type Membership, membershipOf } from './membership.ts';
import type { DocumentDbObservation } from './observation.ts';
import { nextDeletion, nextReplica } from './replica-count.ts';
import { nextServerlessCapacity } from './serverless-capacity.ts';
import { nextStandIn, standInClass } from './stand-in.ts';

/**
 * The next change of a cluster that runs and is at rest, whatever its state should be; undefined where it has all it
 * should have. What a scenario asks for is not
 * begun where a part of it can't be had; what was recorded is brought back as far as it can be.
 */
export function nextCapacity(goal: DocumentDbGoal, observed: DocumentDbObservation): Next | undefined {
  const parts = [nextServerlessCapacity(goal, observed), nextOfInstances(goal, observed)];
  const found = parts.filter((part) => part !== undefined);
  const impossible = found.find(({ kind }) => kind === 'impossible');
  const active = found.find(({ kind }) => kind !== 'impossible');
  return isRestoring(goal) ? (active ?? impossible) : (impossible ?? active);
}

function nextOfInstances(goal: DocumentDbGoal, observed: DocumentDbObservation): Next | undefined {
  if (goal.classes === undefined && goal.count === undefined) return undefined;
  const { target, instances } = observed;
  const { clusterId } = target;
  if (instances.length === 0) {
    return { kind: 'impossible', reason: `${clusterId} has no instance to begin with` };
  }
  const writers = instances.filter(({ isWriter }) => isWriter);
  const [writer] = writers;
  if (writer === undefined || writers.length > 1) {
    const seen = writer === undefined ? 'no writer' : `${writers.length} writers`;
    const reason = `${clusterId} shows ${seen}: a failover is under way, or its reads disagree`;
    return { kind: 'wait', seconds: FAIL_OVER_WAIT_SECONDS, reason };
  }
  if (isBroken(writer)) {
    const reason = `The writer ${writer.id} of ${clusterId} is ${writer.status}`;
    // AWS fails over from it by itself.
    return instances.some(isAvailable)
      ? { kind: 'wait', seconds: FAIL_OVER_WAIT_SECONDS, reason }
      : {
          kind: 'impossible',
          reason: `${reason}, and there is no other instance: a person has to repair it`,
        };
  }
  const members = membershipOf(goal, observed, writer);
  return nextReplica(goal, members) ?? nextOfMembers(goal, members) ?? obstacle(goal, members);
}

function nextOfMembers(goal: DocumentDbGoal, members: Membership): Next | undefined {
  const instanceClass = standInClass(goal, members);
  return instanceClass === undefined
    ? (nextClassChange(goal, members) ?? nextDeletion(goal, members))
    : nextStandIn(goal, members, instanceClass);
}

/** What only a person can repair. Everything else is done by then. */
function obstacle(goal: DocumentDbGoal, members: Membership): Next | undefined {
  if (standInClass(goal, members) !== undefined) return undefined;
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
