import type { Next } from '../next-change.ts';
import { classOfNewReplica } from './class-goal.ts';
import { failOver, failOverTarget } from './fail-over.ts';
import type { DocumentDbGoal } from './goal.ts';
import { brokenOwn, lastingOf, type Membership, replicasOf } from './membership.ts';
import type { InstanceObservation } from './observation.ts';
import { replicaName } from './replica-name.ts';

/** One writer and 15 replicas; an instance that failed has its place too. */
export const MAX_INSTANCES = 16;
/** With so many replicas of ours that failed beside each other no further one is made. */
export const MAX_FAILED_REPLICAS = 2;

/** Makes what is missing, one at a time. Undefined where nothing is. */
export function nextReplica(goal: DocumentDbGoal, members: Membership): Next | undefined {
  const { count } = goal;
  if (count === undefined) return undefined;
  const { clusterId, foreign, kept, missing, ownWanted = 0 } = members;
  if (count.kind === 'total') {
    const mistake = countMistake(count.instanceCount, members);
    if (mistake !== undefined) return { kind: 'impossible', reason: mistake };
    if (kept.length >= ownWanted) return undefined;
    const there = foreign.length + kept.length;
    const why = `${clusterId} has ${there} of ${count.instanceCount} instances`;
    return newReplica(goal, members, nextName(goal, members), why);
  }
  const name = missing[0];
  if (name === undefined) return undefined;
  // Some other one may have the place.
  const surplus = replicasOf(members, members.surplus)[0];
  if (members.all.length >= MAX_INSTANCES && surplus !== undefined) return deletion(members, surplus);
  return newReplica(goal, members, name, `${clusterId} had it before`);
}

function countMistake(wanted: number, { clusterId, foreign }: Membership): string | undefined {
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_INSTANCES) {
    return `${clusterId} can't have ${wanted} instances: a cluster has 1 to ${MAX_INSTANCES}`;
  }
  return wanted < foreign.length
    ? `${clusterId} can't have ${wanted} instances: ${foreign.length} of those it has aren't ours (${names(foreign)}), and they are never deleted`
    : undefined;
}

/** @param why The reason, as a clause of its own. */
export function newReplica(goal: DocumentDbGoal, members: Membership, name: string, why: string): Next {
  const { clusterId, all } = members;
  const broken = brokenOwn(members);
  const no = `No replica is added to ${clusterId}`;
  if (broken.length >= MAX_FAILED_REPLICAS) {
    const found = broken.map(({ id, status }) => `${id} is ${status}`).join(', ');
    return { kind: 'impossible', reason: `${no}: the ones made so far came to nothing, ${found}` };
  }
  if (all.length >= MAX_INSTANCES) {
    const failed = broken[0] === undefined ? '' : `, with ${broken[0].id}, which is ${broken[0].status}`;
    return {
      kind: 'impossible',
      reason: `${no}: it has ${all.length} instances${failed}, and no more can be`,
    };
  }
  const instanceClass = classOfNewReplica(goal, members);
  return {
    kind: 'change',
    change: { kind: 'create-replica', instance: name, instanceClass, owner: goal.plan },
    reason: `Replica ${name} (${instanceClass}) is made: ${why}`,
  };
}

/** The first name that nothing in the cluster has, ours or not. One of so many and one is free. */
export function nextName({ plan }: DocumentDbGoal, { clusterId, all }: Membership): string {
  const candidates = Array.from({ length: all.length + 1 }, (_, at) => replicaName(plan, clusterId, at + 1));
  const free = candidates.find((name) => !all.some(({ id }) => id === name));
  if (free === undefined) throw new TypeError('Instances have more names than there are instances');
  return free;
}

/** Deletes ours that aren't wanted any more, once everything else is as it should be. Undefined where none is left. */
export function nextDeletion(goal: DocumentDbGoal, members: Membership): Next | undefined {
  const { clusterId, surplus, writer } = members;
  if (surplus.length === 0) return undefined;
  if (surplus.some(({ id }) => id === writer.id)) {
    const target = failOverTarget(goal, members, lastingOf(members));
    if (target !== undefined) return failOver(members, target, ': the writer is a replica of ours that goes');
    const reason = `Replica ${writer.id} of ours stays: it is the writer of ${clusterId}, and no other instance can take its place`;
    return { kind: 'impossible', reason };
  }
  const [replica] = surplus;
  return replica && deletion(members, replica);
}

export function deletion({ writer, surplus }: Membership, replica: InstanceObservation): Next {
  const left = surplus.length;
  return {
    kind: 'change',
    change: { kind: 'delete-replica', instance: replica.id },
    reason: `Replica ${replica.id} of ours is deleted: it isn't wanted any more (${left} left), and ${writer.id} is the writer`,
  };
}

function names(instances: readonly InstanceObservation[]): string {
  return instances.map(({ id }) => id).join(', ');
}
