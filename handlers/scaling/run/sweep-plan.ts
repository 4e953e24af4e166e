import { ProviderError } from '../../errors.ts';
import { isLive } from '../decision/lease.ts';
import {
  type SweepFinding,
  type SweptTarget,
  sweepObserved,
  sweepTarget,
  targetsToSweep,
  unlessInTurn,
} from '../decision/sweep.ts';
import { targetName } from '../plan/plan.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import { type RunReference, runKey } from './run.ts';
import type { StepPorts } from './take-step.ts';

/** What a sweep found that somebody should know, or that a run should see to. */
export interface SweepReport {
  readonly plan: string;
  /** Short name. Undefined: it is about the whole plan. */
  readonly target?: string;
  readonly finding: SweepReportFinding;
}

export type SweepReportFinding =
  | Exclude<SweepFinding, { kind: 'fine' | 'look' }>
  /** It could not be looked at; the others were. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly error: unknown }
  /** The run that it needs could not be started; the next sweep tries again. */
  | { readonly kind: 'not-started'; readonly run: RunReference; readonly reason: string };

export interface SweptPlan {
  readonly reports: readonly SweepReport[];
  /** What was started: each once, also where several targets need it. */
  readonly runs: readonly RunReference[];
  /** It is removed, and nothing is recorded of it any more. */
  readonly isFinished: boolean;
}

/**
 * Looks at the targets of a plan that should have the capacity of a window, or have lost it again, and starts the runs
 * that see to it.
 * @throws ProviderError where what is remembered can't be read.
 */
export async function sweepPlan(
  stored: StoredPlan,
  ports: StepPorts,
  signal: AbortSignal,
): Promise<SweptPlan> {
  const { plan, status } = stored;
  const now = ports.clock();
  const recorded = await ports.store.listRecorded(plan.id, signal);
  const targets: SweptTarget[] = [];
  for (const target of targetsToSweep(stored, recorded, now)) {
    targets.push({ target, state: await ports.store.getTargetState(target, signal) });
  }
  const live = targets.flatMap(({ state: { lease } }) => (lease && isLive(lease, now) ? [lease.run] : []));
  const reports: SweepReport[] = [];
  const starts: RunStart[] = [];
  for (const swept of targets) {
    const found = await findingOrReason({ stored, swept, live, now, signal }, ports);
    if (found.kind === 'fine' || found.kind === 'look') continue;
    // At once, since what is found is taken for seen to.
    const finding = found.kind === 'start' ? await startRun(swept, found, starts, ports, signal) : found;
    reports.push({ plan: plan.id, target: targetName(swept.target), finding });
  }
  return {
    reports,
    runs: starts.filter(({ refusal }) => refusal === undefined).map(({ run }) => run),
    isFinished: status === 'removed' && recorded.length === 0,
  };
}

/** A run that was started, or why it could not be. */
interface RunStart {
  readonly run: RunReference;
  readonly refusal: string | undefined;
}

/** Starts what a target needs, once for all that need the same. Where that is refused, it is not taken for seen to. */
async function startRun(
  { target, state }: SweptTarget,
  finding: Extract<SweepFinding, { kind: 'start' }>,
  starts: RunStart[],
  { runs, store }: StepPorts,
  signal: AbortSignal,
): Promise<SweepReportFinding> {
  const { run, reason } = finding;
  let start = starts.find((other) => runKey(other.run) === runKey(run));
  if (start === undefined) {
    start = { run, refusal: await refusalOf(() => runs.start(run, signal), signal) };
    starts.push(start);
  }
  const { refusal } = start;
  if (refusal === undefined) return finding;
  const marked = await store.getTargetState(target, signal);
  await store.saveTargetState(target, { ...marked, repairedAt: state.repairedAt }, signal);
  return { kind: 'not-started', run, reason: `${reason}; but the run could not be started: ${refusal}` };
}

async function refusalOf(act: () => Promise<void>, signal: AbortSignal): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError) || signal.aborted) throw error;
    return error.message;
  }
}

interface Sweeping {
  readonly stored: StoredPlan;
  readonly swept: SweptTarget;
  /** The runs that are at work on the plan's targets. */
  readonly live: readonly RunReference[];
  readonly now: Instant;
  readonly signal: AbortSignal;
}

/** What is wrong with one target keeps nobody from looking at the others. */
async function findingOrReason(
  sweeping: Sweeping,
  ports: StepPorts,
): Promise<SweepFinding | SweepReportFinding> {
  try {
    return await findingOf(sweeping, ports);
  } catch (error) {
    if (!(error instanceof ProviderError) || sweeping.signal.aborted) throw error;
    return { kind: 'unreadable', reason: error.message, error };
  }
}

/** The cooldown begins with the finding, so that two sweeps at once don't both act on it. */
async function findingOf(
  { stored, swept, live, now, signal }: Sweeping,
  { store, targets }: StepPorts,
): Promise<SweepFinding> {
  const { target, state } = swept;
  const remembered = sweepTarget(stored, swept, now);
  const found =
    remembered.kind === 'look'
      ? sweepObserved(stored, swept, await targets.observe(target, signal), now)
      : remembered;
  const finding = unlessInTurn(stored, target, found, live);
  if (finding.kind === 'fine' || finding.kind === 'look') return finding;
  const marked = await store.saveTargetState(target, { ...state, repairedAt: now }, signal);
  return marked === undefined
    ? { kind: 'fine', reason: `Somebody else sees to ${targetName(target)}` }
    : finding;
}
