import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import {
  assertOneValidAnswer,
  mutatedEvent,
  mutations,
  nastyValue,
} from '../../support/provider/any-event.ts';
import { requestEvent, STACK_ID } from '../../support/provider/events.ts';
import { buildProvider, REGION, type TestProvider, testContext } from '../../support/provider/provider.ts';
import { thing } from '../../support/provider/thing.ts';

const EVENTS = 1_500;

describe('any event that has a ResponseURL', () => {
  let server: ResponseServer;
  let provider: TestProvider;
  before(async () => {
    server = await startResponseServer();
    provider = buildProvider(thing().resource, { responseOrigin: server.origin });
  });
  after(async () => {
    await provider.close();
    await server.stop();
  });

  test(`gets exactly one valid answer (${EVENTS} mutations of real ones)`, async () => {
    const counts = { SUCCESS: 0, FAILED: 0 };
    await fc.assert(
      fc.asyncProperty(mutations(['Name', 'Size']), async (mutation) => {
        const requestId = crypto.randomUUID();
        const issued = server.issue({ stackId: STACK_ID, logicalId: 'Thing', requestId, region: REGION });
        const event = mutatedEvent(mutation, issued.url);
        await provider.handler(event, testContext());
        counts[assertOneValidAnswer(event, issued)] += 1;
      }),
      { numRuns: EVENTS },
    );
    assert.ok(counts.SUCCESS > EVENTS / 50, `${counts.SUCCESS} were accepted: the mutations are too wild`);
    assert.ok(counts.FAILED > EVENTS / 10, `${counts.FAILED} were refused: the mutations are too mild`);
    assert.ok(!provider.log.lines.some((line) => line.includes('X-Amz-Signature=')));
    assert.deepEqual(server.strays, []);
  });

  test('an event without one is answered nowhere, and fails the invocation', async () => {
    const anything = fc.oneof(nastyValue, fc.constant({ RequestType: 'Create', ResponseURL: 7 }));
    await fc.assert(
      fc.asyncProperty(anything, async (event) => {
        await assert.rejects(provider.handler(event, testContext()));
      }),
      { numRuns: 200 },
    );
    assert.deepEqual(server.strays, []);
  });

  test('an answer goes to CloudFormation and to nobody else', async () => {
    const elsewhere = [
      'https://example.com/answer',
      'http://169.254.169.254/latest/meta-data/',
      'https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/x',
      'https://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com.example.com/x',
      'http://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com/x',
      'https://user:secret@cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com/x',
      'file:///etc/passwd',
      'not a URL',
    ];
    for (const url of elsewhere) {
      await assert.rejects(
        provider.handler(requestEvent('Create', url), testContext()),
        (error: Error) => /ResponseURL/.test(error.message) && !error.message.includes('secret'),
        url,
      );
    }
  });
});
