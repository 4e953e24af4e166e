import type { DocumentDbGoal } from './goal.ts';
import { isAvailable, isBroken } from './instance-status.ts';
import type { DocumentDbObservation, InstanceObservation } from './observation.ts';
import { replicaIndex } from './replica-name.ts';

/** A cluster's instances at rest, sorted by what becomes of them. Every instance is in one of the three. */
export interface Membership {
  readonly clusterId: string;
  /** The only one, and available. */
  readonly writer: InstanceObservation;
  readonly all: readonly InstanceObservation[];
  /** Never deleted. */
  readonly foreign: readonly InstanceObservation[];
  /** Ours that stay. */
  readonly kept: readonly InstanceObservation[];
  /** Ours that go, in this order: the highest index first. */
  readonly surplus: readonly InstanceObservation[];
  /** How many of ours there should be. Undefined: as many as there are. */
  readonly ownWanted?: number;
  /** Names of ours that are to be made, as the goal gives them. */
  readonly missing: readonly string[];
}

export function membershipOf(
  goal: DocumentDbGoal,
  { target, instances }: DocumentDbObservation,
  writer: InstanceObservation,
): Membership {
  const { clusterId } = target;
  const foreign = instances.filter(({ owner }) => owner !== goal.plan);
  const rank = ({ id }: InstanceObservation): number =>
    replicaIndex(goal.plan, clusterId, id) ?? Number.MAX_SAFE_INTEGER;
  const ours = instances
    .filter(({ owner }) => owner === goal.plan)
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  const { stays, ownWanted, missing } = ownGoal(goal, clusterId, { all: instances, foreign, ours, writer });
  return {
    clusterId,
    writer,
    all: instances,
    foreign,
    kept: ours.filter(stays),
    surplus: ours.filter((each) => !stays(each)).reverse(),
    ...(ownWanted !== undefined && { ownWanted }),
    missing,
  };
}

interface OwnGoal {
  readonly stays: (replica: InstanceObservation) => boolean;
  readonly ownWanted?: number;
  readonly missing: readonly string[];
}

function ownGoal(
  { count, plan }: DocumentDbGoal,
  clusterId: string,
  {
    all,
    foreign,
    ours,
    writer,
  }: Pick<Membership, 'all' | 'foreign' | 'writer'> & {
    readonly ours: readonly InstanceObservation[];
  },
): OwnGoal {
  switch (count?.kind) {
    case undefined:
      return { stays: () => true, missing: [] };
    case 'total': {
      const ownWanted = Math.max(0, count.instanceCount - foreign.length);
      const usable = ours.filter(isAvailable);
      // The writer is the last that one would part with.
      const chosen = [...usable.filter(isSame(writer)), ...usable.filter((each) => !isSame(writer)(each))];
      const stays = chosen.slice(0, ownWanted);
      return { stays: (replica) => stays.includes(replica), ownWanted, missing: [] };
    }
    case 'own': {
      const isThere = (name: string): boolean => all.some(({ id }) => id === name);
      // A name that isn't derived from this plan is of one that was renamed, or another plan's: not ours to make.
      const missing = count.replicas.filter(
        (name) => !isThere(name) && replicaIndex(plan, clusterId, name) !== undefined,
      );
      const stays = ({ id }: InstanceObservation): boolean => count.replicas.includes(id);
      return { stays, ownWanted: ours.filter(stays).length + missing.length, missing };
    }
  }
}

/** The instances that are there to stay. */
export function lastingOf({ foreign, kept }: Membership): readonly InstanceObservation[] {
  return [...foreign, ...kept];
}

export function replicasOf(
  { writer }: Membership,
  of: readonly InstanceObservation[],
): InstanceObservation[] {
  return of.filter((each) => !isSame(writer)(each));
}

/** Ours that failed. They stay until another one stands in their place: they are what tells how often it went wrong. */
export function brokenOwn({ kept, surplus }: Membership): InstanceObservation[] {
  return [...kept, ...surplus].filter(isBroken);
}

function isSame({ id }: InstanceObservation): (other: InstanceObservation) => boolean {
  return (other) => other.id === id;
}
