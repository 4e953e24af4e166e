import type { DocumentDbObservation } from '../documentdb/observation.ts';
import type { EcsObservation } from '../ecs/observation.ts';
import type { Target } from '../plan/plan.ts';
import type { Change } from './change.ts';

export type Observation = DocumentDbObservation | EcsObservation;

/** How a target's service said no. `message` is what it said, fit to be shown. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly message: string;
}

export type RefusalKind =
  /** The target is in a state in which it takes no such change now. */
  | 'state'
  /** AWS has no capacity for this class in these zones. */
  | 'capacity'
  /** A quota of the account. */
  | 'quota'
  | 'throttling'
  /** The role may not; most often the target lacks its tag. */
  | 'access'
  | 'not-found'
  /** What was to be created is there. */
  | 'already-exists'
  /** The request itself can't be, e.g. a class that doesn't exist here. */
  | 'invalid'
  /** No answer, or an error of the service: whether it was done is not known. */
  | 'unknown';

export type ChangeAnswer = 'accepted' | Refusal;

/** What can be scaled: one implementation for each kind of target. */
export interface ScalingTarget {
  /**
   * Undefined where the target is not there.
   * @throws ProviderError `AccessDenied`, `Throttling`, `NetworkFailure`, …: as of any read.
   */
  observe(target: Target, signal: AbortSignal): Promise<Observation | undefined>;
  /** Makes exactly one mutating call, never repeated by itself. A refusal is an answer; it throws only on our own fault. */
  apply(observation: Observation, change: Change, signal: AbortSignal): Promise<ChangeAnswer>;
}
