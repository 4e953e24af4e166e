import type { Change } from './change.ts';
import type { Instant } from './instant.ts';
import type { RunReference } from './run.ts';

/**
 * What is remembered of one target, across runs: one item in the store, always written with the condition that its
 * `version` is the one that was read. What is undefined isn't there.
 */
export interface TargetState {
  /** 0: nothing is stored yet. */
  readonly version: number;
  /** The capacity from before the windows; there from the first start until everything is restored. */
  readonly record?: CapacityRecord;
  readonly lease?: Lease;
  /** The change that was called for last, until its effect was seen. */
  readonly intent?: Intent;
  /** When drift was last repaired, or a failed run last repeated. */
  readonly repairedAt?: Instant;
  /** When the record's capacity was last restored: a read from before it would show the window's capacity. */
  readonly restoredAt?: Instant;
  /** When the target was last seen to have what its window asks for: what differs afterwards is drift. */
  readonly convergedAt?: Instant;
}

/** What was there before the service changed it. Written once; only what it does not name yet is added. */
export interface CapacityRecord {
  /** The plan that recorded it; another plan has no say in this target meanwhile. */
  readonly plan: string;
  /** The window in which it was written first. */
  readonly scenario: string;
  readonly windowStart: Instant;
  readonly recordedAt: Instant;
  readonly original: Original;
  /** The `After` of the scenario whose window was open last; its capacity holds over the original's at the end. */
  readonly lastScenario: string;
  /** Classes that AWS had no capacity for in this window, and what made the whole window impossible. */
  readonly refusedClasses: readonly string[];
  readonly impossible?: string;
}

export type Original = DocumentDbOriginal | EcsOriginal;

/** Only what a scenario asked to be changed is recorded. */
export interface DocumentDbOriginal {
  readonly kind: 'docdb';
  /** By DBInstanceIdentifier. */
  readonly classes?: Readonly<Record<string, string>>;
  readonly writer?: string;
  /** Replicas of this service that were there already, which a step's `After` has left. */
  readonly ownReplicas?: readonly string[];
  readonly state?: 'running' | 'stopped';
  readonly minCapacity?: number;
}

export interface EcsOriginal {
  readonly kind: 'ecs';
  readonly desiredCount?: number;
  readonly bounds?: { readonly minCapacity: number; readonly maxCapacity: number };
}

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
  readonly released?: true;
}

/** Written before the call is made, so that a run that is killed between the two, or a late read, makes no second one. */
export interface Intent {
  readonly change: Change;
  readonly at: Instant;
  /** 1 the first time. */
  readonly attempt: number;
}
