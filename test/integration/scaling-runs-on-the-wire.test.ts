import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { ScalingEvent } from '../../handlers/scaling/run/scaling-event.ts';
import { createEventBridgeClient, EventBridgeEventStore } from '../../handlers/scaling/store/event-store.ts';
import { executionStart } from '../../handlers/scaling/store/execution-start.ts';
import { createSfnClient, SfnExecutionStore } from '../../handlers/scaling/store/execution-store.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { night } from '../support/scaling/plans.ts';
import { witness } from '../support/witness.ts';

/* Executions and events through servers that others wrote. */

const NEVER = new AbortController().signal;
const RUN = { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:00') } as const;
/** An execution of one Pass takes some milliseconds. */
const POLL_LIMIT = 100;
const POLL_MS = 100;

interface Place {
  readonly endpoint: string;
  readonly accessKeyId: string;
}

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  test('a run is started once', async (context) => {
    const { sfn, stateMachineArn } = await createStateMachine(context, {
      endpoint: moto.origin,
      accessKeyId: 'test',
    });
    const store = new SfnExecutionStore(sfn, { stateMachineArn });
    await store.start(RUN, NEVER);
    await store.start(RUN, NEVER);
    await store.start({ ...RUN, edge: 'end' }, NEVER);
    assert.deepEqual(
      (await executionNames(sfn, stateMachineArn)).toSorted(),
      [executionStart({ ...RUN, edge: 'end' }), executionStart(RUN)].map(({ name }) => name).toSorted(),
    );
  });

  test('a state machine that is not there is a fault of the service stack', async (context) => {
    const { sfn } = await createStateMachine(context, { endpoint: moto.origin, accessKeyId: 'test' });
    const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:deploytime-scaling-run-2';
    await assert.rejects(new SfnExecutionStore(sfn, { stateMachineArn }).start(RUN, NEVER), {
      code: 'InternalFailure',
      message: /scaling-run-2 is not there/,
    });
  });

  test('events are taken by the default bus', async (context) => {
    const client = createEventBridgeClient(configurationOf({ endpoint: moto.origin, accessKeyId: 'test' }));
    context.after(() => client.destroy());
    const events = Array.from({ length: 23 }, (_, index) => happened({ reason: `reason ${index}` }));
    await new EventBridgeEventStore(client).publish(events, NEVER);
  });
});

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-runs-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Its accounts are told by the access key, and empty at first. */
  function newAccount(): Place {
    account += 1;
    return { endpoint: ministack.endpoint.origin, accessKeyId: String(account).padStart(12, '0') };
  }

  test('a run is started once, also after it is over, with its input', async (context) => {
    const { sfn, stateMachineArn } = await createStateMachine(context, newAccount());
    const store = new SfnExecutionStore(sfn, { stateMachineArn });
    await store.start(RUN, NEVER);
    const { input } = await finishedExecution(sfn, stateMachineArn);
    assert.equal(input, executionStart(RUN).input);
    await store.start(RUN, NEVER);
    assert.deepEqual(await executionNames(sfn, stateMachineArn), [executionStart(RUN).name]);
  });

  test('of starts at once one starts the run', async (context) => {
    const { sfn, stateMachineArn } = await createStateMachine(context, newAccount());
    const store = new SfnExecutionStore(sfn, { stateMachineArn });
    await Promise.all(Array.from({ length: 8 }, () => store.start(RUN, NEVER)));
    assert.deepEqual(await executionNames(sfn, stateMachineArn), [executionStart(RUN).name]);
  });

  test('an event reaches who listens for its outcome', async (context) => {
    const place = newAccount();
    const { sfn, stateMachineArn } = await createStateMachine(context, place);
    const client = createEventBridgeClient(configurationOf(place));
    context.after(() => client.destroy());
    await client.send(
      new PutRuleCommand({
        Name: 'failed-runs',
        EventPattern: JSON.stringify({
          source: ['deploytime'],
          'detail-type': ['Scheduled Scaling Failed'],
          detail: { plan: ['plan-1'] },
        }),
      }),
    );
    await client.send(
      new PutTargetsCommand({
        Rule: 'failed-runs',
        Targets: [{ Id: 'listener', Arn: stateMachineArn, RoleArn: 'arn:aws:iam::000000000001:role/rule' }],
      }),
    );
    const told = happened({ outcome: 'Failed', reason: 'docdb/orders: no capacity' });
    await new EventBridgeEventStore(client).publish([happened({}), told], NEVER);
    const { input } = await finishedExecution(sfn, stateMachineArn);
    const event = JSON.parse(input) as Record<string, unknown>;
    assert.equal(event['detail-type'], 'Scheduled Scaling Failed');
    assert.deepEqual(event.detail, {
      version: '1',
      plan: 'plan-1',
      scenario: 'nightly',
      edge: 'start',
      scheduledTime: '2026-11-20T01:00:00Z',
      outcome: 'Failed',
      reason: 'docdb/orders: no capacity',
      execution: 'execution-1',
    });
    assert.equal((await executionNames(sfn, stateMachineArn)).length, 1);
  });
});

function happened(given: Partial<ScalingEvent>): ScalingEvent {
  return {
    outcome: 'Converged',
    reason: 'It has what nightly asks for',
    run: RUN,
    execution: 'execution-1',
    at: night('01:20'),
    ...given,
  };
}

function configurationOf({ endpoint, accessKeyId }: Place) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'test' } };
}

/** Its only state passes its input on. */
async function createStateMachine(context: TestContext, place: Place) {
  const sfn = createSfnClient(configurationOf(place));
  context.after(() => sfn.destroy());
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name: 'deploytime-scaling-run',
      roleArn: 'arn:aws:iam::123456789012:role/deploytime-scaling-run',
      definition: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } }),
    }),
  );
  return { sfn, stateMachineArn };
}

async function executionNames(
  sfn: SFNClient,
  stateMachineArn: string,
): Promise<readonly (string | undefined)[]> {
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  return executions.map(({ name }) => name);
}

/** The first execution, once it is over. */
async function finishedExecution(
  sfn: SFNClient,
  stateMachineArn: string,
): Promise<{ readonly input: string }> {
  for (let poll = 0; poll < POLL_LIMIT; poll += 1) {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    const { executionArn, status } = executions[0] ?? {};
    if (executionArn !== undefined && status === 'SUCCEEDED') {
      const { input = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return { input };
    }
    await sleep(POLL_MS);
  }
  throw new Error(`No execution of ${stateMachineArn} was over in ${POLL_LIMIT * POLL_MS} ms`);
}
