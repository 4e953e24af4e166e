import { isDeepStrictEqual } from 'node:util';
import { type Target, targetName } from '../plan/plan.ts';
import { describeRun, type RunReference } from '../run/run.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { formatInstant, type Instant } from '../time/instant.ts';
import { type Holding, holdingAt, openWindows } from './holding.ts';
import { judgeIntent } from './intent.ts';
import { isLive } from './lease.ts';
import type { Observation } from './scaling-target.ts';
import { capacityOfWindow, holderOf, isHolder } from './target-goal.ts';
import { nextChange } from './target-kind.ts';
import type { TargetState } from './target-state.ts';

/** A schedule fires within a minute, and its run takes the target at once. */
export const EDGE_GRACE_MS = 5 * 60_000;
/** So often at most a target is repaired, a failed run repeated, or drift reported. */
export const COOLDOWN_MS = 60 * 60_000;

/** A target as a sweep finds it. */
export interface SweptTarget {
  readonly target: Target;
  readonly state: TargetState;
}

/** Its start was missed, it was left with what a window gave it, or somebody else changed it. */
export type SweepCause = 'missed' | 'left' | 'drifted';

/** What a sweep finds out about a target before it looks at the target itself. */
export type SweepFinding =
  | { readonly kind: 'fine'; readonly reason: string }
  /** Only its capacity can tell. */
  | { readonly kind: 'look'; readonly reason: string }
  /** A run is to be started. */
  | {
      readonly kind: 'start';
      readonly cause: SweepCause;
      readonly run: RunReference;
      readonly reason: string;
    }
  | { readonly kind: 'drifted'; readonly reason: string };

/** The targets that a sweep has to do with: those of open windows, and those with a record. Everything else is at rest. */
export function targetsToSweep(
  stored: StoredPlan,
  recorded: readonly Target[],
  now: Instant,
): readonly Target[] {
  const open = new Set(openWindows(stored, now).map(({ scenario }) => scenario));
  const held = stored.plan.scenarios
    .filter(({ name }) => open.has(name))
    .flatMap(({ steps }) => steps.map(({ target }) => target));
  return [...new Map([...held, ...recorded].map((target) => [targetName(target), target])).values()];
}

/** What is wrong with a target, as far as what is remembered tells; `look` where it has to be observed for that. */
export function sweepTarget(stored: StoredPlan, { target, state }: SweptTarget, now: Instant): SweepFinding {
  const name = targetName(target);
  if (isLive(state.lease, now)) return fine(`A run is at work on ${name}`);
  if (state.record !== undefined && state.record.plan !== stored.plan.id) {
    return fine(`${name} is in the hands of the plan ${state.record.plan}`);
  }
  const holding = holdingAt(stored, target, now);
  const edge = edgeOnItsWay(holding, holdingAt(stored, target, now - EDGE_GRACE_MS), now);
  if (edge !== undefined) return fine(`${edge} is on its way`);
  if (holding === undefined) return sweepLeftover(stored, { target, state }, now);
  const { scenario, window } = holding;
  const { record, convergedAt, restoredAt } = state;
  const start = (reason: string): SweepFinding =>
    afterCooldown(state, now, {
      kind: 'start',
      cause: 'missed',
      run: repairOf(stored, holding, now),
      reason,
    });
  if (record?.holder.impossible !== undefined && isHolder(record.holder, holding)) {
    const why = record.holder.impossible;
    return restoredAt !== undefined
      ? fine(`${name} was given up for this window: ${why}`)
      : start(`${name} has not got back what was there before ${scenario.name}, which was given up: ${why}`);
  }
  if (record !== undefined && convergedAt !== undefined && convergedAt >= window.start) {
    return { kind: 'look', reason: `${name} had what ${scenario.name} asks for` };
  }
  return start(
    `${name} does not have what ${scenario.name} asks for since ${formatInstant(window.start)}: its start is repeated`,
  );
}

