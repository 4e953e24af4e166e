import assert from 'node:assert/strict';
import { test } from 'node:test';
import middy from '@middy/core';
import { answerCloudFormation, dispatch, type Log } from '../../../handlers/cloudformation/lifecycle.ts';
import type { Respond } from '../../../handlers/cloudformation/respond.ts';
import { ProviderError } from '../../../handlers/errors.ts';
import { requestEvent } from '../../support/provider/events.ts';
import { CollectedLog, testContext, testEnvironment } from '../../support/provider/provider.ts';
import { thing } from '../../support/provider/thing.ts';

const URL_OF_A_BUCKET =
  'https://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com/key?X-Amz-Date=x';

/** The middleware between others, as an entry has it; `respond` stands for the network. */
function between(options: { respond: Respond; log?: Log; onError?: () => void }) {
  const { respond, log = new CollectedLog(), onError = () => {} } = options;
  return middy<unknown>()
    .use({ onError })
    .use(answerCloudFormation({ environment: testEnvironment(), respond, log }))
    .handler(dispatch(thing().resource));
}

test('the other middlewares clean up also where no answer could be delivered', async () => {
  const cleanUps: string[] = [];
  const handler = between({
    respond: () => Promise.reject(new ProviderError('NetworkFailure', 'nobody took it')),
    onError: () => void cleanUps.push('the other one'),
  });
  await assert.rejects(handler(requestEvent('Create', URL_OF_A_BUCKET), testContext()) as Promise<unknown>, {
    code: 'NetworkFailure',
  });
  assert.equal(cleanUps.length, 1);
});

test('a log that fails comes after the answer', async () => {
  const bodies: string[] = [];
  const log = new CollectedLog();
  log.error = () => {
    throw new RangeError('Maximum call stack size exceeded');
  };
  const handler = between({ respond: async (_url, body) => void bodies.push(body), log });
  const event = requestEvent('Create', URL_OF_A_BUCKET, { ResourceProperties: {} });
  await assert.rejects(handler(event, testContext()) as Promise<unknown>, RangeError);
  assert.equal(bodies.length, 1);
});

test('deliveries of one event that run at once do its work once, and give one answer', async () => {
  const bodies: string[] = [];
  const { resource, calls } = thing();
  const handler = middy<unknown>()
    .use(
      answerCloudFormation({
        environment: testEnvironment(),
        respond: async (_url, body) => void bodies.push(body),
        log: new CollectedLog(),
      }),
    )
    .handler(dispatch(resource));
  const event = requestEvent('Create', URL_OF_A_BUCKET);
  await Promise.all([handler(event, testContext()), handler(event, testContext())]);
  assert.deepEqual(calls, ['create']);
  assert.equal(bodies.length, 2);
  assert.equal(new Set(bodies).size, 1);
});
