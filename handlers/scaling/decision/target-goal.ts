import { isDeepStrictEqual } from 'node:util';
import type { ClassGoal, CountGoal, DocumentDbGoal } from '../documentdb/goal.ts';
import type { EcsGoal } from '../ecs/goal.ts';
import {
  type DocumentDbCapacity,
  type EcsCapacity,
  type Step,
  type Target,
  targetName,
} from '../plan/plan.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { formatInstant, type Instant } from '../time/instant.ts';
import { type Holding, holdingAt } from './holding.ts';
import type { CapacityRecord, DocumentDbOriginal, EcsOriginal, Holder } from './target-state.ts';

/** What a target should have at an instant, and why. */
export type TargetGoal =
  /** Its window is open. */
  | { readonly kind: 'window'; readonly holding: Holding }
  /** No window is open, and there is something to bring back. */
  | { readonly kind: 'restore'; readonly record: CapacityRecord; readonly because: string }
  /** The plan is gone, and was told to leave things as they are. */
  | { readonly kind: 'leave'; readonly reason: string }
  /** The target is its owner's. */
  | { readonly kind: 'none'; readonly reason: string };

/** @param stored Undefined where the plan isn't stored any more: what it recorded is restored. */
export function targetGoal(
  stored: StoredPlan | undefined,
  target: Target,
  record: CapacityRecord | undefined,
  now: Instant,
): TargetGoal {
  const holding = stored === undefined ? undefined : holdingAt(stored, target, now);
  if (holding !== undefined) return { kind: 'window', holding };
  if (record === undefined) {
    return {
      kind: 'none',
      reason: `No window is open for ${targetName(target)}, and nothing is to be brought back`,
    };
  }
  if (stored?.status === 'removed' && stored.plan.onDelete === 'leave') {
    return {
      kind: 'leave',
      reason: `The plan was deleted with OnDelete: leave, so ${targetName(target)} keeps what ${record.holder.scenario} gave it`,
    };
  }
  return { kind: 'restore', record, because: describeRestore(record) };
}

function describeRestore({ holder, recordedAt }: CapacityRecord): string {
  const recorded = `what was recorded at ${formatInstant(recordedAt)}`;
  return holder.after === undefined
    ? `${recorded}, before ${holder.scenario}`
    : `After of ${holder.scenario}, over ${recorded}`;
}

/** The goal in the words of the target's kind, for its planner. */
export type CapacityGoal =
  | { readonly kind: 'docdb'; readonly goal: DocumentDbGoal }
  | { readonly kind: 'ecs'; readonly goal: EcsGoal };

/** The window's capacity over what was recorded. */
export function capacityOfWindow(
  { plan, original, holder }: CapacityRecord,
  { step, scenario }: Holding,
): CapacityGoal {
  const because = `scenario ${scenario.name}`;
  return composed({ plan, original, because, capacity: step.capacity, refused: holder.refusedClasses });
}

/** What was recorded, under what the last window's step asks for after its end. */
export function capacityAfterwards(record: CapacityRecord, because: string): CapacityGoal {
  return lasting(record, because, record.holder.after);
}

/** What was recorded, with nothing over it. */
export function capacityBefore(record: CapacityRecord, because: string): CapacityGoal {
  return lasting(record, because, undefined);
}

function lasting(
  { plan, original, holder }: CapacityRecord,
  because: string,
  capacity: Holder['after'],
): CapacityGoal {
  const { allowOutage } = holder;
  return composed({ plan, original, because, capacity, refused: [], allowOutage, isLasting: true });
}

interface Composition {
  readonly plan: string;
  readonly original: CapacityRecord['original'];
  readonly because: string;
  readonly capacity: DocumentDbCapacity | EcsCapacity | undefined;
  readonly refused: readonly string[];
  readonly allowOutage?: boolean;
  /** Nothing is brought back after it. */
  readonly isLasting?: true;
}

function composed(composition: Composition): CapacityGoal {
  const { original, capacity } = composition;
  return original.kind === 'docdb'
    ? { kind: 'docdb', goal: clusterGoal(composition, original, capacity as DocumentDbCapacity | undefined) }
    : { kind: 'ecs', goal: serviceGoal(composition, original, capacity as EcsCapacity | undefined) };
}

function clusterGoal(
  { plan, because, refused, allowOutage, isLasting }: Composition,
  original: DocumentDbOriginal,
  capacity: DocumentDbCapacity | undefined,
): DocumentDbGoal {
  const instanceClass = capacity === undefined ? undefined : wantedClass(capacity, refused);
  const classes: ClassGoal | undefined =
    instanceClass !== undefined
      ? { kind: 'uniform', instanceClass }
      : original.classes && { kind: 'recorded', classes: original.classes };
  const count: CountGoal | undefined =
    capacity?.instanceCount !== undefined
      ? { kind: 'total', instanceCount: capacity.instanceCount }
      : original.ownReplicas && { kind: 'own', replicas: original.ownReplicas };
  const state = capacity?.state ?? original.state;
  const minCapacity = capacity?.minCapacity ?? original.minCapacity;
  return {
    plan,
    because,
    allowOutage: capacity?.allowOutage === true || allowOutage === true,
    ...(classes && { classes }),
    ...(count && { count }),
    ...(original.writer !== undefined && { preferredWriter: original.writer }),
    ...(state !== undefined && { state }),
    ...(minCapacity !== undefined && { minCapacity }),
    ...(isLasting && { isLasting }),
  };
}

/** The first class that wasn't refused; undefined where none is left, or none is asked for. */
export function wantedClass(
  { instanceClass, fallbackClasses = [] }: DocumentDbCapacity,
  refused: readonly string[],
): string | undefined {
  if (instanceClass === undefined) return undefined;
  return [instanceClass, ...fallbackClasses].find((candidate) => !refused.includes(candidate));
}

function serviceGoal(
  { because }: Composition,
  original: EcsOriginal,
  capacity: EcsCapacity | undefined,
): EcsGoal {
  if (capacity !== undefined && 'desiredCount' in capacity) {
    return { because, asked: { kind: 'desired-count', desiredCount: capacity.desiredCount } };
  }
  if ('bounds' in original) return { because, asked: { kind: 'bounds', ...original.bounds, ...capacity } };
  if (capacity !== undefined) return { because, asked: { kind: 'bounds', ...capacity } };
  return { because, asked: { kind: 'desired-count', desiredCount: original.desiredCount } };
}

/** The holder of a target from the moment its window takes it. */
export function holderOf({ scenario, step, window }: Holding): Holder {
  return {
    scenario: scenario.name,
    windowStart: window.start,
    asked: step.capacity,
    after: step.after,
    allowOutage: allowsOutage(step),
    refusedClasses: [],
  };
}

/** Whether the holder is this very window, with what is asked for now. */
export function isHolder(holder: Holder, holding: Holding): boolean {
  const { scenario, windowStart, asked, after } = holderOf(holding);
  return (
    holder.scenario === scenario &&
    holder.windowStart === windowStart &&
    isDeepStrictEqual(holder.asked, asked) &&
    isDeepStrictEqual(holder.after, after)
  );
}

function allowsOutage({ capacity }: Step): boolean {
  return 'allowOutage' in capacity && capacity.allowOutage;
}
