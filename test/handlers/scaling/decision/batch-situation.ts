import assert from 'node:assert/strict';
import type { Decision, Situation } from '../../../../handlers/scaling/decision/decide.ts';
import { taken } from '../../../../handlers/scaling/decision/lease.ts';
import type { CapacityRecord, TargetState } from '../../../../handlers/scaling/decision/target-state.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import { batchService } from '../../../support/scaling/observations.ts';
import { BATCH, BATCH_RECORD, night, storedPlan } from '../../../support/scaling/plans.ts';

/* What a decision about the service `prod/batch` rests on, and how a run's work on it ends. */

export const START: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};
export const END: RunReference = { ...START, edge: 'end', scheduledTime: night('05:00') };
export const NOW = night('01:01');

export const RECORD: CapacityRecord = { ...BATCH_RECORD, recordedAt: NOW };

/** A service with three tasks at the start of a window that asks for twelve; the run has it, and it is recorded. */
export function situation(given: Partial<Situation> = {}): Situation {
  const { run = START, now = NOW } = given;
  const state: TargetState = { version: 2, lease: taken(undefined, run, now), record: RECORD };
  return { stored: storedPlan(), run, target: BATCH, observed: batchService(), state, now, ...given };
}

export function withState(given: Partial<TargetState>, more: Partial<Situation> = {}): Situation {
  const base = situation(more);
  return { ...base, state: { ...base.state, ...given } };
}

export function ended(
  decision: Decision,
  outcome: string,
  reason: RegExp,
): Extract<Decision, { kind: 'end' }> {
  assert.equal(decision.kind, 'end', decision.reason);
  assert.equal(decision.outcome, outcome);
  assert.match(decision.reason, reason);
  return decision;
}
