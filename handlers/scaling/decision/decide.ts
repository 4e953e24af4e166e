import { type Target, targetName } from '../plan/plan.ts';
import { boundMistakes } from '../plan/plan-bounds.ts';
import { describeRun, instantOf, type RunReference } from '../run/run.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { formatInstant, type Instant } from '../time/instant.ts';
import type { Change } from './change.ts';
import type { Holding } from './holding.ts';
import { intentOf, judgeIntent, seenIntent } from './intent.ts';
import { idleMs, isHeldBy, released, renewed, taken } from './lease.ts';
import { recordBefore } from './recording.ts';
import type { Observation } from './scaling-target.ts';
import {
  type CapacityGoal,
  capacityAfterwards,
  capacityBefore,
  capacityOfWindow,
  isHolder,
  targetGoal,
} from './target-goal.ts';
import { nextChange } from './target-kind.ts';
import type { TargetState } from './target-state.ts';
import { endWithoutTurn, waitForTurn } from './turn.ts';

/** Everything that a decision about one target rests on. */
export interface Situation {
  /** Undefined where the plan isn't stored any more. */
  readonly stored: StoredPlan | undefined;
  /** The schedule's edge, or what the sweep or a person started. */
  readonly run: RunReference;
  readonly target: Target;
  /** Undefined where the target isn't there. */
  readonly observed: Observation | undefined;
  readonly state: TargetState;
  readonly now: Instant;
}

/** How a run's work on a target ends. */
export type TargetOutcome = 'Converged' | 'Failed' | 'Superseded' | 'Late';

/**
 * What to do now, with a sentence that says why. The state it names is to be stored first, where it is not the one
 * that was read.
 */
export type Decision =
  /** Nothing but that; then decide again. */
  | { readonly kind: 'store'; readonly state: TargetState; readonly reason: string }
  /** Make this one call. Its intent is in the state. */
  | {
      readonly kind: 'change';
      readonly change: Change;
      readonly state: TargetState;
      readonly reason: string;
    }
  | { readonly kind: 'wait'; readonly seconds: number; readonly state: TargetState; readonly reason: string }
  | {
      readonly kind: 'end';
      readonly outcome: TargetOutcome;
      readonly state: TargetState;
      readonly reason: string;
    };

/** A run waits so long for what is neither its own change nor makes any progress. */
export const WAIT_LIMIT_MS = 60 * 60_000;
/** A target is believed to be gone when it has not been seen for so long. */
export const MISSING_LIMIT_MS = 10 * 60_000;
const REST_WAIT_SECONDS = 30;

/**
 * Decides the next step of a run for one target. What the target should have follows from the plan, the instant and
 * the record alone; the run's edge only says when somebody looks. So a late, doubled or missing edge does no harm.
 */
export function decide(situation: Situation): Decision {
  const { run, state, observed, now } = situation;
  const barred = endWithoutTurn(situation) ?? waitForTurn(situation);
  if (barred !== undefined) return barred;
  if (!isHeldBy(state.lease, run)) {
    const before = state.lease === undefined ? '' : `, after ${describeRun(state.lease.run)}`;
    return {
      kind: 'store',
      state: { ...state, lease: taken(state.lease, run, now) },
      reason: `${targetName(situation.target)} is taken by ${describeRun(run)}${before}`,
    };
  }
  if (observed === undefined) return missing(situation);
  const found = { ...situation, state: { ...state, missingSince: undefined } };
  return outstanding(found, observed) ?? pursue(withSeenIntent(found, observed), observed);
}

/** One answer may be wrong, and a record that is dropped is lost. Each run has to see for itself. */
function missing(situation: Situation): Decision {
  const { state, target, now } = situation;
  const name = targetName(target);
  if (state.record === undefined) return failed(situation, `${name} is not there`);
  const missingSince = Math.max(state.missingSince ?? now, state.lease?.since ?? now);
  if (now - missingSince < MISSING_LIMIT_MS) {
    const waiting = { ...situation, state: { ...state, missingSince } };
    return wait(waiting, REST_WAIT_SECONDS, `${name} is not there any more, as it seems`);
  }
  const left = {
    ...state,
    record: undefined,
    intent: undefined,
    missingSince: undefined,
    convergedAt: undefined,
  };
  const reason = `${name} has not been there for ${MISSING_LIMIT_MS / 60_000} min: what was recorded of it is dropped`;
  return failed({ ...situation, state: left }, reason);
}

/** Nothing is changed while the last change is not seen to be over. */
function outstanding(situation: Situation, observed: Observation): Decision | undefined {
  const { state, now } = situation;
  if (state.intent === undefined) return undefined;
  const verdict = judgeIntent(state.intent, observed, now);
  switch (verdict.kind) {
    case 'over':
    case 'lost':
      return undefined;
    case 'wait':
      return wait(situation, verdict.seconds, verdict.reason);
    case 'failed': {
      const left = verdict.isForgotten ? { ...state, intent: undefined } : state;
      return failed({ ...situation, state: left }, verdict.reason);
    }
  }
}

