import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import type { TaskAnswer } from '../../handlers/scaling/run/scaling-task.ts';
import { createSfnClient } from '../../handlers/scaling/store/execution-store.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { scalingRunDefinition } from '../../stacks/scaling-run-definition.ts';
import { witness } from '../support/witness.ts';

/* The state machine's definition as others read the language, with a function that answers what its input asks for. */

const REGION = 'us-east-1';
const ACCOUNT = '000000000001';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploytime`;
/** Of a second of theirs. A wait of a minute is over in 0.3 s. */
const WAIT_SCALE = 0.005;
const POLL_LIMIT = 600;
const POLL_MS = 50;

/**
 * Answers by the `table` of the execution's input: its nth answer to the nth step, told by the progress, and throws what
 * is marked so. Whatever is broken has failed, with the error as the reason. The end holds the task that it was asked.
 */
const CODE = `
export const handler = async (given) => {
  const { task, progress, input, error } = given;
  if (task === 'broken') {
    return { kind: 'end', outcome: 'Failed', reason: JSON.stringify(error), progress };
  }
  const answer = input.table[progress.ended.length];
  if (answer.throws !== undefined) throw Object.assign(new Error(answer.throws), { name: 'ProviderError' });
  return { given, progress: { ended: [...progress.ended, 'step'] }, ...answer };
};`;

type Answer = Partial<TaskAnswer> | { readonly throws: string };

describe('the state machine on MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let sfn: SFNClient;
  let stateMachineArn: string | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-state-machine-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack'), waitScale: WAIT_SCALE });
    const configuration = {
      endpoint: ministack.endpoint.origin,
      region: REGION,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' },
    };
    sfn = createSfnClient(configuration);
    const lambda = new LambdaClient(configuration);
    const { FunctionArn: stepFunctionArn = '' } = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'deploytime-scaling-step',
        Role: ROLE,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.mjs': strToU8(CODE) }) },
      }),
    );
    lambda.destroy();
    ({ stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: 'deploytime-scaling-run',
        roleArn: ROLE,
        definition: JSON.stringify(scalingRunDefinition({ stepFunctionArn })),
      }),
    ));
  });
  after(async () => {
    sfn?.destroy();
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  interface Played {
    readonly execution: DescribeExecutionCommandOutput;
    /** The states that it went through, in order. */
    readonly states: readonly string[];
  }

  async function play(input: unknown): Promise<Played> {
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
    );
    for (let poll = 0; poll < POLL_LIMIT; poll += 1) {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status !== 'RUNNING') {
        const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
        return { execution, states: statesIn(events) };
      }
      await sleep(POLL_MS);
    }
    assert.fail('The execution does not end');
  }

  const table = (...answers: readonly Answer[]) => ({ plan: 'plan-1', edge: 'start', table: answers });

  test('waits, and hands on what it knows of the execution', async () => {
    const input = table(
      { kind: 'wait', seconds: 60, reason: 'not yet' },
      { kind: 'wait', seconds: 0, reason: 'not yet' },
      { kind: 'end', outcome: 'Converged', reason: 'it is there' },
    );
    const { execution, states } = await play(input);
    assert.equal(execution.status, 'SUCCEEDED', execution.cause);
    assert.deepEqual(states, [
      'Begin',
      ...['Step', 'Answer', 'Wait', 'Step', 'Answer', 'Wait', 'Step', 'Answer'],
      'Done',
    ]);
    const { outcome, given } = JSON.parse(execution.output ?? '');
    assert.equal(outcome, 'Converged');
    const { startedAt, ...told } = given;
    assert.deepEqual(told, {
      task: 'step',
      execution: execution.executionArn,
      input,
      progress: { ended: ['step', 'step'] },
    });
    assert.match(startedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const skewMs = Math.abs(Date.parse(startedAt) - Number(execution.startDate));
    assert.ok(skewMs < 1000, `${startedAt} is not ${execution.startDate?.toISOString()}`);
  });

  test('takes any input to the function, also what is no object', async () => {
    const { execution, states } = await play('start nightly');
    // This function can't read it; ours answers what is wrong with it.
    assert.equal(execution.status, 'FAILED');
    assert.deepEqual(states.slice(0, 3), ['Begin', 'Step', 'Broken']);
  });

  test('fails where the run does', async () => {
    const { execution, states } = await play(
      table({ kind: 'end', outcome: 'Failed', reason: 'docdb/orders: no capacity' }),
    );
    assert.equal(execution.status, 'FAILED');
    // MiniStack reads no CausePath, so the reason isn't there.
    assert.deepEqual([execution.error, execution.cause ?? ''], ['Failed', '']);
    assert.deepEqual(states, ['Begin', 'Step', 'Answer', 'Failed']);
  });

  test('repeats what was thrown, and then reports it with its error', async () => {
    const { execution, states } = await play(
      table({ kind: 'wait', seconds: 1, reason: 'not yet' }, { throws: 'DynamoDB was not reached' }),
    );
    assert.equal(execution.status, 'FAILED');
    assert.deepEqual(states, ['Begin', 'Step', 'Answer', 'Wait', 'Step', 'Broken', 'Failed']);
    const { events = [] } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn: execution.executionArn }),
    );
    const failures = events.flatMap(({ taskFailedEventDetails }) => taskFailedEventDetails ?? []);
    assert.equal(failures.length, 9);
    const last = events.findLast(({ taskSucceededEventDetails }) => taskSucceededEventDetails !== undefined);
    const { reason } = JSON.parse(last?.taskSucceededEventDetails?.output ?? '{}');
    const { Error: error, Cause: cause } = JSON.parse(reason);
    // MiniStack has one name for all that a function throws.
    assert.equal(error, 'Runtime.HandlerError');
    assert.equal(JSON.parse(cause).errorMessage, 'DynamoDB was not reached');
  });
});

function statesIn(events: readonly HistoryEvent[]): readonly string[] {
  return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
}
