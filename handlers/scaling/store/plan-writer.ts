import type { Override, StoredPlan } from './plan-store.ts';

/** A stored plan's version: 1 when it is new, one more with each write. */
export type PlanVersion = number;

/** What the resource writes of its plan, and what people say on it. Every write is on a condition. */
export interface PlanWriter {
  /**
   * Stores a plan where none is (`new`), or over the one of this version.
   * @returns Its version, or undefined where the condition doesn't hold: another one is there. A write of ours whose
   * answer was lost, and that is sent again, is ours.
   */
  putPlan(
    stored: StoredPlan,
    expected: PlanVersion | 'new',
    signal: AbortSignal,
  ): Promise<PlanVersion | undefined>;
  /**
   * Changes what is stored, as it is at that moment: `change` is asked again where somebody else wrote meanwhile. Where
   * it gives back what it got, nothing is written.
   * @returns What is stored now; undefined where there is no such plan.
   * @throws ProviderError `NotStabilized` where others write all the time.
   */
  updatePlan(
    plan: string,
    change: (stored: StoredPlan) => StoredPlan,
    signal: AbortSignal,
  ): Promise<StoredPlan | undefined>;
  /**
   * Forgets a plan that is removed. One that is active stays: its resource may have been created again. One that isn't
   * there is fine, and so is one that somebody else writes at that moment, which stays.
   * @param mayGo Whether it may, as it is at that moment. Default: where it is removed.
   */
  deletePlan(plan: string, signal: AbortSignal, mayGo?: (stored: StoredPlan) => boolean): Promise<void>;
  /**
   * Adds a person's word, and drops those that are over. Added twice it stands once.
   * @throws ProviderError `NotFound` where there is no such plan, `ServiceLimitExceeded` where there are too many.
   */
  addOverride(plan: string, override: Override, signal: AbortSignal): Promise<void>;
}
