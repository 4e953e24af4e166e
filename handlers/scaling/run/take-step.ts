import type { TargetOutcome } from '../decision/decide.ts';
import { type Target, targetName } from '../plan/plan.ts';
import type { PlanStore, StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import { describeRun, type RunReference } from './run.ts';
import type { RunEvent, RunOutcome } from './run-event.ts';
import { unscheduledEdge } from './unscheduled-edge.ts';
import { type ScalingPorts, workOnTarget } from './work-on-target.ts';

/** Starts other runs. Started again, the same run is started once. */
export interface RunStarter {
  start(run: RunReference, signal: AbortSignal): Promise<void>;
}

export interface StepPorts extends ScalingPorts {
  readonly runs: RunStarter;
}

/** How far a run is: what its state machine keeps from one step to the next. JSON, and small. */
export interface RunProgress {
  /** In the order in which they are worked on. Undefined before the first step. */
  readonly targets?: readonly Target[];
  /** How each target that is done with ended, in the same order. */
  readonly ended: readonly TargetEnd[];
}

export interface TargetEnd {
  readonly target: string;
  readonly outcome: TargetOutcome;
  readonly reason: string;
}

/** Before its first step. */
export const NO_PROGRESS: RunProgress = { ended: [] };

export interface RunStep {
  readonly run: RunReference;
  /** Names the execution: a run belongs to the one that claimed it first. */
  readonly execution: string;
  readonly progress: RunProgress;
  readonly signal: AbortSignal;
}

export type StepAnswer = {
  readonly progress: RunProgress;
  readonly events: readonly RunEvent[];
  readonly reason: string;
} & (
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'end'; readonly outcome: RunOutcome }
);

/**
 * Takes one step of a run: observes, decides, makes at most one change. It can be killed anywhere and taken again with
 * the same progress.
 * @throws ProviderError of a read or of the store: the step is to be taken again.
 */
export async function takeStep(step: RunStep, ports: StepPorts): Promise<StepAnswer> {
  const { run, execution, signal } = step;
  const early = earlySeconds(run, ports.clock());
  if (early > 0) {
    const reason = `${describeRun(run)} is not due yet`;
    return { kind: 'wait', seconds: early, reason, progress: step.progress, events: [] };
  }
  const events: RunEvent[] = [];
  const stored = await ports.store.findPlan(run.plan, signal);
  let { progress } = step;
  if (progress.targets === undefined) {
    if (!(await ports.store.claimRun(run, execution, signal))) {
      const reason = `Another execution has claimed ${describeRun(run)}`;
      return {
        kind: 'end',
        outcome: 'Duplicate',
        reason,
        progress,
        events: [{ outcome: 'Duplicate', reason }],
      };
    }
    await startUnscheduledEdge(run, stored, ports, signal);
    progress = { ...progress, targets: await targetsOf(run, stored, ports.store, signal) };
    events.push({ outcome: 'Started', reason: `${describeRun(run)} begins` });
  }
  for (const target of progress.targets?.slice(progress.ended.length) ?? []) {
    const work = await workOnTarget({ run, target, stored, signal }, ports);
    events.push(...work.events);
    if (work.kind === 'wait')
      return { kind: 'wait', seconds: work.seconds, reason: work.reason, progress, events };
    const end = { target: targetName(target), outcome: work.outcome, reason: work.reason };
    events.push(end);
    progress = { ...progress, ended: [...progress.ended, end] };
    if (run.edge === 'start' && isObstacle(work.outcome)) break;
  }
  return { kind: 'end', ...outcomeOf(run, progress.ended), progress, events };
}

/** A schedule may fire some seconds before this clock says so. The shortest window is a minute. */
const EARLY_TOLERANCE_MS = 10_000;
/** The most that a state machine waits at once. */
const MAX_WAIT_SECONDS = 99_999_999;

/** A run whose time has not come waits for it: so one can be started long before. */
function earlySeconds({ scheduledTime }: RunReference, now: Instant): number {
  const earlyMs = scheduledTime - now;
  return earlyMs <= EARLY_TOLERANCE_MS ? 0 : Math.min(MAX_WAIT_SECONDS, Math.ceil(earlyMs / 1000));
}

/** The start of a window sees to its end where no schedule does. */
async function startUnscheduledEdge(
  { scenario: name }: RunReference,
  stored: StoredPlan | undefined,
  { runs, clock }: StepPorts,
  signal: AbortSignal,
): Promise<void> {
  const scenario = stored?.plan.scenarios.find((candidate) => candidate.name === name);
  if (stored === undefined || scenario === undefined) return;
  const edge = unscheduledEdge(stored, scenario, clock());
  if (edge !== undefined) await runs.start(edge, signal);
}

/** At a start in the order of the plan, at an end in reverse. What left the plan is found by its records. */
export async function targetsOf(
  run: RunReference,
  stored: StoredPlan | undefined,
  store: PlanStore,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  const scenario = stored?.plan.scenarios.find(({ name }) => name === run.scenario);
  if (scenario !== undefined) {
    const targets = scenario.steps.map(({ target }) => target);
    return run.edge === 'start' ? targets : targets.toReversed();
  }
  return run.edge === 'start' ? [] : store.listRecorded(run.plan, signal);
}

/** What follows in a scenario's order waits for what is before it. At an end as much as possible is brought back. */
function isObstacle(outcome: TargetOutcome): boolean {
  switch (outcome) {
    case 'Converged':
    // Another run is at work there, and on the same window or a later one.
    case 'Superseded':
      return false;
    case 'Failed':
    case 'Late':
      return true;
  }
}

/** From the worst to the best: a run is what the worst of its targets is. */
const OUTCOMES: readonly TargetOutcome[] = ['Failed', 'Late', 'Superseded', 'Converged'];

function outcomeOf(
  { edge, scenario }: RunReference,
  ended: readonly TargetEnd[],
): { outcome: TargetOutcome; reason: string } {
  if (ended.length === 0 && edge === 'start') {
    return { outcome: 'Superseded', reason: `The plan has no scenario ${scenario} any more` };
  }
  const outcome = OUTCOMES.find((each) => ended.some((end) => end.outcome === each)) ?? 'Converged';
  const reasons = ended
    .filter((end) => end.outcome === outcome)
    .map(({ target, reason }) => `${target}: ${reason}`);
  return { outcome, reason: reasons.length === 0 ? 'No target is left to be worked on' : reasons.join('; ') };
}
