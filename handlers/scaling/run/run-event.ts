import type { Change } from '../decision/change.ts';
import type { TargetOutcome } from '../decision/decide.ts';

export type RunOutcome = TargetOutcome | 'Duplicate';

/** What happened in a step, for the history and for whoever listens. */
export interface RunEvent {
  readonly outcome: RunOutcome | 'Started' | 'Changed';
  /** Its short name. Undefined: it is about the whole run. */
  readonly target?: string;
  readonly change?: Change;
  readonly reason: string;
}
