import type { ScalingTask, TaskAnswer } from '../../../../handlers/scaling/run/scaling-task.ts';
import { NO_PROGRESS, type RunProgress } from '../../../../handlers/scaling/run/take-step.ts';
import { STEP_RETRY } from '../../../../stacks/scaling-run-definition.ts';
import {
  type ExecutionEnd,
  isFailedTask,
  type LoopedExecution,
  retryDelayMs,
  startTime,
} from './execution-loop.ts';

/** What the state machine should do, told once more, as a loop. */
export async function plainExecution(given: LoopedExecution): Promise<ExecutionEnd> {
  const context = {
    execution: given.execution,
    startedAt: startTime(given.startedAt),
    input: given.input,
  };
  let progress: RunProgress = NO_PROGRESS;
  for (;;) {
    const step = await attempt({ task: 'step', ...context, progress }, given);
    if ('failure' in step) {
      const { message, name } = step.failure;
      const error = { Error: name, Cause: message };
      const broken = await attempt({ task: 'broken', ...context, progress, error }, given);
      return 'failure' in broken
        ? {
            status: 'FAILED',
            error: 'Failed',
            cause: 'deploytime-scaling-step could not be asked; its log says why',
          }
        : { status: 'FAILED', error: 'Failed', cause: broken.answer.reason };
    }
    const { answer } = step;
    if (answer.kind === 'end') {
      return answer.outcome === 'Failed'
        ? { status: 'FAILED', error: answer.outcome, cause: answer.reason }
        : { status: 'SUCCEEDED', output: answer };
    }
    progress = answer.progress;
    await given.pause((answer.seconds ?? 0) * 1000);
  }
}

async function attempt(
  task: ScalingTask,
  { invoke, pause }: LoopedExecution,
): Promise<{ readonly answer: TaskAnswer } | { readonly failure: Error }> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      // What goes from state to state is JSON.
      return { answer: JSON.parse(JSON.stringify(await invoke(task))) as TaskAnswer };
    } catch (error) {
      if (!isFailedTask(error)) throw error;
      if (attempts > STEP_RETRY.MaxAttempts) return { failure: error };
      await pause(retryDelayMs(attempts));
    }
  }
}
