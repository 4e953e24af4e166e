import { ProviderError } from '../errors.ts';
import { dryRun } from './dry-run.ts';
import { overrideByHand } from './hand-override.ts';
import { isHeldBy, released } from './lease.ts';
import { isForgettable } from './plan-deployment.ts';
import type { Override, PlanStore, StoredPlan } from './plan-store.ts';
import type { PlanWriter } from './plan-writer.ts';
import { describeRun } from './run.ts';
import type { RunOutcome } from './run-event.ts';
import { type RunInput, readRunInput } from './run-input.ts';
import type { ScalingEvent } from './scaling-event.ts';
import type { RunProgress, StepPorts } from './take-step.ts';
import { takeStep } from './take-step.ts';
import { takeSweep } from './take-sweep.ts';

/** Tells the history, the bus and the metrics what happened. */
export interface RunJournal {
  publish(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void>;
}

export interface TaskPorts extends StepPorts {
  readonly store: PlanStore & Pick<PlanWriter, 'addOverride' | 'deletePlan'>;
  readonly journal: RunJournal;
}

/** What the state machine or the sweep's rule asks of the function. */
export type ScalingTask =
  | {
      readonly task: 'step';
      readonly execution: string;
      /** ISO 8601. */
      readonly startedAt: string;
      readonly input: unknown;
      readonly progress: RunProgress;
    }
  | {
      readonly task: 'broken';
      readonly execution: string;
      readonly startedAt: string;
      readonly input: unknown;
      readonly progress: RunProgress;
      readonly error: unknown;
    }
  | { readonly task: 'sweep' };

/** What the state machine goes on with. */
export interface TaskAnswer {
  readonly kind: 'wait' | 'end';
  /** Of a wait. */
  readonly seconds?: number;
  /** Of an end. */
  readonly outcome?: RunOutcome | 'DryRun';
  readonly reason: string;
  readonly progress: RunProgress;
  /** Of a dry run: what would be done first with each target. */
  readonly wouldDo?: unknown;
}

export async function performTask(
  task: ScalingTask,
  ports: TaskPorts,
  { requestId, signal }: { readonly requestId: string; readonly signal: AbortSignal },
): Promise<TaskAnswer> {
  switch (task.task) {
    case 'step':
      return performStep(task, ports, signal);
    case 'broken':
      return performBroken(task, ports, signal);
    case 'sweep':
      return performSweep(ports, requestId, signal);
  }
}

async function performStep(
  task: Extract<ScalingTask, { task: 'step' }>,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  const { execution, progress } = task;
  const input = inputOf(task);
  const { run, byHand, isDryRun } = input;
  if (isDryRun) return answerDryRun(input, progress, ports, signal);
  if (byHand !== undefined && progress.targets === undefined) {
    await storeOverride(input, ports, signal);
  }
  const answer = await takeStep({ run, execution, progress, signal }, ports);
  const { events, ...rest } = answer;
  const at = ports.clock();
  await ports.journal.publish(
    events.map((event) => ({ ...event, run, execution, at })),
    signal,
  );
  return rest;
}

function inputOf({ input, startedAt }: { input: unknown; startedAt: string }): RunInput {
  const reading = readRunInput(input, Date.parse(startedAt));
  if (reading.ok) return reading.value;
  throw new ProviderError('InvalidRequest', `The execution can't be read: ${reading.because}`);
}

async function planOf({ run }: RunInput, ports: TaskPorts, signal: AbortSignal): Promise<StoredPlan> {
  const stored = await ports.store.findPlan(run.plan, signal);
  if (stored !== undefined) return stored;
  throw new ProviderError(
    'NotFound',
    `There is no plan ${JSON.stringify(run.plan)}; it is the attribute PlanId of a Custom::ScheduledScaling`,
  );
}

function overrideOf(input: RunInput, stored: StoredPlan): Override | undefined {
  const reading = overrideByHand(stored, input.run, input.byHand?.until);
  if (reading.ok) return reading.value;
  throw new ProviderError('InvalidRequest', `That can't be done by hand: ${reading.because}`);
}

/** Taken twice it is the same word: it begins with the execution. */
async function storeOverride(input: RunInput, ports: TaskPorts, signal: AbortSignal): Promise<void> {
  const stored = await planOf(input, ports, signal);
  const override = overrideOf(input, stored);
  if (override === undefined) return;
  await ports.store.addOverride(stored.plan.id, override, signal);
}

async function answerDryRun(
  input: RunInput,
  progress: RunProgress,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  const { run, byHand } = input;
  const stored = await planOf(input, ports, signal);
  const override = byHand === undefined ? undefined : overrideOf(input, stored);
  const overridden = {
    ...stored,
    overrides: override === undefined ? stored.overrides : [...stored.overrides, override],
  };
  const wouldDo = await dryRun(run, overridden, ports, signal);
  const reason = `${describeRun(run)} was only tried: nothing was changed`;
  return { kind: 'end', outcome: 'DryRun', reason, progress, wouldDo };
}

/** The execution can't go on: what it holds is given back, and the sweep begins again. */
async function performBroken(
  task: Extract<ScalingTask, { task: 'broken' }>,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  const { execution, progress, error } = task;
  const { run } = inputOf(task);
  for (const target of progress.targets?.slice(progress.ended.length) ?? []) {
    const state = await ports.store.getTargetState(target, signal);
    if (isHeldBy(state.lease, run)) {
      await ports.store.saveTargetState(target, released(state, run), signal);
    }
  }
  const reason = `${describeRun(run)} broke off: ${describeError(error)}`;
  await ports.journal.publish([{ outcome: 'Failed', reason, run, execution, at: ports.clock() }], signal);
  return { kind: 'end', outcome: 'Failed', reason, progress };
}

const MAX_ERROR_CHARACTERS = 500;

/** As Step Functions passes it on: `{"Error","Cause"}`, the cause of a function being JSON again. */
function describeError(error: unknown): string {
  const { Error: name = 'an error', Cause: cause = '' } = (error ?? {}) as { Error?: string; Cause?: string };
  return `${name} ${messageOf(cause)}`.trim().slice(0, MAX_ERROR_CHARACTERS);
}

function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

async function performSweep(ports: TaskPorts, requestId: string, signal: AbortSignal): Promise<TaskAnswer> {
  const { reports, runs } = await takeSweep(ports, signal);
  for (const run of runs) await ports.runs.start(run, signal);
  const at = ports.clock();
  const drifted = reports.filter(({ finding }) => finding.kind !== 'start');
  await ports.journal.publish(
    drifted.map(({ plan, target, finding }) => ({
      outcome: finding.kind === 'drifted' ? ('Drifted' as const) : ('Failed' as const),
      target,
      reason: finding.reason,
      run: { plan, edge: 'start', scheduledTime: at, isRepair: true },
      execution: requestId,
      at,
    })),
    signal,
  );
  await forgetRemovedPlans(ports, signal);
  return {
    kind: 'end',
    outcome: 'Converged',
    reason: `${runs.length} runs started`,
    progress: { ended: [] },
  };
}

/** A plan whose resource is gone is kept until everything that it changed is back. */
async function forgetRemovedPlans({ store, clock }: TaskPorts, signal: AbortSignal): Promise<void> {
  for (const stored of await store.listPlans(signal)) {
    if (!isForgettable(stored, clock())) continue;
    const { plan } = stored;
    const recorded = await store.listRecorded(plan.id, signal);
    const mayGo = (now: StoredPlan): boolean => isForgettable(now, clock());
    if (recorded.length === 0) await store.deletePlan(plan.id, signal, mayGo);
  }
}