/** Where something else holds than a while ago, a window has just begun or ended: a run of its own sees to that. */
function edgeOnItsWay(
  holding: Holding | undefined,
  before: Holding | undefined,
  now: Instant,
): string | undefined {
  if (isDeepStrictEqual(holding?.window, before?.window)) return undefined;
  if (holding === undefined || (before !== undefined && before.window.end <= now)) {
    return `The end of ${before?.scenario.name}`;
  }
  return `The start of ${holding.scenario.name}`;
}

function repairOf({ plan }: StoredPlan, { scenario }: Holding, now: Instant): RunReference {
  return { plan: plan.id, scenario: scenario.name, edge: 'start', scheduledTime: now, isRepair: true };
}

/** There is a record, and no window is open. */
function sweepLeftover(stored: StoredPlan, { target, state }: SweptTarget, now: Instant): SweepFinding {
  const name = targetName(target);
  if (state.record === undefined) return fine(`No window is open for ${name}`);
  const { scenario } = state.record.holder;
  return afterCooldown(state, now, {
    kind: 'start',
    cause: 'left',
    run: { plan: stored.plan.id, edge: 'end', scheduledTime: now, isRepair: true },
    reason: `${name} still has what ${scenario} gave it, and no window is open: it is brought back`,
  });
}

/**
 * A finding, where no run that is at work on another target comes to this one as well: a run takes its targets one
 * after the other, and those that are still to come are not forgotten.
 * @param live The runs that have a lease.
 */
export function unlessInTurn(
  { plan }: StoredPlan,
  target: Target,
  finding: SweepFinding,
  live: readonly RunReference[],
): SweepFinding {
  if (finding.kind !== 'start') return finding;
  const name = targetName(target);
  const run = live.find((each) => {
    if (each.plan !== plan.id || each.edge !== finding.run.edge) return false;
    const scenario = plan.scenarios.find((candidate) => candidate.name === each.scenario);
    return scenario === undefined || scenario.steps.some((step) => targetName(step.target) === name);
  });
  return run === undefined ? finding : fine(`${name} has its turn in ${describeRun(run)}`);
}

/**
 * What the capacity of a target that was converged tells.
 * @param observed Undefined where the target isn't there.
 */
export function sweepObserved(
  stored: StoredPlan,
  { target, state }: SweptTarget,
  observed: Observation | undefined,
  now: Instant,
): SweepFinding {
  const name = targetName(target);
  const holding = holdingAt(stored, target, now);
  const { record, intent } = state;
  if (holding === undefined || record === undefined) return fine(`No window is open for ${name}`);
  const verdict = intent && observed && judgeIntent(intent, observed, now);
  if (verdict?.kind === 'wait') return fine(verdict.reason);
  const isHeld = isHolder(record.holder, holding);
  const goal = capacityOfWindow(isHeld ? record : { ...record, holder: holderOf(holding) }, holding);
  const difference =
    observed === undefined ? `${name} is not there any more` : differenceOf(nextChange(goal, observed));
  if (difference === undefined) return fine(`${name} has what ${holding.scenario.name} asks for`);
  if (isHeld && !stored.plan.enforce) {
    const reason = `${name} has drifted, and is left so with Enforce: false. What there is to do: ${difference}`;
    return afterCooldown(state, now, { kind: 'drifted', reason });
  }
  const found = isHeld ? 'has drifted' : `does not have what ${holding.scenario.name} asks for`;
  return afterCooldown(state, now, {
    kind: 'start',
    cause: isHeld ? 'drifted' : 'missed',
    run: repairOf(stored, holding, now),
    reason: `${name} ${found}: ${difference}`,
  });
}

/** What is under way may well lead there. */
function differenceOf(next: ReturnType<typeof nextChange>): string | undefined {
  return next.kind === 'change' || next.kind === 'impossible' ? next.reason : undefined;
}

function afterCooldown({ repairedAt }: TargetState, now: Instant, finding: SweepFinding): SweepFinding {
  if (repairedAt === undefined || now - repairedAt >= COOLDOWN_MS) return finding;
  return fine(`${finding.reason}, but not before ${formatInstant(repairedAt + COOLDOWN_MS)}`);
}

function fine(reason: string): SweepFinding {
  return { kind: 'fine', reason };
}
