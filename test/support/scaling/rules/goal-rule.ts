import type {
  CapacityRecord,
  DocumentDbOriginal,
  EcsOriginal,
} from '../../../../handlers/scaling/decision/target-state.ts';
import {
  type DocumentDbCapacity,
  type EcsCapacity,
  targetName,
} from '../../../../handlers/scaling/plan/plan.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { INVOCATION_LIMIT_MS } from '../driver/invocation.ts';
import type { PlayedChange } from '../driver/play-history.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf } from './calls-of.ts';
import type { Breach, Rule } from './rule.ts';
import { runInstant } from './run-instant.ts';
import { wantedAt } from './wanted-at.ts';

/**
 * Each call is for something that holds: what the window with the highest priority asks for, without the classes that
 * were refused; where no window is open, or this one was given up, what was recorded, with the window's `After` over it
 * where it has ended. What holds is taken from the plan as it was when the invocation may have read it, and from the
 * instant of its observation to that of the call, since it decides in between, as far as its clock may be off; and at
 * the time of its run, where that is seconds ahead.
 */
export const goalRule: Rule = (played) =>
  callsOf(played).flatMap(({ entry, change }): Breach[] => {
    const goals = goalsOf(played, change, entry.at);
    if (goals.some((goal) => isFor(change, goal))) return [];
    const how = `${targetName(change.target)}: ${JSON.stringify(change.change)} is for none of ${JSON.stringify(goals)}`;
    return [{ rule: 'goal', at: entry.at, how }];
  });

interface Goal {
  readonly capacity: Partial<DocumentDbCapacity> | EcsCapacity;
  /** Classes that the window could not have. What comes after it is asked for anew. */
  readonly refused: readonly string[];
  readonly record: CapacityRecord;
}

function goalsOf(
  played: PlayedCase,
  { execution, state, target, observedAt }: PlayedChange,
  calledAt: Instant,
): readonly Goal[] {
  const { scalingCase } = played;
  const { record } = state;
  if (record === undefined) return [];
  const { clockSkewMs } = scalingCase.trouble;
  const versions = scalingCase.plans.filter(({ stored }) => stored.plan.id === record.plan);
  const readable = versions.filter(
    ({ at }, index) =>
      at <= observedAt &&
      (versions[index + 1]?.at ?? Number.POSITIVE_INFINITY) > observedAt - INVOCATION_LIMIT_MS,
  );
  const due = runInstant(played, execution, calledAt);
  const instants = [observedAt - clockSkewMs, observedAt, calledAt, calledAt + clockSkewMs, due];
  return readable.flatMap(({ stored }) =>
    instants.map((at): Goal => {
      const holding = wantedAt(stored, target, at);
      const { after = {}, impossible, refusedClasses: refused } = record.holder;
      if (holding === undefined) return { capacity: after, refused: [], record };
      return { capacity: impossible === undefined ? holding.step.capacity : {}, refused, record };
    }),
  );
}

function isFor({ change, observed }: PlayedChange, { capacity, refused, record }: Goal): boolean {
  const { original } = record;
  if (original.kind === 'ecs') {
    if (change.kind !== 'set-desired-count' && change.kind !== 'set-bounds') return false;
    return isOfService(change, capacity as EcsCapacity, original);
  }
  const asked = capacity as Partial<DocumentDbCapacity>;
  switch (change.kind) {
    case 'change-class':
    case 'create-replica':
      return classesFor(asked, refused, original, change, observed).includes(change.instanceClass);
    case 'set-min-capacity':
      return change.minCapacity === (asked.minCapacity ?? original.minCapacity);
    case 'stop-cluster':
      return (asked.state ?? original.state) === 'stopped';
    case 'start-cluster':
      return original.state !== undefined;
    case 'fail-over':
      return (
        asked.instanceClass !== undefined ||
        original.classes !== undefined ||
        original.ownReplicas !== undefined
      );
    case 'delete-replica':
      return asked.instanceCount !== undefined || original.ownReplicas !== undefined;
    case 'set-desired-count':
    case 'set-bounds':
      return false;
  }
}

/** Those that an instance may be given: one that is recorded its own, one of ours any that there was. */
function classesFor(
  { instanceClass, fallbackClasses = [] }: Partial<DocumentDbCapacity>,
  refused: readonly string[],
  { classes }: DocumentDbOriginal,
  change: { readonly kind: string; readonly instance: string },
  observed: PlayedChange['observed'],
): readonly string[] {
  if (instanceClass !== undefined) {
    const wanted = [instanceClass, ...fallbackClasses].find((candidate) => !refused.includes(candidate));
    if (wanted !== undefined) return [wanted];
  }
  const own = classes?.[change.instance];
  if (own !== undefined && change.kind === 'change-class') return [own];
  const present = 'instances' in observed ? observed.instances.map((each) => each.instanceClass) : [];
  return classes === undefined ? present : Object.values(classes);
}

function isOfService(
  change: Extract<PlayedChange['change'], { kind: 'set-desired-count' | 'set-bounds' }>,
  capacity: EcsCapacity,
  original: EcsOriginal,
): boolean {
  if (change.kind === 'set-desired-count') {
    const recorded = 'desiredCount' in original ? original.desiredCount : undefined;
    return change.desiredCount === ('desiredCount' in capacity ? capacity.desiredCount : recorded);
  }
  const wanted = { ...('bounds' in original ? original.bounds : {}), ...capacity };
  return (
    'minCapacity' in wanted &&
    wanted.minCapacity === change.minCapacity &&
    wanted.maxCapacity === change.maxCapacity
  );
}
