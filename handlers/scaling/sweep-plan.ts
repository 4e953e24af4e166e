import { ProviderError } from '../errors.ts';
import type { Instant } from './instant.ts';
import { isLive } from './lease.ts';
import { type Target, targetName } from './plan.ts';
import type { StoredPlan } from './plan-store.ts';
import { type RunReference, runKey } from './run.ts';
import {
  type SweepFinding,
  type SweptTarget,
  sweepObserved,
  sweepTarget,
  targetsToSweep,
  unlessInTurn,
} from './sweep.ts';
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
  const recorded = await ports.store.listRecorded(plan.id, signal);
  const found = await findTargets({ stored, recorded, signal }, ports);
  const refusals = await startRuns(found, ports, signal);
  const reports = found.map(({ target, finding }): SweepReport => {
    const because = finding.kind === 'start' ? refusals.get(runKey(finding.run)) : undefined;
    const name = targetName(target);
    if (finding.kind !== 'start' || because === undefined) return { plan: plan.id, target: name, finding };
    const reason = `${finding.reason}; but the run could not be started: ${because}`;
    return { plan: plan.id, target: name, finding: { kind: 'not-started', run: finding.run, reason } };
  });
  const runs = [...runsOf(found)].filter(([key]) => !refusals.has(key)).map(([, run]) => run);
  return { reports, runs, isFinished: status === 'removed' && recorded.length === 0 };
}

/** A target that somebody should know of, or that a run should see to. */
interface FoundTarget extends SweptTarget {
  readonly finding: SweepReportFinding;
}

interface Looking {
  readonly stored: StoredPlan;
  readonly recorded: readonly Target[];
  readonly signal: AbortSignal;
}

async function findTargets(
  { stored, recorded, signal }: Looking,
  ports: StepPorts,
): Promise<readonly FoundTarget[]> {
  const now = ports.clock();
  const swept: SweptTarget[] = [];
  for (const target of targetsToSweep(stored, recorded, now)) {
    swept.push({ target, state: await ports.store.getTargetState(target, signal) });
  }
  const live = swept.flatMap(({ state: { lease } }) => (lease && isLive(lease, now) ? [lease.run] : []));
  const found: FoundTarget[] = [];
  for (const each of swept) {
    const finding = await findingOrReason({ stored, swept: each, live, now, signal }, ports);
    if (finding.kind !== 'fine' && finding.kind !== 'look') found.push({ ...each, finding });
  }
  return found;
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

function runsOf(found: readonly FoundTarget[]): ReadonlyMap<string, RunReference> {
  return new Map(
    found.flatMap(({ finding }) => (finding.kind === 'start' ? [[runKey(finding.run), finding.run]] : [])),
  );
}

/** @returns Why some could not be started, by their keys. Their targets are not taken for seen to. */
async function startRuns(
  found: readonly FoundTarget[],
  { runs, store }: StepPorts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const refusals = new Map<string, string>();
  for (const [key, run] of runsOf(found)) {
    try {
      await runs.start(run, signal);
    } catch (error) {
      if (!(error instanceof ProviderError) || signal.aborted) throw error;
      refusals.set(key, error.message);
    }
  }
  for (const { target, state, finding } of found) {
    if (finding.kind !== 'start' || !refusals.has(runKey(finding.run))) continue;
    const marked = await store.getTargetState(target, signal);
    await store.saveTargetState(target, { ...marked, repairedAt: state.repairedAt }, signal);
  }
  return refusals;
}
