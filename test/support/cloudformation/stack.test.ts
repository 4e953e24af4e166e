import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Provider } from './asynchronous-delivery.ts';
import { type Script, scriptedProvider } from './controls/scripted-provider.ts';
import { startResponseServer } from './response-server.ts';
import { Stack, type StackOptions } from './stack.ts';
import { BUILT_IN_TYPE, getAtt, type ResourceDefinition, type TemplateProperties } from './template.ts';
import type { CustomResourceRequest } from './wire.ts';

const TOKEN = 'arn:aws:lambda:us-east-1:111122223333:function:provider';

async function start(
  context: TestContext,
  provider: Provider,
  options: Partial<StackOptions> = {},
): Promise<Stack> {
  const responses = await startResponseServer();
  context.after(() => responses.stop());
  return new Stack({ responses, providers: { [TOKEN]: provider }, ...options });
}

/** A custom resource whose physical id is `id-of-<Name>`. */
function thing(
  name: string,
  properties: TemplateProperties = {},
  rest: Partial<ResourceDefinition> = {},
): ResourceDefinition {
  return {
    type: 'Custom::Thing',
    properties: { ServiceToken: TOKEN, Name: name, ...properties },
    ...rest,
  };
}

function breaker(generation: number, dependsOn: readonly string[] = []): ResourceDefinition {
  return { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn };
}

/** `Update Image id-of-a: b` – the id that was sent, and the name that is wanted. */
function told(requests: readonly CustomResourceRequest[]): string[] {
  return requests.map(
    ({ RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties }) =>
      `${RequestType} ${LogicalResourceId}${PhysicalResourceId ? ` ${PhysicalResourceId}` : ''}: ${ResourceProperties.Name}`,
  );
}

const failOn =
  (requestType: string, name: string): Script =>
  (request) =>
    request.RequestType === requestType && request.ResourceProperties.Name === name
      ? { Status: 'FAILED', Reason: 'scripted' }
      : undefined;

