import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { MAX_RESPONSE_BYTES } from '../../../handlers/cloudformation/response.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import { requestEvent, STACK_ID } from '../../support/provider/events.ts';
import { buildProvider, REGION, type TestProvider, testContext } from '../../support/provider/provider.ts';
import { thing } from '../../support/provider/thing.ts';

/** More than the thousand that the smallest sample should have; they take seconds. */
const EVENTS = 1_500;
const MAX_ID_BYTES = 1024;

const requestTypes = ['Create', 'Update', 'Delete'] as const;

/** Texts of every kind that ever broke something: empty, huge, multibyte, control characters, lone surrogates. */
const nastyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', '\u0000', '\ud800', 'true', '-1', '__proto__', 'constructor', '{{resolve:ssm:x}}'),
  fc.integer({ min: 1_000, max: 70_000 }).map((length) => '漢'.repeat(length)),
  fc.integer({ min: 1_000, max: 70_000 }).map((length) => '\u0001"\\'.repeat(length)),
);
const nastyValue = fc.oneof(
  nastyText,
  fc.constantFrom(null, undefined, true, 0, -1, 1e308, [], {}),
  fc.array(nastyText, { maxLength: 3 }),
  fc.dictionary(nastyText, nastyText, { maxKeys: 3 }),
  fc.object({ maxDepth: 3 }),
);

const FIELDS = [
  'RequestType',
  'ServiceToken',
  'StackId',
  'RequestId',
  'LogicalResourceId',
  'ResourceType',
  'PhysicalResourceId',
  'ResourceProperties',
  'OldResourceProperties',
] as const;
const PROPERTIES = ['Name', 'Size', 'ServiceTimeout', 'DeploymentId', 'Unknown', '__proto__'] as const;

/** How a real event is altered: fields taken away, replaced or added, and properties likewise. */
const mutation = fc.record({
  requestType: fc.constantFrom(...requestTypes),
  removed: fc.uniqueArray(fc.constantFrom(...FIELDS), { maxLength: 3 }),
  replaced: fc.uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), nastyValue), {
    selector: ([name]) => name,
    maxLength: 2,
  }),
  properties: fc.uniqueArray(fc.tuple(fc.constantFrom(...PROPERTIES), nastyValue), {
    selector: ([name]) => name,
    maxLength: 3,
  }),
});

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
    let succeeded = 0;
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(mutation, async ({ requestType, removed, replaced, properties }) => {
        const issued = server.issue({
          stackId: STACK_ID,
          logicalId: 'Thing',
          requestId: crypto.randomUUID(),
          region: REGION,
        });
        const event = requestEvent(requestType, issued.url);
        event.ResourceProperties = { ...Object(event.ResourceProperties), ...Object.fromEntries(properties) };
        for (const [name, value] of replaced) event[name] = value;
        for (const name of removed) delete event[name];

        await provider.handler(event, testContext());

        assert.equal(issued.puts.length, 1, 'one answer');
        const [put] = issued.puts;
        assert.equal(put?.outcome, 'accepted', put?.refusal);
        assert.ok(put.body.length <= MAX_RESPONSE_BYTES, `${put.body.length} bytes`);
        const answer = JSON.parse(put.body.toString()) as Record<string, unknown>;
        for (const [name, echoed] of Object.entries({
          StackId: event.StackId,
          RequestId: event.RequestId,
          LogicalResourceId: event.LogicalResourceId,
        })) {
          // What no real id is can't be echoed; it is shortened, or empty where it is no text.
          const isEchoable = typeof echoed === 'string' && JSON.stringify(echoed).length <= 300;
          if (isEchoable) assert.equal(answer[name], JSON.parse(JSON.stringify(echoed).toString()), name);
          else assert.equal(typeof answer[name], 'string', name);
        }
        const id = answer.PhysicalResourceId;
        assert.ok(typeof id === 'string' && id !== '');
        if (answer.Status === 'SUCCESS') {
          succeeded += 1;
          assert.equal(answer.Reason, undefined);
          if (event.RequestType !== 'Delete') assert.ok(Buffer.byteLength(id) <= MAX_ID_BYTES);
        } else {
          failed += 1;
          assert.equal(answer.Status, 'FAILED');
          assert.match(String(answer.Reason), /^[A-Z]\w+: \S/);
        }
      }),
      { numRuns: EVENTS },
    );
    assert.ok(
      succeeded > EVENTS / 50,
      `only ${succeeded} of ${EVENTS} were accepted: the mutations are too wild`,
    );
    assert.ok(failed > EVENTS / 10, `only ${failed} of ${EVENTS} were refused: the mutations are too mild`);
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
