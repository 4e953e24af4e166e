import { formatInstant, type Instant } from '../../../../handlers/scaling/time/instant.ts';
import type { PlayedCase } from '../play-case.ts';

/** A rule that was broken, when, and how. */
export interface Breach {
  readonly rule: RuleName;
  readonly at: Instant;
  readonly how: string;
}

export type RuleName =
  /** Never changed or deleted before another was verified as the writer. */
  | 'writer'
  /** Only what this service created is deleted, and never the last instance. */
  | 'deletion'
  /** Derived names, one replica for a slot, no more than are asked for, nothing over the bounds. */
  | 'count'
  /** One effective failover for one change of classes. */
  | 'failover'
  /** No call without its intent and a record, one for each step, and only such as the plan asks for. */
  | 'call'
  /** Each call is for what holds at its instant. */
  | 'goal'
  /** The first original is never overwritten, and goes only when it is back. */
  | 'record'
  /** What is said to be reached is. */
  | 'converged'
  /** Fences grow, and a later run is not followed by an earlier one. */
  | 'lease'
  /** Every run ends, with an outcome and a reason. */
  | 'run'
  /** Nothing secret is said or stored. */
  | 'secret'
  /** After everything the original is back, and nothing is left. */
  | 'restored';

/** Whatever was played must keep it. */
export type Rule = (played: PlayedCase) => readonly Breach[];

export function describeBreach({ rule, at, how }: Breach): string {
  return `${formatInstant(at)} ${rule}: ${how}`;
}
