import type { Next } from '../decision/next-change.ts';
import { classOfNewReplica } from './class-goal.ts';
import { failOver, failOverTarget } from './fail-over.ts';
import type { DocumentDbGoal } from './goal.ts';
import { isBroken } from './instance-status.ts';
import { brokenOwn, lastingOf, type Membership, replicasOf } from './membership.ts';
import type { InstanceObservation } from './observation.ts';
import { replicaName } from './replica-name.ts';

/** One writer and 15 replicas; an instance that failed has its place too. */
export const MAX_INSTANCES = 16;
/** With so many replicas of ours that failed beside each other no further one is made. */
export const MAX_FAILED_REPLICAS = 2;

/** Whether the number asked for is one that no cluster can have. */
export function impossibleCount({ count }: DocumentDbGoal, { clusterId }: Membership): Next | undefined {
  if (count?.kind !== 'total') return undefined;
  const { instanceCount } = count;
  if (Number.isInteger(instanceCount) && instanceCount >= 1 && instanceCount <= MAX_INSTANCES)
    return undefined;
  const reason = `InstanceCount of ${clusterId} can't be ${instanceCount}: a cluster has 1 to ${MAX_INSTANCES} instances`;
  return { kind: 'impossible', reason };
}

/** Whether fewer are asked for than there are of those that aren't ours. */
export function tooFew({ count }: DocumentDbGoal, { clusterId, foreign }: Membership): Next | undefined {
  if (count?.kind !== 'total' || count.instanceCount >= foreign.length) return undefined;
  const names = foreign.map(({ id }) => id).join(', ');
  const reason = `InstanceCount of ${clusterId} can't be ${count.instanceCount}: it has ${foreign.length} instances that aren't ours (${names}), and they are never deleted`;
  return { kind: 'impossible', reason };
}

/** Makes what is missing, one at a time. Undefined where nothing is. */
export function nextReplica(goal: DocumentDbGoal, members: Membership): Next | undefined {
  const { clusterId, all, kept, foreign, surplus, missing, ownWanted = 0 } = members;
  switch (goal.count?.kind) {
    case undefined:
      return undefined;
    case 'total': {
      if (kept.length >= ownWanted) return undefined;
      const why = `${clusterId} has ${foreign.length + kept.length} of ${goal.count.instanceCount} instances`;
      return newReplica(goal, members, nextName(goal, members), why);
    }
    case 'own': {
      const [name] = missing;
      if (name === undefined) return undefined;
      // One that goes anyway may have the last place.
      const [dispensable] = replicasOf(members, surplus);
      if (all.length >= MAX_INSTANCES && dispensable !== undefined) return deletion(members, dispensable);
      return newReplica(goal, members, name, `${clusterId} had it before`);
    }
  }
}

/** @param why The reason, as a clause of its own. */
export function newReplica(goal: DocumentDbGoal, members: Membership, name: string, why: string): Next {
  const { clusterId, all } = members;
  const broken = brokenOwn(members);
  const no = `No replica is added to ${clusterId}`;
  if (broken.length >= MAX_FAILED_REPLICAS) {
    const found = broken.map(({ id, status }) => `${id} is ${status}`).join(', ');
    const reason = `${no}: ${found}. It is tried again once they are deleted`;
    return { kind: 'impossible', reason };
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
  if (surplus.includes(writer)) {
    const target = failOverTarget(goal, members, lastingOf(members));
    if (target !== undefined) return failOver(members, target, ': the writer is a replica of ours that goes');
    const reason = `Replica ${writer.id} of ours stays: it is the writer of ${clusterId}, and no other instance can take its place yet`;
    return { kind: 'impossible', reason };
  }
  const [replica] = surplus;
  return replica && deletion(members, replica);
}

export function deletion({ writer }: Membership, { id, status }: InstanceObservation): Next {
  const found = isBroken({ status }) ? `it is ${status}` : `it isn't wanted any more`;
  return {
    kind: 'change',
    change: { kind: 'delete-replica', instance: id },
    reason: `Replica ${id} of ours is deleted: ${found}, and ${writer.id} is the writer`,
  };
}
