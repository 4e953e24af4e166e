import type { Instant } from '../time/instant.ts';
import type { StoredPlan } from './plan-store.ts';

/** What the resource that made a plan keeps with it. */
export interface PlanDeployment {
  /** The schedule group, from before it is created until it is deleted. */
  readonly group?: string | undefined;
  /** The request that stored the plan last, told by a hash. */
  readonly request: string;
  /** When CloudFormation made that request: one that was made earlier comes too late. */
  readonly requestedAt: Instant;
  /** When the plan was stored for it. */
  readonly storedAt: Instant;
  /** That request is not over. A new plan's status is `removed` until then: nothing is scaled by it. */
  readonly isPending?: true | undefined;
  /** What the plan was read from; undefined where none was. */
  readonly source?: PlanSource | undefined;
  /** What the plan before it was read from: that is what a rollback asks for again. */
  readonly formerSource?: PlanSource | undefined;
}

/** Properties, told by a hash, and when they were read: what was right then is right in a rollback. */
export interface PlanSource {
  readonly hash: string;
  readonly readAt: Instant;
}

/**
 * A step of a run that has read an active plan may store a record for it so much later: it lives for a minute, and its
 * last call may be late.
 */
const FORGET_AFTER_MS = 5 * 60_000;

/**
 * Whether a plan that nothing is recorded of may be forgotten. One that still has a schedule group is its resource's: a
 * Create that is under way, or a Delete that is to be finished.
 */
export function isForgettable({ status, deployment }: StoredPlan, now: Instant): boolean {
  if (status === 'active' || deployment?.group !== undefined) return false;
  return deployment === undefined || now - deployment.storedAt >= FORGET_AFTER_MS;
}

/** Whether the plan is to have schedules. Those of a pending one start runs that find nothing to do. */
export function hasSchedules({ status, deployment }: StoredPlan): boolean {
  return status === 'active' || deployment?.isPending === true;
}
