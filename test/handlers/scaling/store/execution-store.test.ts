import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { executionStart } from '../../../../handlers/scaling/store/execution-start.ts';
import { createSfnClient, SfnExecutionStore } from '../../../../handlers/scaling/store/execution-store.ts';
import { AwsError } from '../../../support/aws-wire/aws-error.ts';
import { startScriptedApi } from '../../../support/aws-wire/scripted-api.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { night } from '../../../support/scaling/plans.ts';

const NEVER = new AbortController().signal;
const ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:deploytime-scaling-run';
const RUN = { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:00') } as const;
const STARTED = { result: { executionArn: `${ARN}:1`, startDate: 1 } };

async function open(context: TestContext) {
  const api = await startScriptedApi(context);
  const client = createSfnClient(api.configuration);
  context.after(() => client.destroy());
  api.script('StartExecution', STARTED);
  return { api, store: new SfnExecutionStore(client, { stateMachineArn: ARN, ...QUICK_PATIENCE }) };
}

describe('a run that is started', () => {
  test('is an execution of the state machine', async (context) => {
    const { api, store } = await open(context);
    await store.start(RUN, NEVER);
    assert.deepEqual(api.calls, [
      { action: 'StartExecution', input: { stateMachineArn: ARN, ...executionStart(RUN) } },
    ]);
  });

  test('and was started before, is started', async (context) => {
    const { api, store } = await open(context);
    api.script('StartExecution', { error: new AwsError('ExecutionAlreadyExists', 'It does') });
    await store.start(RUN, NEVER);
  });

  test('is started once where the answer is lost', async (context) => {
    const { api, store } = await open(context);
    api.script('StartExecution', 'reset', { error: new AwsError('ExecutionAlreadyExists', 'It does') });
    await store.start(RUN, NEVER);
    const [first, again] = api.calls;
    assert.deepEqual(again, first);
  });

  test('waits where Step Functions throttles', async (context) => {
    const { api, store } = await open(context);
    const throttled = { error: new AwsError('ThrottlingException', 'Rate exceeded') };
    api.script('StartExecution', throttled, throttled, STARTED);
    await store.start(RUN, NEVER);
    assert.equal(api.calls.length, 3);
  });

  for (const [name, code, message] of [
    [
      'StateMachineDoesNotExist',
      'InternalFailure',
      /^The state machine arn:.*deploytime-scaling-run is not there; .* deploy that again$/,
    ],
    [
      'AccessDeniedException',
      'AccessDenied',
      /to start the start of nightly at 2026-11-20T01:00:00Z of the plan plan-1: .*states:StartExecution on arn:/,
    ],
    ['ExecutionLimitExceeded', 'ServiceLimitExceeded', /^Step Functions refused to start/],
  ] as const) {
    test(`fails with a sentence for ${name}`, async (context) => {
      const { api, store } = await open(context);
      api.script('StartExecution', { error: new AwsError(name, 'No') });
      await assert.rejects(store.start(RUN, NEVER), { code, message });
    });
  }
});
