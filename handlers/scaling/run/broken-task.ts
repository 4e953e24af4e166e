import { giveUp } from '../decision/give-up.ts';
import { readRunInput } from './run-input.ts';
import type { BrokenTask, TaskAnswer, TaskPorts } from './scaling-task.ts';

/** The execution can't go on: its step failed again and again. */
export async function performBroken(
  { execution, startedAt, input, progress, error }: BrokenTask,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  const because = `broke off: ${describeError(error)}`;
  const reading = readRunInput(input, Date.parse(startedAt));
  if (!reading.ok) {
    return { kind: 'end', outcome: 'Failed', reason: `The execution ${because}`, progress };
  }
  return giveUp({ run: reading.value.run, execution, progress, reason: because }, ports, signal);
}

const MAX_ERROR_CHARACTERS = 500;

/** `{"Error","Cause"}`, the cause of a function being JSON again. */
function describeError(error: unknown): string {
  const { Error: name, Cause: cause } = (error ?? {}) as {
    readonly Error?: unknown;
    readonly Cause?: unknown;
  };
  const words = [textOf(name), messageOf(textOf(cause))].filter((word) => word !== '');
  return words.join(': ').slice(0, MAX_ERROR_CHARACTERS) || 'for a reason that was not told';
}

function textOf(given: unknown): string {
  return typeof given === 'string' ? given.trim() : '';
}

function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
