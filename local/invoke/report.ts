import { duration } from '../progress.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { table } from '../table.ts';
import type { ReceivedAnswer } from './answer-server.ts';

/** All that there is to tell of one run. */
export interface InvokeResult {
  readonly functionName: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly invocation: Invocation;
  readonly answers: readonly (ReceivedAnswer | string)[];
  readonly memoryMb: number;
  /** Whether it called an account, and there was none. */
  readonly hasMissedAccount: boolean;
}

const BYTES_PER_MB = 1024 * 1024;
const MS_DIGITS = 1;
const NO_ACCOUNT =
  'The function called an account, and there is none: name its endpoint with --endpoint or AWS_ENDPOINT_URL';

/** The function that answers FAILED for others: for it, that is success. */
const ANSWERS_FOR_OTHERS = 'deploytime-undelivered';

/** Exactly one answer, and it says SUCCESS. */
export function isSuccess({ functionName, answers }: InvokeResult): boolean {
  const [answer] = answers;
  if (answers.length !== 1 || typeof answer !== 'object') return false;
  return answer.Status === 'SUCCESS' || functionName === ANSWERS_FOR_OTHERS;
}

/** The run for a reader. @param isLogShown Whether all lines of the function are shown. */
export function textOf(result: InvokeResult, isLogShown: boolean): string {
  const { request, invocation, answers } = result;
  const lines = [
    `${request.RequestType} of ${request.LogicalResourceId} (${request.ResourceType})`,
    '',
    ...answers.flatMap(answerLines),
  ];
  if (answers.length === 0) lines.push('no answer');
  if (answers.length > 1) lines.push(`${answers.length} answers: CloudFormation takes the first alone`);
  if (invocation.outcome === 'failed') {
    const { errorType, errorMessage, trace = [] } = invocation.error;
    lines.push('', `the function failed with ${errorType}: ${errorMessage}`, ...trace.slice(1));
  }
  if (result.hasMissedAccount) lines.push('', NO_ACCOUNT);
  lines.push('', cost(result));
  if (isLogShown) lines.push('', ...invocation.lines.map(({ text }) => text));
  return `${lines.join('\n')}\n`;
}

function answerLines(answer: ReceivedAnswer | string): string[] {
  if (typeof answer === 'string') return [`an answer that is none: ${answer}`];
  const { Status, Reason, PhysicalResourceId, Data } = answer;
  const attributes = typeof Data === 'object' && Data !== null ? Object.entries(Data) : [];
  return [
    String(Status),
    ...(Reason === undefined ? [] : [String(Reason)]),
    `physical id ${PhysicalResourceId}`,
    ...(attributes.length === 0
      ? []
      : [
          '',
          table(
            ['attribute', 'value'],
            attributes.map(([name, value]) => [name, String(value)]),
          ),
        ]),
  ];
}

function cost({ functionName, invocation, memoryMb }: InvokeResult): string {
  const { initMs, durationMs, maxMemoryBytes } = invocation;
  const start = initMs === undefined ? '' : `, after ${duration(initMs)} to start`;
  return `${functionName} ran ${duration(durationMs)}${start}, with ${Math.ceil(maxMemoryBytes / BYTES_PER_MB)} of ${memoryMb} MB`;
}

/** The run for a program. */
export function jsonOf(result: InvokeResult, isLogShown: boolean): string {
  const { functionName, invocation, answers, memoryMb } = result;
  const { requestId, initMs, durationMs, maxMemoryBytes, lines } = invocation;
  return `${JSON.stringify(
    {
      function: functionName,
      requestId,
      answers,
      ...(invocation.outcome === 'failed' && { error: invocation.error }),
      initMs: rounded(initMs),
      durationMs: rounded(durationMs),
      maxMemoryBytes,
      memoryMb,
      ...(isLogShown && { lines: lines.map(({ text }) => text) }),
    },
    undefined,
    2,
  )}\n`;
}

function rounded(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Number(milliseconds.toFixed(MS_DIGITS));
}
