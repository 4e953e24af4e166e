import { ExecutionError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { ScalingTask, TaskAnswer } from '../../../../handlers/scaling/run/scaling-task.ts';
import { scalingRunDefinition } from '../../../../stacks/scaling-run-definition.ts';
import {
  type ExecutionEnd,
  isFailedTask,
  type LoopedExecution,
  retryDelayMs,
  startTime,
} from './execution-loop.ts';

type Run = ReturnType<StateMachine['run']>;
/** What goes from state to state. */
type Json = Parameters<StateMachine['run']>[0];

const STEP_FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:deploytime-scaling-step';

/** The very definition that is deployed, in an interpreter of the Amazon States Language. */
const machine = new StateMachine(untimed(scalingRunDefinition({ stepFunctionArn: STEP_FUNCTION_ARN })));

/** The time limit is of real time, and longer than a timer of Node goes. */
function untimed(definition: object): StateMachineDefinition {
  const { TimeoutSeconds: _, ...rest } = definition as StateMachineDefinition;
  return rest;
}

export interface InterpretedEnd extends ExecutionEnd {
  /** The states that it went through, in order. */
  readonly states: readonly string[];
}

/**
 * Carries an execution out as the definition says. The interpreter itself waits for nothing: the wait that an answer
 * asks for, or the one before the next try, is made on the given clock, before the function is invoked again.
 */
export async function interpretedExecution(given: LoopedExecution): Promise<InterpretedEnd> {
  let last: { readonly task: ScalingTask['task']; readonly waitMs: number } | undefined;
  let attempts = 0;
  let mistake: unknown;
  const call = async (payload: Json): Promise<Json> => {
    const task = asTask(payload, given);
    // Whoever catches an error does not wait.
    if (last?.task === task.task) await given.pause(last.waitMs);
    else attempts = 0;
    try {
      const answer = await given.invoke(task);
      attempts = 0;
      last = { task: task.task, waitMs: (answer.seconds ?? 0) * 1000 };
      // What goes from state to state is JSON.
      return JSON.parse(JSON.stringify(answer)) as Json;
    } catch (error) {
      if (!isFailedTask(error)) {
        mistake = error;
        throw new Unhandled();
      }
      attempts += 1;
      last = { task: task.task, waitMs: retryDelayMs(attempts) };
      throw error;
    }
  };
  const run = machine.run(given.input as Json, {
    context: { Execution: { Id: given.execution } },
    overrides: {
      taskResourceLocalHandlers: { Step: call, Broken: call },
      waitTimeOverrides: { Wait: 0 },
      retryIntervalOverrides: { Step: 0, Broken: 0 },
    },
  });
  try {
    const output = (await run.result) as unknown as TaskAnswer;
    return { status: 'SUCCEEDED', output, states: await statesOf(run.eventLogs) };
  } catch (error) {
    if (mistake !== undefined) throw mistake;
    if (!(error instanceof ExecutionError)) throw error;
    const { name, message } = error.cause as Error;
    return { status: 'FAILED', error: name, cause: message, states: await statesOf(run.eventLogs) };
  }
}

/** The interpreter neither tries it again nor catches it. */
class Unhandled extends Error {
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/** The interpreter starts every execution at the present time, which is not that of the world it is for. */
function asTask(task: Json, { startedAt }: LoopedExecution): ScalingTask {
  return { ...(task as object), startedAt: startTime(startedAt) } as unknown as ScalingTask;
}

async function statesOf(events: Run['eventLogs']): Promise<readonly string[]> {
  const states: string[] = [];
  for await (const event of events) {
    if (event.type === 'StateEntered') states.push(event.state.name);
    if (event.type === 'ExecutionSucceeded' || event.type === 'ExecutionFailed') break;
  }
  return states;
}
