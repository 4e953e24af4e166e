import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { ScalingEvent } from '../../../../handlers/scaling/run/scaling-event.ts';
import {
  createEventBridgeClient,
  EventBridgeEventStore,
} from '../../../../handlers/scaling/store/event-store.ts';
import { AwsError } from '../../../support/aws-wire/aws-error.ts';
import { type ScriptedCall, startScriptedApi } from '../../../support/aws-wire/scripted-api.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { night } from '../../../support/scaling/plans.ts';

const NEVER = new AbortController().signal;

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Time: number;
  readonly Detail: string;
}

async function open(context: TestContext) {
  const api = await startScriptedApi(context);
  const client = createEventBridgeClient(api.configuration);
  context.after(() => client.destroy());
  api.script('PutEvents', accepting);
  return { api, store: new EventBridgeEventStore(client, QUICK_PATIENCE) };
}

function entriesOf({ input }: ScriptedCall): readonly Entry[] {
  return input.Entries as readonly Entry[];
}

/** The reasons, by which the tests tell events apart. */
function reasonsOf(call: ScriptedCall): string[] {
  return entriesOf(call).map(({ Detail }) => (JSON.parse(Detail) as { reason: string }).reason);
}

function accepting(call: ScriptedCall) {
  return refusing([])(call);
}

function refusing(reasons: readonly string[]) {
  return (call: ScriptedCall) => {
    const Entries = reasonsOf(call).map((reason) =>
      reasons.includes(reason)
        ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' }
        : { EventId: reason },
    );
    const FailedEntryCount = Entries.filter((entry) => 'ErrorCode' in entry).length;
    return { result: { FailedEntryCount, Entries } };
  };
}

function events(count: number): readonly ScalingEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    outcome: 'Converged',
    reason: `reason ${index}`,
    run: { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:00') },
    execution: 'execution-1',
    at: night('01:20'),
  }));
}

describe('events', () => {
  test('are put on the default bus', async (context) => {
    const { api, store } = await open(context);
    await store.publish(events(1), NEVER);
    const [call] = api.calls;
    assert.ok(call);
    const [entry] = entriesOf(call);
    assert.ok(entry);
    const { Detail, ...rest } = entry;
    assert.deepEqual(rest, {
      Source: 'deploytime',
      DetailType: 'Scheduled Scaling Converged',
      Time: night('01:20') / 1000,
    });
    assert.deepEqual(JSON.parse(Detail), {
      version: '1',
      plan: 'plan-1',
      scenario: 'nightly',
      edge: 'start',
      scheduledTime: '2026-11-20T01:00:00Z',
      outcome: 'Converged',
      reason: 'reason 0',
      execution: 'execution-1',
    });
  });

  test('that are none cost no call', async (context) => {
    const { api, store } = await open(context);
    await store.publish([], NEVER);
    assert.deepEqual(api.calls, []);
  });

  test('go ten at a time, in their order', async (context) => {
    const { api, store } = await open(context);
    await store.publish(events(23), NEVER);
    assert.deepEqual(
      api.calls.map((call) => reasonsOf(call).length),
      [10, 10, 3],
    );
    assert.deepEqual(
      api.calls.flatMap(reasonsOf),
      events(23).map(({ reason }) => reason),
    );
  });

  test('that are refused among others go again, and only those', async (context) => {
    const { api, store } = await open(context);
    api.script('PutEvents', refusing(['reason 1', 'reason 3']), refusing(['reason 3']), accepting);
    await store.publish(events(5), NEVER);
    assert.deepEqual(api.calls.map(reasonsOf).slice(1), [['reason 1', 'reason 3'], ['reason 3']]);
  });

  test('that are refused every time fail with the reason, after the others were taken', async (context) => {
    const { api, store } = await open(context);
    api.script('PutEvents', refusing(['reason 3']));
    await assert.rejects(store.publish(events(5), NEVER), {
      code: 'GeneralServiceException',
      message: 'EventBridge did not take 1 of 5 events in 5 tries (ThrottlingException Rate exceeded)',
    });
    assert.equal(api.calls.length, 5);
  });

  test('wait where all of EventBridge throttles', async (context) => {
    const { api, store } = await open(context);
    const throttled = { error: new AwsError('ThrottlingException', 'Rate exceeded') };
    api.script('PutEvents', throttled, throttled, accepting);
    await store.publish(events(1), NEVER);
    assert.equal(api.calls.length, 3);
  });

  test('that may not be put say what the role lacks', async (context) => {
    const { api, store } = await open(context);
    api.script('PutEvents', { error: new AwsError('AccessDeniedException', 'No') });
    await assert.rejects(store.publish(events(1), NEVER), {
      code: 'AccessDenied',
      message: /this function's role must be allowed events:PutEvents on the default event bus/,
    });
  });
});
