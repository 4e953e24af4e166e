import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { DryRunLine } from '../handlers/scaling/run/dry-run.ts';
import type { Account } from './account.ts';
import { waitFor } from './wait-for.ts';

export const STATE_MACHINE = 'deploytime-scaling-run';

/** Where a state machine waits as long as it says, each of some ten changes takes 10 s and more. */
const EXECUTION_LIMIT_MS = 10 * 60_000;
/** More than the examples ever start. */
const MAX_EXECUTIONS = 100;

/** What an execution is given, by a schedule or a person. */
export interface ExecutionInput {
  readonly plan: string;
  readonly scenario?: string;
  readonly edge: 'start' | 'end';
  readonly scheduledTime?: string;
  /** Of a person's word. ISO 8601. */
  readonly until?: string;
  readonly dryRun?: boolean;
}

/** An execution that has come to its end. */
export interface EndedExecution {
  readonly arn: string;
  readonly input: ExecutionInput;
  /** `SUCCEEDED`, `FAILED`, … */
  readonly status: string;
  readonly outcome: string;
  readonly reason: string;
  /** Of a dry run. */
  readonly wouldDo: readonly DryRunLine[];
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** Starts a run as a person does, with one call. @returns the execution's ARN. */
export async function startByHand(
  account: Account,
  input: ExecutionInput,
  abortSignal: AbortSignal,
): Promise<string> {
  const { executionArn = '' } = await account.stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: stateMachineArn(account), input: JSON.stringify(input) }),
    { abortSignal },
  );
  return executionArn;
}

/** The executions of the state machine, by name. */
export async function listExecutions(
  account: Account,
  abortSignal: AbortSignal,
): Promise<readonly { readonly arn: string; readonly name: string }[]> {
  const { executions = [] } = await account.stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn: stateMachineArn(account), maxResults: MAX_EXECUTIONS }),
    { abortSignal },
  );
  return executions.map(({ executionArn = '', name = '' }) => ({ arn: executionArn, name }));
}

/** Waits for its end. @throws LocalError where it is still running after ten minutes. */
export function endOfExecution(account: Account, arn: string, signal: AbortSignal): Promise<EndedExecution> {
  const what = `the execution ${arn.split(':').at(-1)}`;
  return waitFor({ what, limitMs: EXECUTION_LIMIT_MS, signal }, () => findEnd(account, arn, signal));
}

async function findEnd(
  { stepFunctions }: Account,
  arn: string,
  abortSignal: AbortSignal,
): Promise<EndedExecution | undefined> {
  const command = new DescribeExecutionCommand({ executionArn: arn });
  const found = await stepFunctions.send(command, { abortSignal });
  const { status = '', input = '{}', output = '{}', error = '', cause = '', startDate, stopDate } = found;
  if (status === 'RUNNING' || startDate === undefined) return undefined;
  const { outcome = error, reason = cause, wouldDo = [] } = JSON.parse(output);
  return {
    arn,
    input: JSON.parse(input),
    status,
    outcome,
    reason,
    wouldDo,
    startedAt: startDate,
    durationMs: (stopDate ?? startDate).getTime() - startDate.getTime(),
  };
}

function stateMachineArn({ region, accountId }: Account): string {
  return `arn:aws:states:${region}:${accountId}:stateMachine:${STATE_MACHINE}`;
}
