import type { ProviderError } from '../../errors.ts';
import type { TargetState } from '../decision/target-state.ts';
import type { Plan, Target } from '../plan/plan.ts';
import type { RunReference } from '../run/run.ts';
import type { Instant } from '../time/instant.ts';
import type { PlanDeployment } from './plan-deployment.ts';

/** A plan as it is kept. */
export interface StoredPlan {
  readonly plan: Plan;
  /** `removed`: its resource was deleted. What it changed is restored, or left, as its `onDelete` says. */
  readonly status: 'active' | 'removed';
  readonly overrides: readonly Override[];
  /** Targets that left the plan, of which something may still be recorded. Default: none. */
  readonly formerTargets?: readonly Target[] | undefined;
  /** What the resource that made it keeps with it. Default: no resource did. */
  readonly deployment?: PlanDeployment | undefined;
}

/** A person's word on a scenario, in place of its schedule from `from` (included) to `until` (not). */
export interface Override {
  readonly scenario: string;
  readonly hold: 'open' | 'closed';
  readonly from: Instant;
  readonly until: Instant;
}

/** Plans, what is remembered of their targets, and who runs: consistent reads, conditional writes. */
export interface PlanStore {
  findPlan(plan: string, signal: AbortSignal): Promise<StoredPlan | undefined>;
  /**
   * All of them.
   * @param unreadable Told of each that can't be read, with why; it is left out. Default: that is thrown.
   */
  listPlans(
    signal: AbortSignal,
    unreadable?: (plan: string, error: ProviderError) => void,
  ): Promise<readonly StoredPlan[]>;
  /** Version 0 where nothing is stored. */
  getTargetState(target: Target, signal: AbortSignal): Promise<TargetState>;
  /**
   * Stores it with the next version.
   * @returns What is stored, or undefined where somebody else wrote since `state.version` was read.
   */
  saveTargetState(target: Target, state: TargetState, signal: AbortSignal): Promise<TargetState | undefined>;
  /** The targets that the plan has a record of. */
  listRecorded(plan: string, signal: AbortSignal): Promise<readonly Target[]>;
  /**
   * Claims the run for one execution; asked again by the same execution it is still its own.
   * @returns Whether it is this execution's.
   */
  claimRun(run: RunReference, execution: string, signal: AbortSignal): Promise<boolean>;
}
