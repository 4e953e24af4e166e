import { ProviderError } from '../../errors.ts';
import { type Decision, decide, type Situation, type TargetOutcome } from '../decision/decide.ts';
import { released } from '../decision/lease.ts';
import { afterRefusal } from '../decision/refusal.ts';
import type { Observation, ScalingTarget } from '../decision/scaling-target.ts';
import type { TargetState } from '../decision/target-state.ts';
import { endWithoutTurn } from '../decision/turn.ts';
import { type Target, targetName } from '../plan/plan.ts';
import type { PlanStore, StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import type { RunReference } from './run.ts';
import type { RunEvent } from './run-event.ts';

export interface ScalingPorts {
  readonly store: PlanStore;
  readonly targets: ScalingTarget;
  readonly clock: () => Instant;
}

export interface TargetWork {
  readonly run: RunReference;
  readonly target: Target;
  readonly stored: StoredPlan | undefined;
  readonly signal: AbortSignal;
}

/** Why the run has nothing more to do for the target now. */
export type WorkResult = { readonly reason: string; readonly events: readonly RunEvent[] } & (
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'end'; readonly outcome: TargetOutcome }
);

/** So often somebody else may write between a read and a write of ours, in one step. */
const MAX_COLLISIONS = 5;
const COLLISION_WAIT_SECONDS = 5;
/** No target needs as many stores before its one change: the lease, the record, who holds it. */
const MAX_DECISIONS = 20;
/** Nothing shows earlier. */
const ACCEPTED_WAIT_SECONDS = 10;

/** Observes and decides until there is something to wait for, or an end; makes at most one change. */
export async function workOnTarget(work: TargetWork, ports: ScalingPorts): Promise<WorkResult> {
  let collisions = 0;
  let read = await readTarget(work, ports);
  for (let decisions = 0; decisions < MAX_DECISIONS; decisions += 1) {
    const situation: Situation = { ...work, ...read, now: ports.clock() };
    const decision = read.refusal === undefined ? decide(situation) : unreadable(situation, read.refusal);
    const stored = await save(work, ports, read.state, decision.state);
    if (stored === undefined) {
      collisions += 1;
      if (collisions > MAX_COLLISIONS) break;
      read = await readTarget(work, ports);
      continue;
    }
    read = { ...read, state: stored };
    switch (decision.kind) {
      case 'store':
        continue;
      case 'wait':
        return { kind: 'wait', seconds: decision.seconds, reason: decision.reason, events: [] };
      case 'end':
        return { kind: 'end', outcome: decision.outcome, reason: decision.reason, events: [] };
      case 'change':
        return makeChange(work, ports, situation, { ...decision, state: stored });
    }
  }
  const reason = `Others write what is remembered of ${targetName(work.target)} all the time`;
  return { kind: 'wait', seconds: COLLISION_WAIT_SECONDS, reason, events: [] };
}

interface TargetRead {
  readonly state: TargetState;
  readonly observed: Observation | undefined;
  /** It can't be looked at, and won't be a moment later. */
  readonly refusal?: ProviderError;
}

/** The state first: with an observation that is older than the state, its last change could be missed. */
async function readTarget({ target, signal }: TargetWork, ports: ScalingPorts): Promise<TargetRead> {
  const state = await ports.store.getTargetState(target, signal);
  try {
    return { state, observed: await ports.targets.observe(target, signal) };
  } catch (error) {
    const isLasting =
      error instanceof ProviderError && (error.code === 'AccessDenied' || error.code === 'InvalidRequest');
    if (!isLasting) throw error;
    return { state, observed: undefined, refusal: error };
  }
}

function unreadable(situation: Situation, { message }: ProviderError): Decision {
  const { state, run } = situation;
  const failed = { kind: 'end', outcome: 'Failed', state: released(state, run), reason: message } as const;
  return endWithoutTurn(situation) ?? failed;
}

/** Undefined where somebody else wrote meanwhile. What is as it was isn't written. */
async function save(
  { target, signal }: TargetWork,
  { store }: ScalingPorts,
  before: TargetState,
  after: TargetState,
): Promise<TargetState | undefined> {
  if (JSON.stringify(before) === JSON.stringify(after)) return before;
  return store.saveTargetState(target, after, signal);
}

async function makeChange(
  work: TargetWork,
  ports: ScalingPorts,
  situation: Situation,
  decision: Extract<Decision, { kind: 'change' }>,
): Promise<WorkResult> {
  const { change, reason, state } = decision;
  if (situation.observed === undefined) throw new TypeError('A target that is not there was to be changed');
  const answer = await ports.targets.apply(situation.observed, change, work.signal);
  if (answer === 'accepted') {
    const event: RunEvent = { outcome: 'Changed', target: targetName(work.target), change, reason };
    return { kind: 'wait', seconds: ACCEPTED_WAIT_SECONDS, reason, events: [event] };
  }
  const after = afterRefusal(situation, state, change, answer);
  // Where somebody else wrote meanwhile, this run is superseded, and finds that out in its next step.
  await save(work, ports, state, after.state);
  return after.kind === 'wait'
    ? { kind: 'wait', seconds: after.seconds, reason: after.reason, events: [] }
    : { kind: 'end', outcome: after.outcome, reason: after.reason, events: [] };
}
