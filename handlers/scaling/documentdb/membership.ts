import type { DocumentDbGoal } from './goal.ts';
import { isAvailable, isBroken } from './instance-status.ts';
import type { DocumentDbObservation, InstanceObservation } from './observation.ts';
import { replicaIndex } from './replica-name.ts';

/** A cluster's instances at rest, sorted by what becomes of them. */
export interface Membership {
  readonly clusterId: string;
  /** The only one. */
  readonly writer: InstanceObservation;
  /** All the instances: the foreign ones, those kept and the surplus. */
  readonly all: readonly InstanceObservation[];
  /** Those that aren't ours: never deleted. */
  readonly foreign: readonly InstanceObservation[];
  /** Ours that stay. */
  readonly kept: readonly InstanceObservation[];
  /** Ours that go, in this order: the highest index first. */
  readonly surplus: readonly InstanceObservation[];
  /** How many of ours there should be. Undefined: as many as there are. */
  readonly ownWanted?: number;
  /** Names of ours that are to be made again. */
  readonly missing: readonly string[];
}

export function membershipOf(
  goal: DocumentDbGoal,
  { target, instances: all }: DocumentDbObservation,
  writer: InstanceObservation,
): Membership {
  const { plan, count } = goal;
  const { clusterId } = target;
  const rank = ({ id }: InstanceObservation): number =>
    replicaIndex(plan, clusterId, id) ?? Number.MAX_SAFE_INTEGER;
  const foreign = all.filter(({ owner }) => owner !== plan);
  const ours = all
    .filter(({ owner }) => owner === plan)
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  const sorted = (kept: readonly InstanceObservation[]) => {
    const surplus = ours.filter((each) => !kept.includes(each)).reverse();
    return { clusterId, writer, all, foreign, kept, surplus };
  };
  switch (count?.kind) {
    case undefined:
      return { ...sorted(ours), missing: [] };
    case 'total': {
      const ownWanted = Math.max(0, count.instanceCount - foreign.length);
      const usable = ours.filter(isAvailable);
      // The writer is the last that one would part with.
      const writerFirst = [
        ...usable.filter((each) => each === writer),
        ...usable.filter((each) => each !== writer),
      ];
      return { ...sorted(writerFirst.slice(0, ownWanted)), ownWanted, missing: [] };
    }
    case 'own': {
      const kept = ours.filter(({ id }) => count.replicas.includes(id));
      const isThere = (name: string): boolean => all.some(({ id }) => id === name);
      // A name that isn't derived from this plan is another plan's: not ours to make.
      const isDerived = (name: string): boolean => replicaIndex(plan, clusterId, name) !== undefined;
      const missing = count.replicas.filter((name) => !isThere(name) && isDerived(name));
      return { ...sorted(kept), ownWanted: kept.length + missing.length, missing };
    }
  }
}

/** The instances that are there to stay. */
export function lastingOf({ foreign, kept }: Membership): InstanceObservation[] {
  return [...foreign, ...kept];
}

/** Those of them that aren't the writer. */
export function replicasOf(
  { writer }: Membership,
  instances: readonly InstanceObservation[],
): InstanceObservation[] {
  return instances.filter((each) => each !== writer);
}

/** Ours that failed. They stay until another one stands in their place: they are what tells how often it went wrong. */
export function brokenOwn({ all, foreign }: Membership): InstanceObservation[] {
  return all.filter((each) => isBroken(each) && !foreign.includes(each));
}
