import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CREATE_FAILED_ID } from '../../../handlers/cloudformation/physical-resource-id.ts';
import { failed, MAX_RESPONSE_BYTES } from '../../../handlers/cloudformation/response.ts';
import { ProviderError } from '../../../handlers/errors.ts';
import {
  type Fault,
  type IssuedUrl,
  type ResponseServer,
  startResponseServer,
} from '../../support/cloudformation/response-server.ts';
import { requestEvent, STACK_ID } from '../../support/provider/events.ts';
import { buildProvider, REGION, type TestProvider, testContext } from '../../support/provider/provider.ts';
import { type Behaviour, thing } from '../../support/provider/thing.ts';

/**
 * The custom-resource protocol, line by line: what CloudFormation asks of every provider. The whole order of
 * events is the sequencer's; here each rule stands alone.
 */
describe('the custom-resource protocol', () => {
  let server: ResponseServer;
  const providers: TestProvider[] = [];
  before(async () => {
    server = await startResponseServer();
  });
  after(async () => {
    await Promise.all(providers.map((provider) => provider.close()));
    await server.stop();
  });

  const issue = (): IssuedUrl =>
    server.issue({ stackId: STACK_ID, logicalId: 'Thing', requestId: crypto.randomUUID(), region: REGION });

  interface Sent {
    requestType?: 'Create' | 'Update' | 'Delete';
    overrides?: Record<string, unknown>;
    behaviour?: Behaviour;
    remainingMs?: number;
    faults?: Fault[];
    now?: () => number;
    undoesFailedCreates?: true;
  }

  async function send({
    requestType = 'Create',
    overrides,
    behaviour,
    remainingMs,
    faults,
    now,
    ...type
  }: Sent) {
    const { resource, calls } = thing(behaviour);
    const provider = buildProvider(
      { ...resource, ...type },
      { responseOrigin: server.origin, ...(now && { now }) },
    );
    providers.push(provider);
    const issued = issue();
    if (faults) server.misbehave(...faults);
    const event = requestEvent(requestType, issued.url, overrides);
    const invocation = await provider.handler(event, testContext(remainingMs)).then(
      (result) => ({ ok: true, result }),
      (error: unknown) => ({ ok: false, error }),
    );
    const bodies = issued.puts.map((put) => put.body.toString());
    const last = issued.puts.at(-1);
    const answer = JSON.parse(last?.body.toString() || '{}') as Record<string, never>;
    return { answer, bodies, puts: issued.puts, calls, provider, invocation, event };
  }

  const failing =
    (error: unknown): Behaviour =>
    async () => {
      throw error;
    };

  test('1: a body has 4096 bytes at most, also where the reason is long and multibyte', async () => {
    const reason = `begins here ${'漢字"\u0001🙂'.repeat(3000)}`;
    const { answer, bodies } = await send({ behaviour: failing(new ProviderError('NotFound', reason)) });
    assert.ok(Buffer.byteLength(bodies[0] ?? '') <= MAX_RESPONSE_BYTES);
    assert.match(answer.Reason ?? '', /^NotFound: begins here 漢字/);
    assert.match(
      answer.Reason ?? '',
      /… \(log group \/aws\/lambda\/deploytime-test, request 7c1f0f3e-[0-9a-f-]+\)$/,
    );
  });

  test('a reason points to the log, and where the place of the log is not known, to the request alone', () => {
    const address = { responseUrl: '', stackId: 's', requestId: 'r', logicalResourceId: 'l' };
    const reasonIn = (logGroupName: string) =>
      failed(address, new ProviderError('NotFound', 'It is gone'), { logGroupName, requestId: '7c1f' })
        .reason;
    assert.equal(reasonIn('/aws/lambda/x'), 'NotFound: It is gone (log group /aws/lambda/x, request 7c1f)');
    assert.equal(reasonIn(''), 'NotFound: It is gone (request 7c1f)');
  });

  test('1: attributes that do not fit are a clear FAILED', async () => {
    const attributes = { Big: '漢'.repeat(2000) };
    const { answer, bodies } = await send({
      behaviour: async () => ({ physicalResourceId: 'thing', attributes }),
    });
    assert.equal(answer.Status, 'FAILED');
    assert.match(
      answer.Reason ?? '',
      /^ServiceLimitExceeded: The answer with its attributes has \d{4} bytes; CloudFormation takes 4096/,
    );
    assert.equal(bodies.length, 1);
  });

  test('2: status and ids are always there, the three ids as received', async () => {
    for (const behaviour of [undefined, failing(new Error('no'))]) {
      const { answer, event } = await send(behaviour ? { behaviour } : {});
      assert.equal(answer.StackId, event.StackId);
      assert.equal(answer.RequestId, event.RequestId);
      assert.equal(answer.LogicalResourceId, event.LogicalResourceId);
      assert.equal(answer.Status, behaviour ? 'FAILED' : 'SUCCESS');
      assert.ok((answer.PhysicalResourceId ?? '') !== '');
      assert.equal(answer.Reason !== undefined, behaviour !== undefined);
    }
  });

  test('2: a physical id over 1 KB or an empty one is refused here, not by CloudFormation', async () => {
    for (const physicalResourceId of ['', 'é'.repeat(600)]) {
      const { answer } = await send({ behaviour: async () => ({ physicalResourceId, attributes: {} }) });
      assert.equal(answer.Status, 'FAILED');
      assert.match(answer.Reason ?? '', /^InternalFailure: The physical resource id has (0|1200) bytes/);
    }
  });

  test('3: every attribute is there on Create and on Update', async () => {
    for (const requestType of ['Create', 'Update'] as const) {
      const { answer } = await send({ requestType });
      assert.deepEqual(answer.Data, { Name: 'a', Size: '1' });
    }
  });

  test('4: the PUT has an empty content type and its length in bytes', async () => {
    const { puts } = await send({ behaviour: failing(new ProviderError('NotFound', 'ü')) });
    assert.equal(puts.length, 1);
    assert.equal(puts[0]?.outcome, 'accepted', puts[0]?.refusal);
  });

  const FAULTS: readonly [name: string, fault: Fault][] = [
    ['a status 500', { kind: 'status', status: 500 }],
    ['a status 403', { kind: 'status', status: 403 }],
    ['a reset before the body', { kind: 'reset before body' }],
    ['a reset instead of the answer', { kind: 'reset after body' }],
    ['a stall', { kind: 'stall' }],
  ];
  for (const [name, fault] of FAULTS) {
    test(`4: ${name} is tried again with the same body`, async () => {
      const { bodies, puts, answer, invocation } = await send({ faults: [fault] });
      assert.equal(invocation.ok, true);
      assert.equal(puts.at(-1)?.outcome, 'accepted');
      assert.equal(answer.Status, 'SUCCESS');
      const complete = bodies.filter((body) => body !== '');
      assert.equal(new Set(complete).size, 1);
    });
  }

  test('4: an answer that nobody takes fails the invocation, after so many tries', async () => {
    const faults = Array.from({ length: 6 }, (): Fault => ({ kind: 'status', status: 500 }));
    const { invocation, puts } = await send({ faults });
    assert.equal(invocation.ok, false);
    assert.equal(puts.length, 6);
    assert.equal(new Set(puts.map((put) => put.body.toString())).size, 1, 'never a second answer');
  });

  test('4: neither the log nor a reason tells the ResponseURL', async () => {
    for (const faults of [[], Array.from({ length: 6 }, (): Fault => ({ kind: 'status', status: 403 }))]) {
      const { provider, event, bodies, invocation } = await send({
        behaviour: async () => {
          throw new Error(
            `could not reach ${event?.ResponseURL ?? 'https://x.example/?X-Amz-Signature=abcdef'}`,
          );
        },
        faults,
      });
      const told = [
        ...provider.log.lines,
        ...bodies,
        String(invocation.ok ? '' : (invocation as { error: Error }).error),
      ].join('\n');
      assert.doesNotMatch(told, /X-Amz-Signature=[0-9a-f]/);
      assert.ok(!told.includes(String(event.ResponseURL)));
    }
  });

  test('5: a failed Update answers with the old id', async () => {
    const { answer } = await send({
      requestType: 'Update',
      behaviour: failing(new ProviderError('NotFound', 'gone')),
    });
    assert.equal(answer.Status, 'FAILED');
    assert.equal(answer.PhysicalResourceId, 'thing-a');
  });

  test('5: an Update answers with the id of the resource: the same in place, another one as a replacement', async () => {
    const inPlace = await send({ requestType: 'Update' });
    assert.equal(inPlace.answer.PhysicalResourceId, 'thing-a');
    const overrides = { ResourceProperties: { Name: 'b' } };
    const replaced = await send({ requestType: 'Update', overrides });
    assert.equal(replaced.answer.PhysicalResourceId, 'thing-b');
  });

  test('6: the Delete after a failed Create succeeds without work', async () => {
    const failed = await send({ behaviour: failing(new Error('no')) });
    assert.equal(failed.answer.PhysicalResourceId, CREATE_FAILED_ID);
    const overrides = { PhysicalResourceId: failed.answer.PhysicalResourceId };
    const { answer, calls } = await send({ requestType: 'Delete', overrides });
    assert.equal(answer.Status, 'SUCCESS');
    assert.equal(answer.PhysicalResourceId, CREATE_FAILED_ID);
    assert.deepEqual(calls, []);
  });

  test('6: unless the type undoes what a Create has left that died', async () => {
    const overrides = { PhysicalResourceId: CREATE_FAILED_ID };
    const sent = await send({ requestType: 'Delete', overrides, undoesFailedCreates: true });
    assert.equal(sent.answer.Status, 'SUCCESS');
    assert.deepEqual(sent.calls, ['delete']);
    const other = { ...overrides, ResourceType: 'Custom::Unheardof' };
    assert.deepEqual(
      (await send({ requestType: 'Delete', overrides: other, undoesFailedCreates: true })).calls,
      [],
    );
  });

  test('6: a Delete answers with the id it received and is never refused for its properties', async () => {
    for (const ResourceProperties of [{ Name: 'NOT VALID', Extra: ['x'] }, {}, null, 'text', undefined]) {
      const overrides = { PhysicalResourceId: 'shop-Thing-1ABCDEF', ResourceProperties };
      const { answer } = await send({ requestType: 'Delete', overrides });
      assert.equal(answer.Status, 'SUCCESS', answer.Reason);
      assert.equal(answer.PhysicalResourceId, 'shop-Thing-1ABCDEF');
    }
  });

  test('7: scalars arrive as strings and are read as what they are', async () => {
    const { answer } = await send({ overrides: { ResourceProperties: { Name: 'a', Size: '3' } } });
    assert.deepEqual(answer.Data, { Name: 'a', Size: '3' });
  });

  test('7: an unknown resource type fails at once, and its Delete succeeds without work', async () => {
    const overrides = { ResourceType: 'Custom::Other' };
    for (const requestType of ['Create', 'Update'] as const) {
      const { answer, calls } = await send({ requestType, overrides });
      assert.equal(answer.Status, 'FAILED');
      assert.match(
        answer.Reason ?? '',
        /^InvalidRequest: This service token serves Custom::Thing .* not "Custom::Other"/,
      );
      assert.deepEqual(calls, []);
    }
    const { answer, calls } = await send({ requestType: 'Delete', overrides });
    assert.equal(answer.Status, 'SUCCESS');
    assert.deepEqual(calls, []);
  });

  test("7: AWS::CloudFormation::CustomResource is taken for the function's own type", async () => {
    const { answer } = await send({ overrides: { ResourceType: 'AWS::CloudFormation::CustomResource' } });
    assert.equal(answer.Status, 'SUCCESS');
  });

  test('8: work that never ends is answered for at the deadline that ServiceTimeout leaves', async () => {
    const { answer, bodies } = await send({
      overrides: { ResourceProperties: { Name: 'a', ServiceTimeout: '1' } },
      behaviour: () => new Promise(() => {}),
    });
    assert.equal(answer.Status, 'FAILED');
    assert.match(
      answer.Reason ?? '',
      /^NotStabilized: It was not done within \d s, which is what the ServiceTimeout of 1 s leaves/,
    );
    assert.equal(bodies.length, 1);
  });

  test("8: and at the one that Lambda's remaining time leaves", async () => {
    let aborted = false;
    const { answer } = await send({
      remainingMs: 1200,
      behaviour: (_properties, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(new Error('torn down'));
          });
        }),
    });
    assert.match(answer.Reason ?? '', /^NotStabilized: .*the function's own time limit leaves/);
    assert.ok(aborted, 'the work is told to end');
  });

  test('8: ServiceTimeout counts from when the request was made, not from its arrival', async () => {
    const { answer, calls } = await send({
      overrides: { ResourceProperties: { Name: 'a', ServiceTimeout: '60' } },
      now: () => Date.now() + 61_000,
    });
    assert.match(
      answer.Reason ?? '',
      /^NotStabilized: It was delivered too late: the ServiceTimeout of 60 s was over/,
    );
    assert.deepEqual(calls, [], 'nothing is begun that nobody waits for');
  });

  test('8: ServiceTimeout and DeploymentId are known to every type', async () => {
    const ResourceProperties = {
      Name: 'a',
      ServiceToken: 'arn',
      ServiceTimeout: '60',
      DeploymentId: 'c0ffee',
    };
    const { answer } = await send({ overrides: { ResourceProperties } });
    assert.equal(answer.Status, 'SUCCESS', answer.Reason);
  });

  test('8: the same event again gets the same answer, and its work is not done twice', async () => {
    const { resource, calls } = thing();
    const provider = buildProvider(resource, { responseOrigin: server.origin });
    providers.push(provider);
    const issued = issue();
    const event = requestEvent('Create', issued.url);
    await provider.handler(event, testContext());
    await provider.handler(event, testContext());
    assert.deepEqual(calls, ['create']);
    assert.equal(issued.puts.length, 2);
    assert.equal(new Set(issued.puts.map((put) => put.body.toString())).size, 1);
  });

  test('8: a RequestId that is used again, as when a deployment is retried, is another request', async () => {
    const { resource, calls } = thing();
    const provider = buildProvider(resource, { responseOrigin: server.origin });
    providers.push(provider);
    const [first, second] = [issue(), issue()];
    for (const issued of [first, second]) {
      await provider.handler(requestEvent('Create', issued.url, { RequestId: 'the-same' }), testContext());
      assert.equal(issued.puts.length, 1);
    }
    assert.deepEqual(calls, ['create', 'create']);
  });

  test('one answer and no second one where the work ends after the deadline', async () => {
    const { bodies, provider } = await send({
      remainingMs: 400,
      behaviour: async () => {
        await delay(500);
        return { physicalResourceId: 'late', attributes: {} };
      },
    });
    await delay(300);
    assert.equal(bodies.length, 1);
    assert.equal(provider.answered.length, 1);
    assert.equal(provider.answered[0]?.status, 'FAILED');
  });

  test('a stack of another account or Region is refused', async () => {
    for (const StackId of [
      'arn:aws:cloudformation:us-east-1:999999999999:stack/shop/1',
      'arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1',
      'not an ARN',
    ]) {
      const { answer, calls } = await send({ overrides: { StackId } });
      assert.equal(answer.Status, 'FAILED');
      assert.match(
        answer.Reason ?? '',
        /^AccessDenied: The request comes from .*; this service answers stacks of account 111122223333 in us-east-1 only/,
      );
      assert.deepEqual(calls, []);
    }
  });

  test('each line of the log carries stack, logical id and request type; the last one the duration', async () => {
    const { provider } = await send({});
    assert.ok(provider.log.lines.length >= 2);
    const lines = provider.log.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of lines) {
      assert.equal(line.stack, 'shop');
      assert.equal(line.logicalId, 'Thing');
      assert.equal(line.requestType, 'Create');
    }
    assert.equal(typeof lines.at(-1)?.durationMs, 'number');
  });
});
