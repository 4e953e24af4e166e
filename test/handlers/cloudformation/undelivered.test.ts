import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CREATE_FAILED_ID } from '../../../handlers/cloudformation/physical-resource-id.ts';
import { createRespond } from '../../../handlers/cloudformation/respond.ts';
import { answerUndelivered } from '../../../handlers/cloudformation/undelivered.ts';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { outboundRulesOf } from '../../../handlers/network/outbound-rules.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import { requestEvent, STACK_ID } from '../../support/provider/events.ts';
import {
  CollectedLog,
  QUICK_POLICY,
  REGION,
  testContext,
  testEnvironment,
} from '../../support/provider/provider.ts';

describe('undelivered', () => {
  let server: ResponseServer;
  let outbound: Outbound;
  let log: CollectedLog;
  let handler: ReturnType<typeof answerUndelivered>;
  before(async () => {
    server = await startResponseServer();
    const environment = testEnvironment(server.origin);
    outbound = new Outbound(outboundRulesOf(environment));
    log = new CollectedLog();
    handler = answerUndelivered({
      environment,
      respond: createRespond(outbound, environment, QUICK_POLICY),
      log,
    });
  });
  after(async () => {
    await outbound.close();
    await server.stop();
  });

  const issue = () =>
    server.issue({ stackId: STACK_ID, logicalId: 'Thing', requestId: crypto.randomUUID(), region: REGION });

  /** The record as Lambda's documentation shows it. */
  const record = (
    requestPayload: unknown,
    parts: { condition?: string; responsePayload?: unknown } = {},
  ) => ({
    version: '1.0',
    timestamp: '2026-11-20T12:00:00.000Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:deploytime-ecr-image:$LATEST',
      condition: parts.condition ?? 'RetriesExhausted',
      approximateInvokeCount: 1,
    },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: parts.responsePayload,
  });

  const DEATHS: readonly [how: string, parts: Parameters<typeof record>[1], reason: RegExp][] = [
    [
      'its time limit',
      {
        responsePayload: {
          errorType: 'Sandbox.Timedout',
          errorMessage: 'RequestId: e4 Error: Task timed out after 900.00 seconds',
        },
      },
      /^NotStabilized: deploytime-ecr-image was ended at its time limit: Task timed out after 900.00 seconds/,
    ],
    [
      'its memory limit',
      {
        responsePayload: {
          errorType: 'Runtime.OutOfMemory',
          errorMessage: 'RequestId: e4 Error: Runtime exited with error: signal: killed',
        },
      },
      /^ServiceLimitExceeded: deploytime-ecr-image was ended from outside, most likely for its memory: Runtime exited with error: signal: killed/,
    ],
    [
      'an exit',
      {
        responsePayload: {
          errorType: 'Runtime.ExitError',
          errorMessage: 'RequestId: e4 Error: Runtime exited with error: exit status 3',
        },
      },
      /^InternalFailure: deploytime-ecr-image ended before it could answer \(Runtime.ExitError: Runtime exited with error: exit status 3\)/,
    ],
    [
      'a failure at its start',
      {
        responsePayload: {
          errorType: 'Runtime.ImportModuleError',
          errorMessage: "Error: Cannot find module 'x'",
        },
      },
      /^InternalFailure: deploytime-ecr-image ended before it could answer \(Runtime.ImportModuleError\)/,
    ],
    [
      'too long a throttling',
      { condition: 'EventAgeExceeded' },
      /^Throttling: deploytime-ecr-image was throttled/,
    ],
    ['nothing that is told', {}, /^InternalFailure: .* \(an unknown error\)/],
  ];
  for (const [how, parts, reason] of DEATHS) {
    test(`answers FAILED for a provider that died of ${how}`, async () => {
      const issued = issue();
      const result = await handler(record(requestEvent('Create', issued.url), parts), testContext());
      assert.deepEqual(result, { status: 'FAILED' });
      assert.equal(issued.puts.length, 1);
      const answer = JSON.parse(String(issued.puts[0]?.body)) as Record<string, string>;
      assert.equal(answer.Status, 'FAILED');
      assert.equal(answer.PhysicalResourceId, CREATE_FAILED_ID);
      assert.match(answer.Reason ?? '', reason);
      assert.match(
        answer.Reason ?? '',
        /\(log group \/aws\/lambda\/deploytime-ecr-image, request e4b46cbf-b738-xmpl-8880-a18cdf61200e\)$/,
      );
    });
  }

  test('keeps the id of an Update and of a Delete', async () => {
    for (const requestType of ['Update', 'Delete'] as const) {
      const issued = issue();
      await handler(record(requestEvent(requestType, issued.url)), testContext());
      const answer = JSON.parse(String(issued.puts[0]?.body)) as Record<string, string>;
      assert.equal(answer.PhysicalResourceId, 'thing-a');
    }
  });

  test('answers SUCCESS for the Delete after a failed Create: there is nothing to delete', async () => {
    const issued = issue();
    const event = requestEvent('Delete', issued.url, { PhysicalResourceId: CREATE_FAILED_ID });
    assert.deepEqual(await handler(record(event), testContext()), { status: 'SUCCESS' });
    const answer = JSON.parse(String(issued.puts[0]?.body)) as Record<string, string>;
    assert.equal(answer.Status, 'SUCCESS');
    assert.equal(answer.PhysicalResourceId, CREATE_FAILED_ID);
  });

  test("does not repeat what the dead provider's error said", async () => {
    const issued = issue();
    const responsePayload = { errorType: 'Error', errorMessage: 'password=hunter2', trace: ['at hunter2'] };
    await handler(record(requestEvent('Create', issued.url), { responsePayload }), testContext());
    assert.doesNotMatch(String(issued.puts[0]?.body) + log.lines.join(''), /hunter2|X-Amz-Signature=/);
  });

  test('fails, so that Lambda tries again, where its answer is not taken', async () => {
    server.misbehave(
      ...Array.from({ length: QUICK_POLICY.attempts }, () => ({ kind: 'status' as const, status: 503 })),
    );
    const issued = issue();
    await assert.rejects(handler(record(requestEvent('Create', issued.url)), testContext()), {
      code: 'NetworkFailure',
    });
  });

  test('answers nobody but CloudFormation', async () => {
    const event = requestEvent('Create', 'https://example.com/?token=x');
    assert.deepEqual(await handler(record(event), testContext()), { status: 'IGNORED' });
    assert.deepEqual(await handler(record({ detail: 'no request' }), testContext()), { status: 'IGNORED' });
    await assert.rejects(handler({ hello: 'world' }, testContext()), { code: 'InvalidRequest' });
  });
});