describe('A stack sends what CloudFormation sends', () => {
  test('a Create has the documented fields, scalars as strings, and no others', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a', { Flag: true, Count: 3, ServiceTimeout: 60 }) });
    const [{ ResponseURL, RequestId, ...request } = assert.fail('Nothing was sent')] = provider.requests;
    assert.deepEqual(request, {
      RequestType: 'Create',
      ServiceToken: TOKEN,
      StackId: stack.stackId,
      LogicalResourceId: 'Image',
      ResourceType: 'Custom::Thing',
      ResourceProperties: {
        ServiceToken: TOKEN,
        Name: 'a',
        Flag: 'true',
        Count: '3',
        ServiceTimeout: '60',
      },
    });
    assert.match(RequestId, /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
    assert.match(
      stack.stackId,
      /^arn:aws:cloudformation:us-east-1:111122223333:stack\/example\/[0-9a-f-]{36}$/,
    );
    assert.ok(new URL(ResponseURL).searchParams.has('X-Amz-Signature'));
  });

  test('an Update has the physical id and the old properties, a Delete the id and the last ones', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a', { Size: 1 }) });
    await stack.deploy({ Image: thing('a', { Size: 2 }) });
    await stack.delete();
    const [, update, removal] = provider.requests;
    assert.equal(update?.PhysicalResourceId, 'id-of-a');
    assert.equal(update?.ResourceProperties.Size, '2');
    assert.equal(update?.OldResourceProperties?.Size, '1');
    assert.equal(removal?.PhysicalResourceId, 'id-of-a');
    assert.equal(removal?.ResourceProperties.Size, '2');
    assert.equal(removal?.OldResourceProperties, undefined);
    const ids = new Set(provider.requests.map(({ RequestId }) => RequestId));
    assert.equal(ids.size, 3);
  });

  test('nothing is sent for what did not change; a changed attribute reaches those that refer to it', async (context) => {
    const provider = scriptedProvider(({ ResourceProperties }) => ({
      Data: { Digest: `digest-of-${ResourceProperties.Size}` },
    }));
    const stack = await start(context, provider);
    const template = (size: number) => ({
      Image: thing('a', { Size: size }),
      User: thing('user', { Size: 0, Digest: getAtt('Image', 'Digest') }),
      Other: thing('other', { Size: 0 }),
    });
    await stack.deploy(template(1));
    const { status } = await stack.deploy(template(2));
    assert.equal(status, 'UPDATE_COMPLETE');
    assert.deepEqual(told(provider.requests.slice(3)), [
      'Update Image id-of-a: a',
      'Update User id-of-user: user',
    ]);
    assert.equal(provider.requests.at(-1)?.ResourceProperties.Digest, 'digest-of-2');
    assert.equal(provider.requests.at(-1)?.OldResourceProperties?.Digest, 'digest-of-1');
  });

  test('a missing attribute fails the resource that asks for it, and everything is rolled back', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    const result = await stack.deploy({
      Image: thing('a'),
      User: thing('user', { Digest: getAtt('Image', 'Digest') }),
    });
    assert.equal(result.status, 'ROLLBACK_COMPLETE');
    assert.match(result.failures[0]?.reason ?? '', /Vendor response doesn't contain Digest/);
    assert.deepEqual(told(provider.requests), ['Create Image: a', 'Delete Image id-of-a: a']);
    const rules = (await stack.violations()).map(({ rule }) => rule);
    assert.deepEqual(rules, ['has every attribute']);
  });

  test('a failed Create is followed by a Delete under the id of the failed answer', async (context) => {
    const provider = scriptedProvider(failOn('Create', 'a'));
    const stack = await start(context, provider);
    const result = await stack.deploy({ Image: thing('a') });
    assert.equal(result.status, 'ROLLBACK_COMPLETE');
    assert.deepEqual(told(provider.requests), ['Create Image: a', 'Delete Image id-of-a: a']);
    await assert.rejects(
      stack.deploy({ Image: thing('a') }),
      /ROLLBACK_COMPLETE state and can not be updated/,
    );
  });

  test('a Create without an answer is followed by a Delete under a made-up id', async (context) => {
    const provider = scriptedProvider(({ RequestType }) => (RequestType === 'Create' ? 'never' : undefined));
    const stack = await start(context, provider);
    const result = await stack.deploy({ Image: thing('a') });
    assert.match(result.failures[0]?.reason ?? '', /did not receive a response/);
    assert.match(provider.requests[1]?.PhysicalResourceId ?? '', /^example-Image-[0-9A-F]{12}$/);
  });

  test('resources are created in the order of their dependencies, and deleted in reverse', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    await stack.deploy({
      Last: thing('last', {}, { dependsOn: ['First'] }),
      First: thing('first'),
    });
    assert.equal((await stack.delete()).status, 'DELETE_COMPLETE');
    assert.deepEqual(told(provider.requests), [
      'Create First: first',
      'Create Last: last',
      'Delete Last id-of-last: last',
      'Delete First id-of-first: first',
    ]);
  });

  test('a replaced resource is deleted after the whole update, and one that left too', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a'), Gone: thing('gone') });
    const { status } = await stack.deploy({
      Image: thing('b'),
      New: thing('new', {}, { dependsOn: ['Image'] }),
    });
    assert.equal(status, 'UPDATE_COMPLETE');
    assert.deepEqual(told(provider.requests.slice(2)), [
      'Update Image id-of-a: b',
      'Create New: new',
      'Delete Image id-of-a: a',
      'Delete Gone id-of-gone: gone',
    ]);
  });

  test('a failed update swaps the properties under the new id, and then deletes what is new', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a'), Breaker: breaker(1, ['Image']) });
    const { status } = await stack.deploy(
      { Image: thing('b'), New: thing('new'), Breaker: breaker(2, ['Image', 'New']) },
      { fail: { logicalId: 'Breaker' } },
    );
    assert.equal(status, 'UPDATE_ROLLBACK_COMPLETE');
    assert.deepEqual(told(provider.requests.slice(1)).toSorted(), [
      'Create New: new',
      'Delete Image id-of-b: b',
      'Delete New id-of-new: new',
      'Update Image id-of-a: b',
      'Update Image id-of-b: a',
    ]);
    const rollback = provider.requests.find(
      ({ PhysicalResourceId, RequestType }) => RequestType === 'Update' && PhysicalResourceId === 'id-of-b',
    );
    assert.equal(rollback?.OldResourceProperties?.Name, 'b');
    assert.equal(stack.resources.get('Image')?.physicalId, 'id-of-a');
    assert.deepEqual([...stack.resources.keys()].toSorted(), ['Breaker', 'Image']);
  });

  test('dependants are rolled back to the values they had: attributes are not asked again', async (context) => {
    let asked = 0;
    const provider = scriptedProvider(({ ResourceProperties }) => {
      if (ResourceProperties.Name !== 'a') return undefined;
      asked += 1;
      return { Data: { Digest: `digest-${asked}` } };
    });
    const stack = await start(context, provider);
    const template = (size: number) => ({
      Image: thing('a', { Size: size }),
      User: thing('user', { Digest: getAtt('Image', 'Digest') }),
      Breaker: breaker(size, ['User']),
    });
    await stack.deploy(template(1));
    await stack.deploy(template(2), { fail: { logicalId: 'Breaker' } });
    const digests = provider.requests
      .filter(({ LogicalResourceId }) => LogicalResourceId === 'User')
      .map(({ ResourceProperties }) => ResourceProperties.Digest);
    assert.deepEqual(digests, ['digest-1', 'digest-2', 'digest-1']);
  });

  test('a failed Update is rolled back too; a rollback that fails leaves the stack stuck', async (context) => {
    let fails = true;
    const provider = scriptedProvider(({ RequestType }) =>
      RequestType === 'Update' && fails
        ? { Status: 'FAILED', Reason: 'scripted', PhysicalResourceId: 'id-of-a' }
        : undefined,
    );
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a') });
    const { status, failures } = await stack.deploy({ Image: thing('b') });
    assert.equal(status, 'UPDATE_ROLLBACK_FAILED');
    assert.deepEqual(
      failures.map(({ phase }) => phase),
      ['forward', 'rollback'],
    );
    fails = false;
    await assert.rejects(stack.deploy({ Image: thing('b') }), /UPDATE_ROLLBACK_FAILED state/);
    assert.equal((await stack.delete()).status, 'DELETE_COMPLETE');
  });

  test('what a Delete could not remove stays in the stack, and is asked again', async (context) => {
    let fails = true;
    const provider = scriptedProvider((request) => (fails ? failOn('Delete', 'a')(request) : undefined));
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a'), Other: thing('b') });
    assert.equal((await stack.delete()).status, 'DELETE_FAILED');
    assert.deepEqual([...stack.resources.keys()], ['Image']);
    fails = false;
    const result = await stack.delete();
    assert.equal(result.status, 'DELETE_COMPLETE');
    assert.deepEqual(
      result.exchanges.map(({ request }) => request.LogicalResourceId),
      ['Image'],
    );
  });

  test('a Delete that fails in the cleanup does not fail the update', async (context) => {
    const provider = scriptedProvider(failOn('Delete', 'a'));
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a') });
    const { status, failures } = await stack.deploy({ Image: thing('b') });
    assert.equal(status, 'UPDATE_COMPLETE');
    assert.deepEqual(
      failures.map(({ phase }) => phase),
      ['cleanup'],
    );
  });

  test('retained resources are not asked to go', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    await stack.deploy({
      Kept: thing('a', {}, { deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' }),
      Tried: thing('c', {}, { deletionPolicy: 'RetainExceptOnCreate' }),
    });
    await stack.deploy({
      Kept: thing('b', {}, { deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' }),
      Tried: thing('c', {}, { deletionPolicy: 'RetainExceptOnCreate' }),
    });
    assert.equal((await stack.delete()).status, 'DELETE_COMPLETE');
    assert.deepEqual(
      provider.requests.map(({ RequestType }) => RequestType),
      ['Create', 'Create', 'Update'],
    );
  });

  test('a changed ServiceToken or type, and a ServiceTimeout out of range, fail before anything is sent', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a') });
    const sent = provider.requests.length;
    for (const [changed, reason] of [
      [thing('a', { ServiceToken: `${TOKEN}-2` }), /Modifying service token is not allowed/],
      [thing('a', {}, { type: 'Custom::Other' }), /Update of resource type is not permitted/],
    ] as const) {
      const { status, failures } = await stack.deploy({ Image: changed });
      assert.equal(status, 'UPDATE_ROLLBACK_COMPLETE');
      assert.match(failures[0]?.reason ?? '', reason);
    }
    assert.equal(provider.requests.length, sent);
    for (const ServiceTimeout of [0, 3601, 'soon', 1.5]) {
      const other = await start(context, provider);
      const { failures } = await other.deploy({ Image: thing('a', { ServiceTimeout }) });
      assert.match(failures[0]?.reason ?? '', /no integer from 1 to 3600/);
    }
  });

  test('a retried deployment may reuse its RequestIds, under new response URLs', async (context) => {
    const provider = scriptedProvider();
    const stack = await start(context, provider);
    await stack.deploy({ Image: thing('a') }, { fail: { logicalId: 'Image' } });
    await stack.delete();
    await stack.deploy({ Image: thing('a') });
    await stack.delete();
    await stack.deploy({ Image: thing('a') }, { requestIds: 'reused' });
    const creates = provider.requests.filter(({ RequestType }) => RequestType === 'Create');
    assert.equal(creates.length, 2);
    assert.equal(creates[0]?.RequestId, creates[1]?.RequestId);
    assert.notEqual(creates[0]?.ResponseURL, creates[1]?.ResponseURL);
  });

  test('a Create that still runs when another resource fails is deleted under a made-up id', async (context) => {
    const answer = Promise.withResolvers<void>();
    const inner = scriptedProvider();
    const provider: Provider = {
      handler: async (event, lambda) => {
        if ((event as CustomResourceRequest).RequestType === 'Create') await answer.promise;
        await inner.handler(event, lambda);
      },
    };
    const stack = await start(context, provider);
    const result = await stack.deploy(
      { Image: thing('a'), Breaker: breaker(1) },
      { fail: { logicalId: 'Breaker', whileRunning: 'Image' } },
    );
    assert.equal(result.status, 'ROLLBACK_COMPLETE');
    assert.deepEqual(
      result.exchanges.map(({ request, outcome }) => `${request.RequestType} ${outcome}`),
      ['Create CANCELLED', 'Delete SUCCESS'],
    );
    assert.match(inner.requests[0]?.PhysicalResourceId ?? '', /^example-Image-/);
    answer.resolve();
    await stack.settle();
    assert.deepEqual(await stack.violations(), []);
  });

  test('an event that nobody answers fails at ServiceTimeout, counted from when it was made', async (context) => {
    const provider: Provider = { handler: () => new Promise(() => {}), maximumRetryAttempts: 0 };
    const stack = await start(context, provider);
    const request = { requestType: 'Create' as const, resourceType: 'Custom::Thing' };
    const properties = { ServiceToken: TOKEN, ServiceTimeout: 3600 };
    const sent = await stack.send({ ...request, properties }, { queuedMs: 3_599_950 });
    assert.equal(sent.outcome, 'TIMED_OUT');
    const rules = (await stack.violations()).map(({ rule }) => rule);
    assert.deepEqual(rules, ['answers the request']);
  });

  test('an answer to an address that was never issued is seen', async (context) => {
    const responses = await startResponseServer();
    context.after(() => responses.stop());
    const provider: Provider = {
      handler: (event, lambda) => {
        const request = event as CustomResourceRequest;
        return inner.handler(
          { ...request, ResponseURL: `${responses.origin}/another?X-Amz-Signature=1` },
          lambda,
        );
      },
      maximumRetryAttempts: 0,
    };
    const inner = scriptedProvider();
    const stack = new Stack({ responses, providers: { [TOKEN]: provider } });
    await stack.deploy({ Image: thing('a') });
    const rules = new Set((await stack.violations()).map(({ rule }) => rule));
    assert.ok(rules.has('goes to the response URL only'));
  });
});
