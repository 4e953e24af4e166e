import { targetName } from '../plan/plan.ts';
import { describeRun, instantOf, isLaterRun } from '../run/run.ts';
import { formatInstant } from '../time/instant.ts';
import type { Decision, Situation, TargetOutcome } from './decide.ts';
import { holdingAt, openWindow } from './holding.ts';
import { isHeldBy, isLive, released } from './lease.ts';

type End = Extract<Decision, { kind: 'end' }>;
type Wait = Extract<Decision, { kind: 'wait' }>;

const TURN_WAIT_SECONDS = 30;

/** The end of a run that has no business with the target, or none any more; undefined where it is its turn. */
export function endWithoutTurn(situation: Situation): End | undefined {
  return superseded(situation) ?? late(situation) ?? held(situation) ?? ofAnotherPlan(situation);
}

/**
 * A run of the sweep is for targets that nobody works on, and comes to others on its way: it takes none from a run that
 * is at work, and what follows in its order waits as well. Undefined where it need not wait.
 */
export function waitForTurn({ run, state, target, now }: Situation): Wait | undefined {
  const { lease } = state;
  if (run.isRepair === undefined || lease === undefined) return undefined;
  if (!isLive(lease, now) || isHeldBy(lease, run)) return undefined;
  const reason = `${targetName(target)} is left to ${describeRun(lease.run)}, which is at work`;
  return { kind: 'wait', seconds: TURN_WAIT_SECONDS, state, reason };
}

/** A later run counts also after it has ended. */
function superseded({ run, state, target }: Situation): End | undefined {
  const { lease } = state;
  if (lease === undefined || !isLaterRun(lease.run, run)) return undefined;
  const reason = `${describeRun(lease.run)} has taken ${targetName(target)} over from ${describeRun(run)}`;
  return {
    kind: 'end',
    outcome: 'Superseded',
    state,
    reason: reason.charAt(0).toUpperCase() + reason.slice(1),
  };
}

/** A start whose window is not open has nothing to do; the end is another run's work. */
function late(situation: Situation): End | undefined {
  const { run, stored, target, now } = situation;
  if (run.edge !== 'start' || run.scenario === undefined) return undefined;
  const scenario = stored?.plan.scenarios.find(({ name }) => name === run.scenario);
  if (stored === undefined || scenario === undefined) {
    return end(situation, 'Superseded', `The plan has no scenario ${run.scenario} any more`);
  }
  const at = instantOf(run, now);
  if (openWindow(stored, scenario, at) !== undefined) return undefined;
  if (stored.status === 'removed') {
    return end(situation, 'Superseded', `The plan of ${run.scenario} was deleted`);
  }
  const window = openWindow(stored, scenario, run.scheduledTime);
  if (window !== undefined && window.end <= at) {
    const reason = `The window of ${run.scenario} ended at ${formatInstant(window.end)}, before ${targetName(target)} had what it asks for`;
    return end(situation, 'Late', reason);
  }
  const not = window === undefined ? 'does not start' : 'is not open any more after its start';
  const reason = `${run.scenario} ${not} at ${formatInstant(run.scheduledTime)}: the plan, its Except or an override says otherwise`;
  return end(situation, 'Superseded', reason);
}

/** What is to be restored is what no window holds: such a run takes no target from the run that a window has started. */
function held(situation: Situation): End | undefined {
  const { stored, run, target, now } = situation;
  if (stored === undefined || run.edge !== 'end') return undefined;
  if (stored.plan.scenarios.some(({ name }) => name === run.scenario)) return undefined;
  const holding = holdingAt(stored, target, instantOf(run, now));
  if (holding === undefined) return undefined;
  const reason = `${targetName(target)} is not to be brought back: the window of ${holding.scenario.name} is open for it`;
  return end(situation, 'Converged', reason);
}

/** To take the lease would end that plan's run. */
function ofAnotherPlan(situation: Situation): End | undefined {
  const { state, run, target } = situation;
  if (state.record === undefined || state.record.plan === run.plan) return undefined;
  const reason = `${targetName(target)} is in the hands of the plan ${state.record.plan}, which has not brought it back yet. A target belongs to one plan at a time`;
  return end(situation, 'Failed', reason);
}

function end({ state, run }: Situation, outcome: TargetOutcome, reason: string): End {
  return { kind: 'end', outcome, state: released(state, run), reason };
}
