import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Provider } from './asynchronous-delivery.ts';
import { putWithRetries } from './controls/put-answer.ts';
import { scriptedProvider } from './controls/scripted-provider.ts';
import { type Exchange, type ExchangeOptions, exchange } from './exchange.ts';
import { startResponseServer } from './response-server.ts';
import { type Rule, violationsOf } from './violation.ts';
import type { CustomResourceRequest, OnFailureRecord } from './wire.ts';

const TOKEN = 'arn:aws:lambda:us-east-1:111122223333:function:provider';

async function send(
  context: TestContext,
  provider: Provider,
  options: Partial<ExchangeOptions> = {},
): Promise<Exchange> {
  const responses = await startResponseServer();
  context.after(() => responses.stop());
  return exchange(
    {
      requestType: 'Create',
      serviceToken: TOKEN,
      stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/example/0a1b',
      logicalId: 'Image',
      resourceType: 'Custom::Thing',
      properties: { ServiceToken: TOKEN, Name: 'a' },
    },
    { responses, provider, region: 'us-east-1', attributes: [], patienceMs: 10_000, ...options },
  );
}

async function brokenRules(sent: Exchange): Promise<Rule[]> {
  return violationsOf(await sent.answered()).map(({ rule }) => rule);
}

describe('An exchange', () => {
  test('ends with the answer, and is delivered once', async (context) => {
    const provider = scriptedProvider();
    const sent = await send(context, provider);
    assert.equal(sent.outcome, 'SUCCESS');
    assert.equal(sent.answer?.PhysicalResourceId, 'id-of-a');
    assert.equal(provider.requests.length, 1);
    assert.deepEqual(await brokenRules(sent), []);
  });

  test('ends without an answer as soon as none can come any more', async (context) => {
    const sent = await send(
      context,
      scriptedProvider(() => 'never'),
    );
    assert.equal(sent.outcome, 'TIMED_OUT');
    assert.match(sent.reason ?? '', /did not receive a response/);
    assert.deepEqual(await brokenRules(sent), ['answers the request']);
  });

  test('delivers the same event twice, each to an instance of its own where there are several', async (context) => {
    for (const deliveries of ['twice in a row', 'twice at once'] as const) {
      const [first, second] = [scriptedProvider(), scriptedProvider()];
      const sent = await send(context, { ...first, anotherInstance: () => second.handler }, { deliveries });
      assert.deepEqual(await brokenRules(sent), []);
      assert.deepEqual([first.requests.length, second.requests.length], [1, 1]);
      assert.deepEqual(first.requests, second.requests);
    }
  });

  test('may be delivered once more at any time, and a second answer is then seen', async (context) => {
    let asked = 0;
    const provider = scriptedProvider(() => {
      asked += 1;
      return { PhysicalResourceId: `id-${asked}` };
    });
    const sent = await send(context, provider);
    assert.deepEqual(await brokenRules(sent), []);
    await sent.redeliver();
    assert.equal(provider.requests.length, 2);
    assert.deepEqual(await brokenRules(sent), ['answers once']);
  });

  test('lets the on-failure destination answer for a function that died', async (context) => {
    const dying = { handler: () => Promise.reject(new Error('out of memory')) };
    const onFailure: Provider = {
      handler: async (event) => {
        const { requestPayload } = event as OnFailureRecord;
        const { StackId, RequestId, LogicalResourceId, ResponseURL } =
          requestPayload as CustomResourceRequest;
        const ids = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'none' };
        const answer = { Status: 'FAILED', Reason: 'It died', ...ids };
        await putWithRetries(ResponseURL, Buffer.from(JSON.stringify(answer)));
      },
    };
    const sent = await send(context, { ...dying, onFailure });
    assert.equal(sent.outcome, 'FAILED');
    assert.equal(sent.reason, 'Received response status [FAILED]: It died');
    assert.deepEqual(await brokenRules(sent), []);
  });

  test('takes an answer that is too long, has no known status or no id for a failure', async (context) => {
    for (const [answer, reason] of [
      [{ Reason: 'x'.repeat(5000) }, /too long/],
      [{ Status: 'FINE' as 'SUCCESS' }, /Invalid response object/],
      [{ PhysicalResourceId: '' }, /Invalid PhysicalResourceId/],
    ] as const) {
      const sent = await send(
        context,
        scriptedProvider(() => answer),
      );
      assert.equal(sent.outcome, 'FAILED');
      assert.match(sent.reason ?? '', reason);
    }
  });

  test('stops listening when it is cancelled, and still sees what is answered later', async (context) => {
    const cancel = new AbortController();
    const release = Promise.withResolvers<void>();
    const inner = scriptedProvider();
    const provider: Provider = {
      handler: async (event, lambda) => {
        cancel.abort();
        await release.promise;
        await inner.handler(event, lambda);
      },
    };
    const sent = await send(context, provider, { cancelled: cancel.signal });
    assert.equal(sent.outcome, 'CANCELLED');
    assert.equal(sent.answer, undefined);
    release.resolve();
    await Promise.all(sent.deliveries);
    assert.equal(sent.issued.puts.length, 1);
    assert.deepEqual(await brokenRules(sent), []);
  });
});
