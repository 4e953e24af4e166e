import { isDeepStrictEqual } from 'node:util';
import { type DocumentDbAspect, originalOfCluster } from '../documentdb/original.ts';
import { originalOfService } from '../ecs/original.ts';
import type { DocumentDbCapacity, EcsCapacity, Plan, Step } from '../plan/plan.ts';
import type { Instant } from '../time/instant.ts';
import type { Holding } from './holding.ts';
import { READ_DELAY_MS } from './intent.ts';
import type { Observation } from './scaling-target.ts';
import { holderOf, isHolder } from './target-goal.ts';
import { isAtRest } from './target-kind.ts';
import type { CapacityRecord, Holder, Original, TargetState } from './target-state.ts';

/** Whether everything that a window will change is recorded, or what to record first. */
export type Recording =
  | { readonly kind: 'complete'; readonly record: CapacityRecord }
  | { readonly kind: 'store'; readonly record: CapacityRecord; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string };

/**
 * What is recorded stays as it is, whoever's window opens next: it is the capacity from before all of them. A window
 * that asks for more than those before adds what they had left alone.
 */
export function recordBefore(
  plan: Plan,
  holding: Holding,
  observed: Observation,
  { record, restoredAt = Number.NEGATIVE_INFINITY }: Pick<TargetState, 'record' | 'restoredAt'>,
  now: Instant,
): Recording {
  const fresh = originalOf(observed, holding.step, plan.id);
  const original = record === undefined ? fresh : extended(record.original, fresh);
  const holder =
    record !== undefined && isHolder(record.holder, holding) ? record.holder : holderAfter(record, holding);
  if (record !== undefined && isDeepStrictEqual(original, record.original)) {
    if (holder === record.holder) return { kind: 'complete', record };
    return { kind: 'store', record: { ...record, holder }, reason: describeTakeOver(record.holder, holder) };
  }
  if (!isAtRest(observed)) {
    return { kind: 'wait', reason: 'Its present capacity is recorded once nothing is under way' };
  }
  if (now - restoredAt < READ_DELAY_MS) {
    return { kind: 'wait', reason: 'The last window was closed just now, and may still be read' };
  }
  return {
    kind: 'store',
    record: {
      plan: plan.id,
      recordedAt: record?.recordedAt ?? now,
      original,
      holder,
    },
    reason: `Its present capacity is recorded before ${holding.scenario.name} changes it`,
  };
}

function describeTakeOver(before: Holder, { scenario }: Holder): string {
  return before.scenario === scenario
    ? `${scenario} asks for something else, or in another window, than before`
    : `${scenario} takes over from ${before.scenario}`;
}

/** What was changed under an outage may need one on its way back, whoever's window was the last. */
function holderAfter(record: CapacityRecord | undefined, holding: Holding): Holder {
  const holder = holderOf(holding);
  return { ...holder, allowOutage: holder.allowOutage || record?.holder.allowOutage === true };
}

function originalOf(observed: Observation, step: Step, plan: string): Original {
  return 'instances' in observed
    ? originalOfCluster(observed, aspectsOf(step), plan)
    : originalOfService(observed);
}

/** What the step changes at its start or at its end. */
function aspectsOf({ capacity, after }: Step): readonly DocumentDbAspect[] {
  const asked = [capacity, after].filter((part) => part !== undefined).filter(isOfCluster);
  const names = (part: keyof DocumentDbCapacity) => asked.some((each) => each[part] !== undefined);
  return [
    // A single instance's class may take a temporary replica.
    ...(names('instanceClass') ? (['classes', 'count'] as const) : []),
    ...(names('instanceCount') ? (['count'] as const) : []),
    ...(names('state') ? (['state'] as const) : []),
    ...(names('minCapacity') ? (['minCapacity'] as const) : []),
  ];
}

function isOfCluster(capacity: DocumentDbCapacity | EcsCapacity): capacity is DocumentDbCapacity {
  return 'allowOutage' in capacity;
}

/** What was recorded once counts; what is new is what nobody changed so far, and is none of our own replicas. */
function extended(before: Original, fresh: Original): Original {
  if (before.kind !== 'docdb' || fresh.kind !== 'docdb') return before;
  if (before.classes === undefined) return { ...fresh, ...before };
  const added = Object.entries(fresh.classes ?? {}).filter(([id]) => !fresh.ownReplicas?.includes(id));
  return { ...fresh, ...before, classes: { ...Object.fromEntries(added), ...before.classes } };
}
