import type { Next } from '../decision/next-change.ts';
import { classIfItStays, needsChange, wantedClass } from './class-goal.ts';
import { failOver, failOverTarget } from './fail-over.ts';
import type { DocumentDbGoal } from './goal.ts';
import { isAvailable, isBroken } from './instance-status.ts';
import { lastingOf, type Membership, replicasOf } from './membership.ts';
import type { InstanceObservation } from './observation.ts';
import { deletion, newReplica, nextName } from './replica-count.ts';

/**
 * Brings every instance to its class with one failover: the replicas first and one at a time, then the failover to one
 * that has its class, then the old writer, which is a replica by then. Undefined where each has its class.
 */
export function nextClassChange(goal: DocumentDbGoal, members: Membership): Next | undefined {
  const { writer } = members;
  const replicas = replicasOf(members, lastingOf(members)).filter(
    (each) => isAvailable(each) && wantedClass(goal, members, each) !== undefined,
  );
  const waiting = replicas.filter((each) => needsChange(goal, members, each));
  const [replica] = waiting;
  if (replica !== undefined) {
    const turn = `${replicas.length - waiting.length + 1} of ${replicas.length}`;
    return change(goal, members, replica, `replicas go first, one at a time (${turn})`);
  }
  if (!needsChange(goal, members, writer)) return undefined;
  const target = failOverTarget(goal, members, members.all);
  if (target === undefined) return nextOfSoleWriter(goal, members);
  const why = ` (${target.instanceClass}): ${writer.id} is changed as a replica afterwards`;
  return failOver(members, target, why);
}

/** No replica is fit to be the writer for the time of the change: one is made so, unless the change may be an outage. */
function nextOfSoleWriter(goal: DocumentDbGoal, members: Membership): Next {
  const { clusterId, writer, surplus } = members;
  const inPlace = goal.allowOutage ? nextInPlace(goal, members) : undefined;
  if (inPlace !== undefined) return inPlace;
  const why = `it is the writer for the time in which ${writer.id}, the only one that could be, is changed`;
  const [idle] = replicasOf(members, surplus).filter(isAvailable);
  const idleClass = idle && classIfItStays(goal, idle);
  if (idle !== undefined && idleClass !== undefined) return changeOfClass(idle, idleClass, why);
  if (goal.count !== undefined) return newReplica(goal, members, nextName(goal, members), why);
  const reason = `${writer.id} is the only instance of ${clusterId} that could be the writer, so its class is changed only with AllowOutage: true`;
  return { kind: 'impossible', reason };
}

/** Undefined where it isn't the only instance, and won't be. */
function nextInPlace(goal: DocumentDbGoal, members: Membership): Next | undefined {
  const { writer, all, surplus } = members;
  const others = replicasOf(members, all);
  const [other] = others;
  if (other === undefined) {
    return change(
      goal,
      members,
      writer,
      'it is the only instance, and AllowOutage lets it be changed in place',
    );
  }
  const areFailures = others.every((each) => isBroken(each) && surplus.includes(each));
  return areFailures ? deletion(members, other) : undefined;
}

function change(goal: DocumentDbGoal, members: Membership, instance: InstanceObservation, why: string): Next {
  const instanceClass = wantedClass(goal, members, instance);
  if (instanceClass === undefined) throw new TypeError(`${instance.id} keeps the class that it has`);
  return changeOfClass(instance, instanceClass, why);
}

/** @param why The reason, as a clause of its own. */
export function changeOfClass(instance: InstanceObservation, instanceClass: string, why: string): Next {
  return {
    kind: 'change',
    change: { kind: 'change-class', instance: instance.id, instanceClass },
    reason: `Instance ${instance.id} ${describe(instance, instanceClass)}: ${why}`,
  };
}

function describe({ instanceClass: present, pendingClass }: InstanceObservation, wanted: string): string {
  if (present === wanted) return `is to stay ${wanted}, where ${pendingClass} pends`;
  const change = `is changed from ${present} to ${wanted}`;
  if (pendingClass === undefined) return change;
  return pendingClass === wanted
    ? `${change}, which only pends so far`
    : `${change}, where ${pendingClass} pends`;
}
