import type { DocumentDbCapacity, EcsCapacity } from '../plan/plan.ts';
import type { RunReference } from '../run/run.ts';
import type { Instant } from '../time/instant.ts';
import type { Change } from './change.ts';

/**
 * What is remembered of one target, across runs: one item in the store, always written with the condition that its
 * `version` is the one that was read. What is undefined isn't there.
 */
export interface TargetState {
  /** 0: nothing is stored yet. */
  readonly version: number;
  /** The capacity from before the windows; there from the first start until everything is restored. */
  readonly record?: CapacityRecord | undefined;
  readonly lease?: Lease | undefined;
  /** The change that was called for last, until its effect was seen and no read from before that can come any more. */
  readonly intent?: Intent | undefined;
  /** When a change was last called for and not refused. */
  readonly changedAt?: Instant | undefined;
  /** Since when the target, of which there is a record, is not found. */
  readonly missingSince?: Instant | undefined;
  /** When the target was last seen to have what its window asks for: what differs afterwards is drift. */
  readonly convergedAt?: Instant | undefined;
  /**
   * When the record's capacity was last restored: a read from before it would show the window's capacity. Undefined also
   * where a window was given up, and it has not been put back yet.
   */
  readonly restoredAt?: Instant | undefined;
  /** When the sweep last started a run for it, or reported its drift. */
  readonly repairedAt?: Instant | undefined;
}

/** What was there before the service changed it. What is recorded once is never overwritten, only added to. */
export interface CapacityRecord {
  /** The plan that recorded it; another plan has no say in this target meanwhile. */
  readonly plan: string;
  readonly recordedAt: Instant;
  readonly original: Original;
  /** The window that holds the target, or held it last. */
  readonly holder: Holder;
}

export interface Holder {
  readonly scenario: string;
  readonly windowStart: Instant;
  /** What its step asks for. Where a changed plan asks for something else, it is tried anew. */
  readonly asked: DocumentDbCapacity | EcsCapacity;
  /** What its step asks for after the end. It is kept here so that the window is closed also where the plan has lost it. */
  readonly after?: DocumentDbCapacity | EcsCapacity | undefined;
  /** Whether its step allows outages, or that of a window before it: the way back may need the same. */
  readonly allowOutage: boolean;
  /** Classes that AWS had no capacity for in this window. */
  readonly refusedClasses: readonly string[];
  /** Why this window's capacity can't be had: the target goes back to the original until the window ends. */
  readonly impossible?: string | undefined;
}

export type Original = DocumentDbOriginal | EcsOriginal;

/** Only what a scenario asked to be changed is recorded. */
export interface DocumentDbOriginal {
  readonly kind: 'docdb';
  /** By DBInstanceIdentifier, of the instances that aren't ours. */
  readonly classes?: Readonly<Record<string, string>>;
  readonly writer?: string;
  /** Replicas of this service that were there already, which a step's `After` has left. */
  readonly ownReplicas?: readonly string[];
  readonly state?: 'running' | 'stopped';
  /** In DCU. */
  readonly minCapacity?: number;
}

/** Its desired count, or its scalable target's bounds where it has one. */
export type EcsOriginal =
  | { readonly kind: 'ecs'; readonly desiredCount: number }
  | { readonly kind: 'ecs'; readonly bounds: { readonly minCapacity: number; readonly maxCapacity: number } };

/** Who works on the target. It is taken with a higher fence by whoever comes later, and never goes back. */
export interface Lease {
  readonly run: RunReference;
  /** Grows with each taking; the history names it. */
  readonly fence: number;
  /** Where a run took it and died, the sweep starts another after this. */
  readonly until: Instant;
  /** Since when this run works on the target. */
  readonly since: Instant;
  /** The run has ended. The lease stays: an earlier run that wakes up finds itself superseded. */
  readonly released?: true | undefined;
}

/** Written before the call is made, so that a run that is killed between the two, or a late read, makes no second one. */
export interface Intent {
  readonly change: Change;
  readonly at: Instant;
  /** 1 the first time. */
  readonly attempt: number;
  /** When its effect was first seen. */
  readonly seenAt?: Instant | undefined;
}
