import { ProviderError } from '../../../../handlers/errors.ts';
import type { ScalingTask, TaskAnswer } from '../../../../handlers/scaling/run/scaling-task.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { STEP_RETRY } from '../../../../stacks/scaling-run-definition.ts';
import { Killed } from './invocation.ts';

/** An execution of the state machine, and the world that it runs in. */
export interface LoopedExecution {
  /** The execution's id. */
  readonly execution: string;
  readonly startedAt: Instant;
  /** What `StartExecution` was given. */
  readonly input: unknown;
  /** The Lambda function. */
  readonly invoke: (task: ScalingTask) => Promise<TaskAnswer>;
  /** Waits in the time that the execution goes by. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** How an execution ended, in Step Functions' words. */
export interface ExecutionEnd {
  readonly status: 'SUCCEEDED' | 'FAILED';
  /** Of one that failed. */
  readonly error?: string;
  /** Of one that failed. */
  readonly cause?: string;
  /** The answer of the last step of one that succeeded. */
  readonly output?: TaskAnswer;
}

/**
 * Carries an execution out, to its end.
 * @throws what `invoke` threw, where that is no failure that is tried again.
 */
export type ExecutionLoop = (execution: LoopedExecution) => Promise<ExecutionEnd>;

/** The execution is gone, in the middle of it. */
export class ExecutionLost extends Error {}

/** What Step Functions sees as a failed task: anything else is a mistake of a test or of the code. */
export function isFailedTask(error: unknown): error is Error {
  return error instanceof ProviderError || error instanceof Killed;
}

/** How long it is until a task is tried again, where Step Functions draws the longest. */
export function retryDelayMs(attempt: number): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds } = STEP_RETRY;
  return 1000 * Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** (attempt - 1));
}

/** As `$$.Execution.StartTime` has it. */
export function startTime(instant: Instant): string {
  return new Date(instant).toISOString();
}
