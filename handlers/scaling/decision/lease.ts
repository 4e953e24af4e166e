import { type RunReference, runKey } from '../run/run.ts';
import type { Instant } from '../time/instant.ts';
import type { Lease, TargetState } from './target-state.ts';

/** How long a run has a target to itself without being heard of. No wait of a run is as long. */
export const LEASE_MS = 15 * 60_000;

export function isHeldBy(lease: Lease | undefined, run: RunReference): boolean {
  return lease !== undefined && lease.released === undefined && runKey(lease.run) === runKey(run);
}

/** Whether somebody is at work on the target, as far as can be told. */
export function isLive(lease: Lease | undefined, now: Instant): boolean {
  return lease !== undefined && lease.released === undefined && lease.until > now;
}

/** The lease in the hands of this run, with a higher fence than all before. */
export function taken(lease: Lease | undefined, run: RunReference, now: Instant): Lease {
  return { run, fence: (lease?.fence ?? 0) + 1, until: now + LEASE_MS, since: now };
}

/** How long it is that the run took the target, or that a change was last called for and not refused. */
export function idleMs({ lease, changedAt = 0 }: TargetState, now: Instant): number {
  return now - Math.max(lease?.since ?? now, changedAt);
}

/** The state with its lease prolonged, where half of it is over. */
export function renewed(state: TargetState, now: Instant): TargetState {
  const { lease } = state;
  if (lease === undefined || lease.until - now > LEASE_MS / 2) return state;
  return { ...state, lease: { ...lease, until: now + LEASE_MS } };
}

/** The state with this run's lease given back; somebody else's stays. */
export function released(state: TargetState, run: RunReference): TargetState {
  if (state.lease === undefined || !isHeldBy(state.lease, run)) return state;
  return { ...state, lease: { ...state.lease, released: true } };
}
