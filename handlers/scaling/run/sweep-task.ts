import { ProviderError } from '../../errors.ts';
import { isForgettable } from '../store/plan-deployment.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import type { RunReference } from './run.ts';
import type { ScalingEvent, ScalingOutcome } from './scaling-event.ts';
import type { TaskAnswer, TaskContext, TaskPorts } from './scaling-task.ts';
import type { SweepReport } from './sweep-plan.ts';
import { NO_PROGRESS } from './take-step.ts';
import { takeSweep } from './take-sweep.ts';

/**
 * So many plans are looked at at once: what a sweep does is wait for answers. A thousand plans with two targets each
 * make 5,000 calls of the table, which are over in 3 s where an answer takes 8 ms.
 */
const MAX_PARALLEL_PLANS = 16;

/** Sees to what no schedule and no run did, and tells what it found. */
export async function performSweep(
  ports: TaskPorts,
  { requestId, signal, sweepUntil }: TaskContext,
): Promise<TaskAnswer> {
  const { reports, runs, finished, unseen } = await takeSweep(ports, signal, {
    parallel: MAX_PARALLEL_PLANS,
    until: sweepUntil,
  });
  const at = ports.clock();
  await ports.journal.publish(
    reports.flatMap((report) => eventOf(report, requestId, at) ?? []),
    signal,
  );
  const unforgotten = await forget(finished, ports, signal);
  const started = `${runs.length} runs were started`;
  const passing = reports.filter(({ finding }) => finding.kind === 'unreadable' && willPass(finding.error));
  const unread = passing.length === 0 ? '' : `, and for now ${passing.length} targets could not be read`;
  const left = unseen === 0 ? '' : `, and no time was left for ${unseen} plans`;
  const kept = unforgotten.length === 0 ? '' : `, and not forgotten were: ${unforgotten.join('; ')}`;
  return {
    kind: 'end',
    outcome: unseen === 0 ? 'Converged' : 'Late',
    reason: `${started}${unread}${left}${kept}`,
    progress: NO_PROGRESS,
  };
}

/** A run that is started tells of itself; that it is started for drift is told by the sweep. */
function eventOf(
  { plan, target, finding }: SweepReport,
  execution: string,
  at: Instant,
): ScalingEvent | undefined {
  const outcome = outcomeOf(finding);
  if (outcome === undefined) return undefined;
  const found: RunReference = { plan, edge: 'start', scheduledTime: at, isRepair: true };
  const run = 'run' in finding ? finding.run : found;
  const { reason } = finding;
  return { outcome, ...(target !== undefined && { target }), reason, run, execution, at };
}

function outcomeOf(finding: SweepReport['finding']): ScalingOutcome | undefined {
  switch (finding.kind) {
    case 'start':
      return finding.cause === 'drifted' ? 'Drifted' : undefined;
    case 'drifted':
      return 'Drifted';
    case 'unreadable':
      return willPass(finding.error) ? undefined : 'Failed';
    case 'not-started':
      return 'Failed';
  }
}

/** The next sweep comes before a person who is called for that. */
function willPass(error: unknown): boolean {
  return error instanceof ProviderError && (error.code === 'Throttling' || error.code === 'NetworkFailure');
}

/**
 * A plan whose resource is gone is kept until everything that it changed is back.
 * @returns Why some were not forgotten, which the next sweep sees to.
 */
async function forget(
  finished: readonly StoredPlan[],
  { store, clock }: TaskPorts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const mayGo = (there: StoredPlan): boolean => isForgettable(there, clock());
  const failures: string[] = [];
  for (const stored of finished.filter(mayGo)) {
    try {
      await store.deletePlan(stored.plan.id, signal, mayGo);
    } catch (error) {
      // The time is over. What was found is told all the same.
      if (signal.aborted) break;
      if (!(error instanceof ProviderError)) throw error;
      failures.push(error.message);
    }
  }
  return failures;
}
