import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';
import { ProviderError } from '../../errors.ts';
import { giveUp } from '../decision/give-up.ts';
import { overrideByHand } from '../decision/hand-override.ts';
import type { Override, StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import { dryRun } from './dry-run.ts';
import { describeRun } from './run.ts';
import { type RunInput, readRunInput } from './run-input.ts';
import type { StepTask, TaskAnswer, TaskPorts } from './scaling-task.ts';
import { takeStep } from './take-step.ts';

/**
 * So long a run is at work at most. No run needs as much, and Step Functions keeps 25,000 events of an execution, of
 * which a step and its wait are nine.
 */
export const MAX_WORK_MS = 12 * 60 * 60_000;

/** One step of a run, with what a person said before the first one. */
export async function performStep(
  task: StepTask,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  const startedAt = Date.parse(task.startedAt);
  const reading = readRunInput(task.input, startedAt);
  if (!reading.ok) return failed(task, `The execution's input can't be used: ${reading.because}`);
  const input = reading.value;
  if (input.isDryRun) return tryOut(task, input, ports, signal);
  if (input.byHand !== undefined && task.progress.targets === undefined) {
    const word = await storeWord(input, ports, signal);
    if (!word.ok) return failed(task, `${describeRun(input.run)} can't be done by hand: ${word.because}`);
  }
  return goOn(task, input, startedAt, ports, signal);
}

async function goOn(
  { execution, progress }: StepTask,
  { run }: RunInput,
  startedAt: Instant,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  if (ports.clock() - Math.max(startedAt, run.scheduledTime) > MAX_WORK_MS) {
    const reason = `has been at work for more than ${MAX_WORK_MS / 3_600_000} h, which is the limit`;
    return giveUp({ run, execution, progress, reason }, ports, signal);
  }
  const { events, ...answer } = await takeStep({ run, execution, progress, signal }, ports);
  const at = ports.clock();
  await ports.journal.publish(
    events.map((event) => ({ ...event, run, execution, at })),
    signal,
  );
  return answer;
}

/** Nobody but the person who started it has to know. */
function failed({ progress }: StepTask, reason: string): TaskAnswer {
  return { kind: 'end', outcome: 'Failed', reason, progress };
}

/** Stored twice it is the same word: it begins with the execution. */
async function storeWord(
  input: RunInput,
  { store }: TaskPorts,
  signal: AbortSignal,
): Promise<Reading<undefined>> {
  const stored = await store.findPlan(input.run.plan, signal);
  const word = readWord(input, stored);
  if (!word.ok || word.value === undefined) return word.ok ? accepted(undefined) : word;
  try {
    await store.addOverride(input.run.plan, word.value, signal);
    return accepted(undefined);
  } catch (error) {
    const isOfPerson =
      error instanceof ProviderError && (error.code === 'NotFound' || error.code === 'ServiceLimitExceeded');
    if (!isOfPerson) throw error;
    return refused(error.message);
  }
}

function readWord({ run, byHand }: RunInput, stored: StoredPlan | undefined): Reading<Override | undefined> {
  if (stored === undefined) return refused(noPlan(run.plan));
  return overrideByHand(stored, run, byHand?.until);
}

function noPlan(plan: string): string {
  return `there is no plan ${JSON.stringify(plan)}; it is the attribute PlanId of a Custom::ScheduledScaling`;
}

async function tryOut(
  task: StepTask,
  input: RunInput,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  const { run, byHand } = input;
  const what = describeRun(run);
  const stored = await ports.store.findPlan(run.plan, signal);
  if (stored === undefined) return failed(task, `${what} can't be tried: ${noPlan(run.plan)}`);
  const word = byHand === undefined ? accepted(undefined) : readWord(input, stored);
  if (!word.ok) return failed(task, `${what} can't be done by hand: ${word.because}`);
  const overridden = {
    ...stored,
    overrides: word.value === undefined ? stored.overrides : [...stored.overrides, word.value],
  };
  const wouldDo = await dryRun(run, overridden, ports, signal);
  const reason = `${what} was only tried: nothing was changed`;
  return { kind: 'end', outcome: 'DryRun', reason, progress: task.progress, wouldDo };
}
