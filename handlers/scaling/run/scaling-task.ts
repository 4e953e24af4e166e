import type { PlanStore } from '../store/plan-store.ts';
import type { PlanWriter } from '../store/plan-writer.ts';
import type { Instant } from '../time/instant.ts';
import { performBroken } from './broken-task.ts';
import type { RunOutcome } from './run-event.ts';
import { type ScalingEvent, shortened } from './scaling-event.ts';
import { performStep } from './step-task.ts';
import { performSweep } from './sweep-task.ts';
import type { RunProgress, StepPorts } from './take-step.ts';

/** Tells the history, the bus and the metrics what happened. */
export interface RunJournal {
  publish(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void>;
}

export interface TaskPorts extends StepPorts {
  readonly store: PlanStore & Pick<PlanWriter, 'addOverride' | 'deletePlan'>;
  readonly journal: RunJournal;
}

/** What the state machine or the sweep's rule asks of the function. */
export type ScalingTask = StepTask | BrokenTask | { readonly task: 'sweep' };

/** What an execution says of itself. */
export interface ExecutionTask {
  /** Its ARN. */
  readonly execution: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What it was started with. */
  readonly input: unknown;
  readonly progress: RunProgress;
}

/** The next step of a run. */
export interface StepTask extends ExecutionTask {
  readonly task: 'step';
}

/** A step of a run failed again and again. */
export interface BrokenTask extends ExecutionTask {
  readonly task: 'broken';
  /** As Step Functions passes it on: `{"Error","Cause"}`. */
  readonly error: unknown;
}

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

export interface TaskContext {
  /** Of the invocation. */
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** When a sweep begins no other plan any more. Default: it comes to its end. */
  readonly sweepUntil?: Instant | undefined;
}

/**
 * What the state machine of a run asks for, and the sweep's rule. Whatever a person or the plan did wrong is an answer,
 * with the reason: the execution fails with it, and is not tried again.
 * @throws ProviderError of a read or of the store: the same task is to be given again.
 */
export async function performTask(
  task: ScalingTask,
  ports: TaskPorts,
  context: TaskContext,
): Promise<TaskAnswer> {
  const answer = await perform(task, ports, context);
  // It becomes the cause of an execution that fails, which has room for 32,768 characters.
  return { ...answer, reason: shortened(answer.reason) };
}

function perform(task: ScalingTask, ports: TaskPorts, context: TaskContext): Promise<TaskAnswer> {
  switch (task.task) {
    case 'step':
      return performStep(task, ports, context.signal);
    case 'broken':
      return performBroken(task, ports, context.signal);
    case 'sweep':
      return performSweep(ports, context);
  }
}
