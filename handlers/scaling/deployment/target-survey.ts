import type { Observation } from '../decision/scaling-target.ts';
import type { Target } from '../plan/plan.ts';

/** What a deployment finds out about a target before a plan takes it. */
export interface TargetSurvey {
  readonly observed: Observation;
  /** What of it the service may not change, in words: `the cluster orders`, `the instance orders-2`. */
  readonly forbidden: readonly string[];
  /** The classes that an instance of a cluster can have. */
  readonly orderableClasses?: ReadonlySet<string> | undefined;
}

export interface SurveyWishes {
  /** Whether a cluster's instances are to be changed, and not only the cluster as a whole. */
  readonly instances: boolean;
  /** Whether the classes that can be ordered are to be told. */
  readonly classes: boolean;
}

/** Looks at targets. */
export interface TargetSurveyor {
  /**
   * Undefined where the target is not there.
   * @throws ProviderError `InvalidRequest` where it is none that can be scaled, and as of any read.
   */
  survey(target: Target, wishes: SurveyWishes, signal: AbortSignal): Promise<TargetSurvey | undefined>;
}
