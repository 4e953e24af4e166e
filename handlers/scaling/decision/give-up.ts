import { ProviderError } from '../../errors.ts';
import type { Target } from '../plan/plan.ts';
import { describeRun, type RunReference } from '../run/run.ts';
import type { TaskAnswer, TaskPorts } from '../run/scaling-task.ts';
import { type RunProgress, targetsOf } from '../run/take-step.ts';
import { isHeldBy, released } from './lease.ts';

/** A run that can't go on. */
export interface GivenUpRun {
  readonly run: RunReference;
  readonly execution: string;
  readonly progress: RunProgress;
  /** Why, as what follows the run's description. */
  readonly reason: string;
}

/** What the run holds is given back, as far as that can be done, and its failure is told: the sweep begins again. */
export async function giveUp(
  { run, execution, progress, reason: because }: GivenUpRun,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  await unlessRefused(() => giveBack({ run, execution, progress }, ports, signal));
  const reason = `${describeRun(run)} ${because}`;
  await ports.journal.publish([{ outcome: 'Failed', reason, run, execution, at: ports.clock() }], signal);
  return { kind: 'end', outcome: 'Failed', reason, progress };
}

/** What is not given back runs out by itself. */
async function unlessRefused(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
  }
}

async function giveBack(
  given: Omit<GivenUpRun, 'reason'>,
  { store }: TaskPorts,
  signal: AbortSignal,
): Promise<void> {
  for (const target of await targetsLeft(given, store, signal)) {
    const state = await store.getTargetState(target, signal);
    if (isHeldBy(state.lease, given.run)) {
      await store.saveTargetState(target, released(state, given.run), signal);
    }
  }
}

/** Also of a run whose first step was never answered, where it is this execution's. */
async function targetsLeft(
  { run, execution, progress: { targets, ended } }: Omit<GivenUpRun, 'reason'>,
  store: TaskPorts['store'],
  signal: AbortSignal,
): Promise<readonly Target[]> {
  if (targets !== undefined) return targets.slice(ended.length);
  if (!(await store.claimRun(run, execution, signal))) return [];
  return targetsOf(run, await store.findPlan(run.plan, signal), store, signal);
}