/** What was seen is marked. A lost intent stays, since the next one counts its attempts. */
function withSeenIntent(situation: Situation, observed: Observation): Situation {
  const { state, now } = situation;
  if (state.intent === undefined || judgeIntent(state.intent, observed, now).kind !== 'over')
    return situation;
  return { ...situation, state: { ...state, intent: seenIntent(state.intent, observed, now) } };
}

function pursue(situation: Situation, observed: Observation): Decision {
  const { stored, target, state, run, now } = situation;
  const goal = targetGoal(stored, target, state.record, instantOf(run, now));
  switch (goal.kind) {
    case 'none':
      return { kind: 'end', outcome: 'Converged', state: released(state, run), reason: goal.reason };
    case 'leave': {
      const left = released({ ...state, record: undefined, convergedAt: undefined }, run);
      return { kind: 'end', outcome: 'Converged', state: left, reason: goal.reason };
    }
    case 'restore':
      return approach(situation, observed, capacityAfterwards(goal.record, goal.because), (reason) => ({
        kind: 'end',
        outcome: 'Converged',
        state: released(
          { ...state, record: undefined, intent: undefined, convergedAt: undefined, restoredAt: now },
          run,
        ),
        reason,
      }));
    case 'window':
      return openedWindow(situation, observed, goal);
  }
}

function openedWindow(
  situation: Situation,
  observed: Observation,
  { holding }: Extract<ReturnType<typeof targetGoal>, { kind: 'window' }>,
): Decision {
  const { stored, state, run, now } = situation;
  if (stored === undefined) throw new TypeError('A window of no plan is open');
  if (isLeftDrifting(situation, holding)) {
    const { convergedAt = now } = state;
    const reason = `${targetName(holding.step.target)} had what ${holding.scenario.name} asks for at ${formatInstant(convergedAt)}; what differs since is only reported (Enforce: false)`;
    return { kind: 'end', outcome: 'Converged', state: released(state, run), reason };
  }
  const mistakes = boundMistakes(holding.step, stored.plan.bounds);
  if (mistakes.length > 0) return failed(situation, mistakes.join('; '));
  const recording = recordBefore(stored.plan, holding, observed, state, now);
  switch (recording.kind) {
    case 'wait':
      return wait(situation, REST_WAIT_SECONDS, recording.reason);
    case 'store':
      return {
        kind: 'store',
        state: { ...state, record: recording.record, convergedAt: undefined },
        reason: recording.reason,
      };
    case 'complete':
      break;
  }
  const { record } = recording;
  const { impossible } = record.holder;
  if (impossible !== undefined) {
    return approach(situation, observed, capacityBefore(record, `what was there: ${impossible}`), () =>
      failed(
        { ...situation, state: { ...state, restoredAt: now } },
        `${impossible}. It has the capacity from before again`,
      ),
    );
  }
  return approach(situation, observed, capacityOfWindow(record, holding), (reason) => ({
    kind: 'end',
    outcome: 'Converged',
    state: released({ ...state, convergedAt: instantOf(run, now) }, run),
    reason,
  }));
}

/** With Enforce: false only the window's own start, a schedule's or a person's, brings back what has drifted. */
function isLeftDrifting({ stored, run, state }: Situation, holding: Holding): boolean {
  const isOwnStart =
    run.edge === 'start' && run.scenario === holding.scenario.name && run.isRepair === undefined;
  const { record, convergedAt } = state;
  if (stored?.plan.enforce !== false || isOwnStart || record === undefined) return false;
  return convergedAt !== undefined && isHolder(record.holder, holding);
}

/** One step toward a goal; `settled` says what follows once it is reached. */
function approach(
  situation: Situation,
  observed: Observation,
  goal: CapacityGoal,
  settled: (reason: string) => Decision,
): Decision {
  const { state, now } = situation;
  const next = nextChange(goal, observed);
  switch (next.kind) {
    case 'change': {
      const intent = intentOf(next.change, state.intent, now);
      const { change, reason } = next;
      return { kind: 'change', change, state: renewed({ ...state, intent, changedAt: now }, now), reason };
    }
    case 'wait':
      return wait(situation, next.seconds, next.reason);
    case 'settled':
      return settled(next.reason);
    case 'impossible':
      return failed(situation, next.reason);
  }
}

function wait(situation: Situation, seconds: number, reason: string): Decision {
  const { state, now } = situation;
  if (idleMs(state, now) > WAIT_LIMIT_MS) {
    return failed(situation, `${reason}: so for ${WAIT_LIMIT_MS / 60_000} min, which is the limit`);
  }
  return { kind: 'wait', seconds, state: renewed(state, now), reason };
}

function failed({ state, run }: Situation, reason: string): Decision {
  return { kind: 'end', outcome: 'Failed', state: released(state, run), reason };
}
