import type { StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import type { RunReference } from './run.ts';
import { type SweepReport, type SweptPlan, sweepPlan } from './sweep-plan.ts';
import type { StepPorts } from './take-step.ts';

export interface SweepResult {
  readonly reports: readonly SweepReport[];
  /** What was started: each once, also where several targets need it. */
  readonly runs: readonly RunReference[];
  /** Removed plans of which nothing is recorded any more. */
  readonly finished: readonly StoredPlan[];
  /** How many plans there was no time for. */
  readonly unseen: number;
}

export interface SweepOptions {
  /** No plan is begun then any more. Default: all are looked at. */
  readonly until?: Instant | undefined;
  /** How many plans are looked at at once. Default: 1. */
  readonly parallel?: number | undefined;
}

/**
 * Looks at everything that should have the capacity of a window, or have lost it again, and starts the runs that see to
 * it. What is wrong with one plan keeps nobody from looking at the others.
 * @throws ProviderError where the plans can't be listed; the next sweep begins anew.
 */
export async function takeSweep(
  ports: StepPorts,
  signal: AbortSignal,
  { until = Number.POSITIVE_INFINITY, parallel = 1 }: SweepOptions = {},
): Promise<SweepResult> {
  const reports: SweepReport[] = [];
  const runs: RunReference[] = [];
  const finished: StoredPlan[] = [];
  const plans = await ports.store.listPlans(signal, (plan, error) => {
    reports.push({ plan, finding: { kind: 'unreadable', reason: error.message, error } });
  });
  const left = inTurn(plans, ports.clock());
  let cutOff = 0;
  const work = async (): Promise<void> => {
    while (left.length > 0 && ports.clock() < until) {
      const stored = left.shift() as StoredPlan;
      const swept = await sweepOrReason(stored, ports, signal);
      if (swept === undefined) {
        cutOff += 1;
        break;
      }
      reports.push(...swept.reports);
      runs.push(...swept.runs);
      if (swept.isFinished) finished.push(stored);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { reports, runs, finished, unseen: left.length + cutOff };
}

const TURN_MS = 15 * 60_000;

/** Every other sweep begins at the other end: what one has no time for comes first in the next. */
function inTurn(plans: readonly StoredPlan[], now: Instant): StoredPlan[] {
  return Math.floor(now / TURN_MS) % 2 === 0 ? [...plans] : plans.toReversed();
}

/** Also of a plan that is no plan at all: somebody has written into the table. Undefined where the time is over. */
async function sweepOrReason(
  stored: StoredPlan,
  ports: StepPorts,
  signal: AbortSignal,
): Promise<SweptPlan | undefined> {
  try {
    return await sweepPlan(stored, ports, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    const { id } = stored.plan;
    const reason = `The plan ${id} could not be looked at: ${error instanceof Error ? error.message : error}`;
    return {
      reports: [{ plan: id, finding: { kind: 'unreadable', reason, error } }],
      runs: [],
      isFinished: false,
    };
  }
}
