import {
  ExecutionError,
  type RunOptions,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import type { ScalingTask, TaskAnswer } from '../../../../handlers/scaling/scaling-task.ts';
import { scalingRunDefinition } from '../../../../stacks/scaling-run-definition.ts';

/** What goes from state to state. */
type Json = Parameters<StateMachine['run']>[0];

const STEP_FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:deploytime-scaling-step';

/** The very definition that is deployed, in an interpreter of the Amazon States Language. */
const machine = new StateMachine(
  scalingRunDefinition({ stepFunctionArn: STEP_FUNCTION_ARN }) as StateMachineDefinition,
);

export interface InterpretedExecution {
  /** The execution's id. */
  readonly execution: string;
  /** What `StartExecution` was given. */
  readonly input: Readonly<Record<string, Json>>;
  /** The Lambda function. Its errors are the state machine's to repeat. */
  readonly invoke: (task: ScalingTask) => Promise<TaskAnswer>;
  /** Waits in the time that the execution goes by. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** How an execution ended, in Step Functions' words. */
export interface ExecutionEnd {
  readonly status: 'SUCCEEDED' | 'FAILED';
  /** Of one that failed: its Error and Cause. Of another the answer of its last step. */
  readonly output: unknown;
}

/**
 * Runs an execution to its end. Waits and the intervals between tries are those of the definition, but on the given
 * clock: the interpreter itself waits for nothing.
 */
export async function interpretExecution({
  execution,
  input,
  invoke,
  pause,
}: InterpretedExecution): Promise<ExecutionEnd> {
  let waitMs = 0;
  const call = async (task: Json): Promise<Json> => {
    await pause(waitMs);
    // Until it is known better: the time until the next try.
    waitMs = RETRY_MS;
    const answer = await invoke(task as unknown as ScalingTask);
    waitMs = (answer.seconds ?? 0) * 1000;
    // What goes from state to state is JSON.
    return JSON.parse(JSON.stringify(answer)) as Json;
  };
  const options: RunOptions = {
    context: { Execution: { Id: execution, Input: input } },
    overrides: {
      taskResourceLocalHandlers: { Step: call, Broken: call },
      waitTimeOverrides: { Wait: 0 },
      retryIntervalOverrides: { Step: 0, Broken: 0 },
    },
  };
  try {
    return { status: 'SUCCEEDED', output: await machine.run(input, options).result };
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    return { status: 'FAILED', output: error.message };
  }
}

/** The first interval of the definition's Retry. */
const RETRY_MS = 2_000;
