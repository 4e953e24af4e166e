import type { Change } from '../../../../handlers/scaling/decision/change.ts';
import type { ChangeAnswer, Observation } from '../../../../handlers/scaling/decision/scaling-target.ts';
import type { TargetState } from '../../../../handlers/scaling/decision/target-state.ts';
import type { Target } from '../../../../handlers/scaling/plan/plan.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import type { RunOutcome } from '../../../../handlers/scaling/run/run-event.ts';
import type { SweepReport } from '../../../../handlers/scaling/run/sweep-plan.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import type { DocumentDbState } from '../../documentdb-api/documentdb-state.ts';
import type { EcsState } from '../../ecs-api/ecs-state.ts';
import type { WorldAct } from '../cases/world-act.ts';

/** What happened while a case was played, in order. The checks read this and the simulator's journal. */
export interface PlayHistory {
  readonly executions: PlayedExecution[];
  readonly steps: PlayedStep[];
  readonly saves: PlayedSave[];
  readonly applied: PlayedChange[];
  readonly acts: PlayedAct[];
  /** Of sweeps. */
  readonly findings: PlayedFinding[];
  /** All that was said to people: reasons and events. */
  readonly said: string[];
}

export interface PlayedExecution {
  readonly name: string;
  readonly run: RunReference;
  readonly from: Instant;
  steps: number;
  until?: Instant;
  outcome?: RunOutcome;
  reason?: string;
  /** Why it had no outcome. */
  lost?: string;
}

export interface PlayedAct {
  readonly act: WorldAct;
  /** Short name of the target that it concerns. */
  readonly target: string | undefined;
  /** Why AWS did not do it. */
  readonly refused: string | undefined;
}

export interface PlayedFinding extends SweepReport {
  readonly at: Instant;
}

/** One invocation of the function. */
export interface PlayedStep {
  readonly at: Instant;
  readonly execution: string;
  readonly said: string;
}

/** A write to the store that was carried out. */
export interface PlayedSave {
  readonly at: Instant;
  readonly execution: string;
  readonly target: Target;
  readonly before: TargetState;
  readonly after: TargetState;
  /** The true state of the world at that instant. */
  readonly truth: { readonly documentDb: DocumentDbState; readonly ecs: EcsState };
}

/** A change that was asked of a target: what it rested on, and which entries of the journal came of it. */
export interface PlayedChange {
  readonly execution: string;
  readonly target: Target;
  readonly change: Change;
  readonly observed: Observation;
  /** When the observation was asked for. */
  readonly observedAt: Instant;
  /** What the store has when the call is made. */
  readonly state: TargetState;
  readonly journalFrom: number;
  /** Not included. */
  readonly journalTo: number;
  /** Undefined where it threw. */
  readonly answer: ChangeAnswer | undefined;
}

export function emptyHistory(): PlayHistory {
  return { executions: [], steps: [], saves: [], applied: [], acts: [], findings: [], said: [] };
}
