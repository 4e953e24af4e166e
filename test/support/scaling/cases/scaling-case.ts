import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import type { DurationRanges } from '../../documentdb-api/durations.ts';
import type { GivenCluster, GivenService } from '../simulator-givens.ts';
import type { WorldAct } from './world-act.ts';

/** All that is to happen to some targets. It is data; what is drawn while it is played comes from the seed. */
export interface ScalingCase {
  readonly seed: number;
  readonly start: Instant;
  readonly clusters: readonly GivenCluster[];
  readonly services: readonly GivenService[];
  /** In the order of their instants. */
  readonly plans: readonly PlanVersion[];
  readonly acts: readonly WorldAct[];
  readonly trouble: Trouble;
  /** Nothing goes wrong any more from here on, no window opens, and nobody meddles. */
  readonly calm: Instant;
  /** The play ends here at the latest, and as soon after `calm` as everything is at rest. */
  readonly end: Instant;
}

/** What is stored of a plan from an instant on. */
export interface PlanVersion {
  readonly at: Instant;
  readonly stored: StoredPlan;
  /** The run that whoever stored it starts: the resource a restoring one, a person what he overrides. */
  readonly starts?: Pick<RunReference, 'edge' | 'scenario'> | undefined;
}

/** How much goes wrong. Probabilities are from 0 to 1. */
export interface Trouble {
  /** How old at most what a read shows is. */
  readonly readLagMs: number;
  /** Of a call of a port: the invocation dies before or after it. */
  readonly kill: number;
  /** Of a call of a port: the invocation stands still for up to 50 s before or after it. */
  readonly pause: number;
  /** Of a call of the store: it throws before or after its effect. */
  readonly storeError: number;
  /** Of a killed invocation: its execution is lost as well. */
  readonly executionLost: number;
  /** Of a mutating call. */
  readonly changeFault: number;
  /** Of a read. */
  readonly readFault: number;
  /** Of a mutating call: it is accepted, and goes wrong. */
  readonly mishap: number;
  readonly mostDeliveries: number;
  /** How far the clock of an invocation is from the world's at most, either way. */
  readonly clockSkewMs: number;
  /** Of a schedule's message. */
  readonly messageLost: number;
  /** Of a delivery: it comes many minutes late. */
  readonly messageLate: number;
  readonly shortages: readonly ShortageGiven[];
  readonly instanceQuota?: number;
  readonly durations: Partial<DurationRanges>;
}

export interface ShortageGiven {
  readonly instanceClass: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** Everything goes as it should. */
export const NO_TROUBLE: Trouble = {
  readLagMs: 0,
  kill: 0,
  pause: 0,
  storeError: 0,
  executionLost: 0,
  changeFault: 0,
  readFault: 0,
  mishap: 0,
  mostDeliveries: 1,
  clockSkewMs: 0,
  messageLost: 0,
  messageLate: 0,
  shortages: [],
  durations: {},
};
