import { instantOf } from '../run/run.ts';
import { type Change, describeChange } from './change.ts';
import { type Decision, type Situation, WAIT_LIMIT_MS } from './decide.ts';
import { type Holding, holdingAt } from './holding.ts';
import { seenIntent } from './intent.ts';
import { idleMs, released } from './lease.ts';
import type { Refusal } from './scaling-target.ts';
import { wantedClass } from './target-goal.ts';
import type { CapacityRecord, Intent, TargetState } from './target-state.ts';

/** What a run does after a refusal. */
export type Rest = Extract<Decision, { kind: 'wait' | 'end' }>;

const SOON_SECONDS = 10;
const STATE_SECONDS = 30;

/**
 * What follows from a refusal of the one call.
 * @param situation What the call was decided on.
 * @param state What was stored before the call, with its intent.
 */
export function afterRefusal(
  situation: Situation,
  state: TargetState,
  change: Change,
  refusal: Refusal,
): Rest {
  const undone: TargetState = {
    ...state,
    intent: intentBefore(situation),
    changedAt: situation.state.changedAt,
  };
  const said = `${describeChange(change)} was refused: ${refusal.message}`;
  switch (refusal.kind) {
    case 'state':
    case 'not-found':
      return waited(situation, undone, STATE_SECONDS, said);
    case 'throttling':
      return waited(situation, undone, SOON_SECONDS, said);
    case 'already-exists':
      return { kind: 'wait', seconds: SOON_SECONDS, state, reason: `${said}. It was called for before` };
    case 'unknown':
      return {
        kind: 'wait',
        seconds: SOON_SECONDS,
        state,
        reason: `${describeChange(change)} was called for, and had no clear answer (${refusal.message}): its effect is looked for`,
      };
    case 'capacity':
      return withoutCapacity(situation, undone, change, said);
    case 'quota':
    case 'invalid':
      return givenUp(situation, undone, said);
    case 'access':
      return ended(situation, undone, said);
  }
}

/** It is tried again, but not for ever. */
function waited(situation: Situation, state: TargetState, seconds: number, said: string): Rest {
  if (idleMs(state, situation.now) <= WAIT_LIMIT_MS) return { kind: 'wait', seconds, state, reason: said };
  return ended(situation, state, `${said}: so for ${WAIT_LIMIT_MS / 60_000} min, which is the limit`);
}

/** That something was seen is remembered, whatever came of the call that followed. */
function intentBefore({ state: { intent }, observed, now }: Situation): Intent | undefined {
  return intent && observed && seenIntent(intent, observed, now);
}

/** The next class in turn, or none. */
function withoutCapacity(situation: Situation, state: TargetState, change: Change, said: string): Rest {
  const holding = windowOf(situation);
  if (holding === undefined || state.record === undefined || !('instanceClass' in change)) {
    return ended(situation, state, said);
  }
  const { holder } = state.record;
  const refusedClasses = [...new Set([...holder.refusedClasses, change.instanceClass])];
  const record = { ...state.record, holder: { ...holder, refusedClasses } };
  const { capacity } = holding.step;
  const fallback = 'allowOutage' in capacity ? wantedClass(capacity, refusedClasses) : undefined;
  if (fallback === undefined) return givenUp(situation, { ...state, record }, said);
  const reason = `${said}. ${fallback} of FallbackClasses is next`;
  return { kind: 'wait', seconds: SOON_SECONDS, state: { ...state, record }, reason };
}

/** In a window: it stays as it was before. While restoring there is nothing to go back to. */
function givenUp(situation: Situation, state: TargetState, said: string): Rest {
  if (windowOf(situation) === undefined || state.record === undefined) return ended(situation, state, said);
  const record: CapacityRecord = {
    ...state.record,
    holder: { ...state.record.holder, impossible: said },
  };
  const reason = `${said}. What was changed is put back`;
  const begun = { ...state, record, convergedAt: undefined, restoredAt: undefined };
  return { kind: 'wait', seconds: SOON_SECONDS, state: begun, reason };
}

/** The window that the call was made for; undefined where it was to bring something back. */
function windowOf({ stored, target, run, now, state }: Situation): Holding | undefined {
  if (stored === undefined || state.record?.holder.impossible !== undefined) return undefined;
  return holdingAt(stored, target, instantOf(run, now));
}

function ended({ run }: Situation, state: TargetState, reason: string): Rest {
  return { kind: 'end', outcome: 'Failed', state: released(state, run), reason };
}
