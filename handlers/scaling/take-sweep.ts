import { ProviderError } from '../errors.ts';
import type { Instant } from './instant.ts';
import { isLive } from './lease.ts';
import { type Target, targetName } from './plan.ts';
import type { PlanStore, StoredPlan } from './plan-store.ts';
import { type RunReference, runKey } from './run.ts';
import {
  type SweepFinding,
  type SweptTarget,
  sweepObserved,
  sweepTarget,
  targetsToSweep,
  unlessInTurn,
} from './sweep.ts';
import type { TargetState } from './target-state.ts';
import type { ScalingPorts } from './work-on-target.ts';

/** What a sweep found that somebody should know, or that a run should see to. */
export interface SweepReport {
  readonly plan: string;
  /** Short name. */
  readonly target: string;
  readonly finding: SweepReportFinding;
}

export type SweepReportFinding =
  | Exclude<SweepFinding, { kind: 'fine' | 'look' }>
  /** It could not be looked at; the others were. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface SweepResult {
  readonly reports: readonly SweepReport[];
  /** Each once, also where several of its targets need it. */
  readonly runs: readonly RunReference[];
}

/**
 * Looks at everything that should have the capacity of a window, or have lost it again.
 * @throws ProviderError where the plans can't be read; the next sweep begins anew.
 */
export async function takeSweep(ports: ScalingPorts, signal: AbortSignal): Promise<SweepResult> {
  const reports: SweepReport[] = [];
  const runs = new Map<string, RunReference>();
  for (const stored of await ports.store.listPlans(signal)) {
    const now = ports.clock();
    const recorded = await ports.store.listRecorded(stored.plan.id, signal);
    const swept: SweptTarget[] = [];
    for (const target of targetsToSweep(stored, recorded, now)) {
      swept.push({ target, state: await ports.store.getTargetState(target, signal) });
    }
    const live = swept.flatMap(({ state: { lease } }) => (lease && isLive(lease, now) ? [lease.run] : []));
    for (const { target, state } of swept) {
      const finding = await findingOrReason({ stored, target, state, live, now, signal }, ports);
      if (finding.kind === 'fine' || finding.kind === 'look') continue;
      reports.push({ plan: stored.plan.id, target: targetName(target), finding });
      if (finding.kind === 'start') runs.set(runKey(finding.run), finding.run);
    }
  }
  return { reports, runs: [...runs.values()] };
}

interface Sweeping {
  readonly stored: StoredPlan;
  readonly target: Target;
  readonly state: TargetState;
  /** The runs that are at work on the plan's targets. */
  readonly live: readonly RunReference[];
  readonly now: Instant;
  readonly signal: AbortSignal;
}

/** What is wrong with one target keeps nobody from looking at the others. */
async function findingOrReason(
  sweeping: Sweeping,
  ports: ScalingPorts,
): Promise<SweepFinding | SweepReportFinding> {
  try {
    return await findingOf(sweeping, ports);
  } catch (error) {
    if (!(error instanceof ProviderError) || sweeping.signal.aborted) throw error;
    return { kind: 'unreadable', reason: error.message };
  }
}

/** The cooldown begins with the finding, so that two sweeps at once don't both act on it. */
async function findingOf(
  { stored, target, state, live, now, signal }: Sweeping,
  { store, targets }: ScalingPorts,
): Promise<SweepFinding> {
  const swept: SweptTarget = { target, state };
  const remembered = sweepTarget(stored, swept, now);
  const found =
    remembered.kind === 'look'
      ? sweepObserved(stored, swept, await targets.observe(target, signal), now)
      : remembered;
  const finding = unlessInTurn(stored, target, found, live);
  if (finding.kind === 'fine' || finding.kind === 'look') return finding;
  return (await isMarked(store, swept, now, signal))
    ? finding
    : { kind: 'fine', reason: `Somebody else sees to ${targetName(target)}` };
}

async function isMarked(
  store: PlanStore,
  { target, state }: SweptTarget,
  now: Instant,
  signal: AbortSignal,
): Promise<boolean> {
  const saved = await store.saveTargetState(target, { ...state, repairedAt: now }, signal);
  return saved !== undefined;
}
