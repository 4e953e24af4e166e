import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AsynchronousFunction,
  type EventReceiver,
  type OnFailureRecord,
} from '../../../local/runtime/asynchronous-invocation.ts';
import { writtenFunction } from '../../support/lambda/written-function.ts';

const PLENTY = { memoryMb: 256, timeoutSeconds: 30 };

/** Fails for the first `failures` events that a process gets. */
const COUNTING = `let count = 0;
export async function handler(event) {
  count += 1;
  if (count <= event.failures) throw new Error('failure ' + count);
  return count;
}`;

function recorder(): EventReceiver & { readonly records: OnFailureRecord[] } {
  const records: OnFailureRecord[] = [];
  return {
    records,
    invokeAsync: async (record) => {
      records.push(record as OnFailureRecord);
    },
  };
}

describe('An asynchronous invocation', () => {
  test('that works leaves no record', async (context) => {
    const onFailure = recorder();
    const counting = new AsynchronousFunction(await writtenFunction(context, COUNTING, PLENTY), {
      onFailure,
    });
    const { attempts, record } = await counting.deliver({ failures: 0 });
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      ['returned'],
    );
    assert.equal(record, undefined);
    assert.deepEqual(onFailure.records, []);
  });

  test('that fails is not tried again, and its record goes to the destination', async (context) => {
    const onFailure = recorder();
    const counting = new AsynchronousFunction(await writtenFunction(context, COUNTING, PLENTY), {
      onFailure,
    });
    const event = { failures: 1 };
    await counting.invokeAsync(event);
    const [record] = onFailure.records;
    assert.ok(record);
    const { timestamp, requestContext, responsePayload, ...others } = record;
    assert.deepEqual(others, {
      version: '1.0',
      requestPayload: event,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    });
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { requestId, ...context_ } = requestContext;
    assert.match(requestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(context_, {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:deploytime-test:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 1,
    });
    assert.equal(responsePayload?.errorType, 'Error');
    assert.equal(responsePayload?.errorMessage, 'failure 1');
    assert.ok((responsePayload?.trace?.length ?? 0) > 0);
  });

  test('is tried again as often as it is configured, under the same request id', async (context) => {
    const onFailure = recorder();
    const counting = new AsynchronousFunction(await writtenFunction(context, COUNTING, PLENTY), {
      onFailure,
      maximumRetryAttempts: 2,
    });
    const { attempts } = await counting.deliver({ failures: 2 });
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      ['failed', 'failed', 'returned'],
    );
    assert.equal(new Set(attempts.map(({ requestId }) => requestId)).size, 1);
    assert.equal(onFailure.records.length, 0);
    const { record } = await counting.deliver({ failures: 10 });
    assert.equal(record?.requestContext.approximateInvokeCount, 3);
    assert.equal(record?.responsePayload?.errorMessage, 'failure 6');
  });

  test('that waited too long is given up without having run', async (context) => {
    const onFailure = recorder();
    const counting = new AsynchronousFunction(await writtenFunction(context, COUNTING, PLENTY), {
      onFailure,
      maximumEventAgeSeconds: 900,
    });
    const { attempts } = await counting.deliver({ failures: 0 }, { queuedMs: 900_001 });
    assert.deepEqual(attempts, []);
    const [record] = onFailure.records;
    assert.equal(record?.requestContext.condition, 'EventAgeExceeded');
    assert.equal(record?.requestContext.approximateInvokeCount, 0);
    assert.equal(record !== undefined && 'responsePayload' in record, false);
    assert.equal(record !== undefined && 'responseContext' in record, false);
  });

  test("of a function that is killed tells the destination in Lambda's words", async (context) => {
    const onFailure = recorder();
    const waiting = await writtenFunction(
      context,
      'export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));',
      PLENTY,
    );
    await new AsynchronousFunction(waiting, { onFailure }).deliver({}, { kill: { afterMs: 1 } });
    assert.equal(onFailure.records[0]?.responsePayload?.errorType, 'Runtime.ExitError');
    assert.match(
      onFailure.records[0]?.responsePayload?.errorMessage ?? '',
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/,
    );
  });

  test('may have a function as its destination', async (context) => {
    const destination = await writtenFunction(
      context,
      "export const handler = async (record) => console.log('took ' + record.requestContext.condition);",
      { ...PLENTY, functionName: 'deploytime-undelivered' },
    );
    const counting = new AsynchronousFunction(await writtenFunction(context, COUNTING, PLENTY), {
      onFailure: new AsynchronousFunction(destination),
    });
    await counting.invokeAsync({ failures: 1 });
    assert.deepEqual(destination.lines, ['took RetriesExhausted']);
  });
});
