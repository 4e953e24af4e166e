import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deliver, type LambdaContext, type LambdaHandler } from './asynchronous-delivery.ts';

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:provider';
const OPTIONS = { functionArn: ARN };
const EVENT = { RequestType: 'Create', ResourceProperties: { Size: '1' } };
const MAX_FAILURES = 10;

/** A handler that fails so many times, and what it was given. */
function failing(times: number): { handler: LambdaHandler; events: unknown[] } {
  const events: unknown[] = [];
  const handler: LambdaHandler = async (event) => {
    events.push(event);
    if (events.length <= times) throw new TypeError(`failure ${events.length}`);
  };
  return { handler, events };
}

describe('An asynchronous delivery', () => {
  test('ends with the first attempt that returns', async () => {
    const { handler, events } = failing(0);
    const delivery = await deliver({ handler }, EVENT, OPTIONS);
    assert.deepEqual(delivery, { attempts: [{ outcome: 'returned' }] });
    assert.deepEqual(events, [EVENT]);
  });

  test('tries twice more after an error, each time with the event as it came', async () => {
    const seen: unknown[] = [];
    const handler: LambdaHandler = async (event) => {
      seen.push(structuredClone(event));
      Object.assign(event as object, { Spoilt: true });
      throw new Error('no');
    };
    const { attempts, record } = await deliver({ handler }, EVENT, OPTIONS);
    assert.deepEqual(seen, [EVENT, EVENT, EVENT]);
    assert.equal(attempts.length, 3);
    assert.equal(record?.requestContext.approximateInvokeCount, 3);
  });

  test('has as many retries as it is given, and stops at a success', async () => {
    for (const [maximumRetryAttempts, failures, expected] of [
      [0, MAX_FAILURES, 1],
      [1, MAX_FAILURES, 2],
      [2, 1, 2],
    ] as const) {
      const { handler, events } = failing(failures);
      await deliver({ handler, maximumRetryAttempts }, EVENT, OPTIONS);
      assert.equal(events.length, expected);
    }
  });

  test('gives the on-failure destination a record in the documented form', async () => {
    const destination = failing(0);
    const { handler } = failing(MAX_FAILURES);
    const provider = {
      handler,
      maximumRetryAttempts: 0 as const,
      onFailure: { handler: destination.handler },
    };
    const { record } = await deliver(provider, EVENT, OPTIONS);
    assert.deepEqual(destination.events, [record]);
    const { timestamp, requestContext, responsePayload, ...rest } =
      record ?? assert.fail('There is no record');
    assert.deepEqual(rest, {
      version: '1.0',
      requestPayload: EVENT,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    });
    assert.ok(!Number.isNaN(Date.parse(timestamp)));
    assert.match(requestContext.requestId, /^[0-9a-f-]{36}$/);
    assert.equal(requestContext.functionArn, `${ARN}:$LATEST`);
    assert.equal(requestContext.condition, 'RetriesExhausted');
    assert.equal(responsePayload?.errorType, 'TypeError');
    assert.equal(responsePayload?.errorMessage, 'failure 1');
    assert.ok(Array.isArray(responsePayload?.trace));
  });

  test('drops an event that grew too old in the queue, without having run it', async () => {
    const destination = failing(0);
    const { handler, events } = failing(0);
    const provider = { handler, maximumEventAgeSeconds: 900, onFailure: { handler: destination.handler } };
    const { record } = await deliver(provider, EVENT, { functionArn: ARN, queuedMs: 900_001 });
    assert.deepEqual(events, []);
    assert.equal(record?.requestContext.condition, 'EventAgeExceeded');
    assert.equal(record?.responsePayload, undefined);
    assert.deepEqual(destination.events, [record]);
  });

  test('does not retry beyond the event age', async () => {
    const { handler, events } = failing(MAX_FAILURES);
    const provider = { handler, maximumEventAgeSeconds: 90 };
    const { record } = await deliver(provider, EVENT, OPTIONS);
    // The second attempt comes after one minute, the third would come two minutes later.
    assert.equal(events.length, 2);
    assert.equal(record?.requestContext.condition, 'EventAgeExceeded');
  });

  test("ends an invocation at the function's timeout, in Lambda's words", async () => {
    const handler: LambdaHandler = () => new Promise(() => {});
    const provider = { handler, timeoutMs: 20, maximumRetryAttempts: 0 as const };
    const { record } = await deliver(provider, EVENT, OPTIONS);
    assert.equal(record?.responsePayload?.errorType, 'Sandbox.Timedout');
    assert.match(record?.responsePayload?.errorMessage ?? '', /Task timed out after 0\.02 seconds$/);
  });

  test('counts a throw before the first await and a rejection with no error as failures', async () => {
    const sudden: LambdaHandler = () => {
      throw new Error('sudden');
    };
    const odd: LambdaHandler = () => Promise.reject('just text');
    for (const [handler, message] of [
      [sudden, 'sudden'],
      [odd, 'just text'],
    ] as const) {
      const { attempts } = await deliver({ handler, maximumRetryAttempts: 0 }, EVENT, OPTIONS);
      assert.deepEqual(
        attempts.map((attempt) => attempt.outcome === 'failed' && attempt.errorMessage),
        [message],
      );
    }
  });

  test('gives a context as Node 24 on Lambda does', async () => {
    let context: LambdaContext | undefined;
    const handler: LambdaHandler = async (_event, given) => {
      context = given;
    };
    await deliver({ handler, timeoutMs: 60_000 }, EVENT, { functionArn: ARN, requestId: 'r-1' });
    assert.ok(context);
    assert.equal(context.awsRequestId, 'r-1');
    assert.equal(context.functionName, 'provider');
    assert.equal(context.invokedFunctionArn, ARN);
    assert.equal(context.logGroupName, '/aws/lambda/provider');
    assert.match(context.logStreamName, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]/);
    const left = context.getRemainingTimeInMillis();
    assert.ok(left > 0 && left <= 60_000, String(left));
    assert.throws(() => context?.done(), /no callbacks/);
  });

  test('leaves everything to an invoker that knows how', async () => {
    const events: unknown[] = [];
    const invokeAsync = async (event: unknown): Promise<void> => void events.push(event);
    assert.deepEqual(await deliver({ invokeAsync }, EVENT, OPTIONS), { attempts: [] });
    assert.deepEqual(events, [EVENT]);
  });
});
