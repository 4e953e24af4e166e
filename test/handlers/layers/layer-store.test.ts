import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { type LayerVersionArn, parseLayerVersionArn } from '../../../handlers/layers/arn.ts';
import { createLambdaClient, LambdaLayerStore } from '../../../handlers/layers/layer-store.ts';
import { SYSTEM_TIMING } from '../../../handlers/registry/retry-policy.ts';
import { layerArchive } from '../../support/layers-api/layer-archive.ts';
import {
  type LayersApi,
  type LayersApiOptions,
  startLayersApi,
} from '../../support/layers-api/layers-api.ts';
import { startLoopbackServer } from '../../support/registry/loopback-server.ts';

const LAYER = 'shop';
const OTHER_ACCOUNT_ID = '444455556666';
const NEVER = new AbortController().signal;

describe('The newest version of a layer', () => {
  for (const order of ['newest first', 'oldest first'] as const) {
    test(`is found on any page, with the ${order}`, async (context) => {
      const { api, store } = await setUp(context, { order, pageSize: 2 });
      const archive = await layerArchive({ a: '1' });
      for (let count = 0; count < 5; count += 1) api.shelf.publish(LAYER, archive);
      assert.equal((await store.findNewest(LAYER, NEVER))?.version, 5);
      assert.equal((await store.findNewest(api.shelf.arnOf(LAYER), NEVER))?.version, 5);
      assert.equal(api.calls.length, 6);
    });
  }

  test('is none where there is no such layer, or each version was deleted', async (context) => {
    const { api, store } = await setUp(context);
    assert.equal(await store.findNewest('nothing', NEVER), undefined);
    api.shelf.publish(LAYER, await layerArchive({ a: '1' }));
    api.shelf.removeLayer(LAYER);
    assert.equal(await store.findNewest(LAYER, NEVER), undefined);
    api.fail({ code: 'ResourceNotFoundException' });
    assert.equal(await store.findNewest(LAYER, NEVER), undefined);
  });

  test('is not looked for without end', async (context) => {
    const { api, store } = await setUp(context, { pageSize: 1 });
    for (let count = 0; count < 101; count += 1) api.shelf.publish(LAYER, Buffer.from('zip'));
    await assert.rejects(store.findNewest(LAYER, NEVER), {
      code: 'ServiceLimitExceeded',
      message: /^The layer shop has more than 5000 versions.*Delete old ones, or name a version/,
    });
    assert.equal(api.calls.length, 100);
  });

  test('of another account is not told, and the error says what to do', async (context) => {
    const { api, store } = await setUp(context);
    await assert.rejects(store.findNewest(api.shelf.arnOf(LAYER, OTHER_ACCOUNT_ID), NEVER), {
      code: 'AccessDenied',
      message: /^Lambda refused to list .* other accounts' layers can't be listed: name one of its versions/,
    });
  });

  test('of this account needs a permission, and the error names it', async (context) => {
    const { api, store } = await setUp(context);
    api.fail({ code: 'AccessDeniedException' });
    await assert.rejects(store.findNewest(LAYER, NEVER), {
      code: 'AccessDenied',
      message: /role must be allowed lambda:ListLayerVersions/,
    });
  });
});

describe('A version of a layer', () => {
  test('is told with size, SHA-256 and location of its archive', async (context) => {
    const { api, store } = await setUp(context);
    const published = api.shelf.publish(LAYER, await layerArchive({ a: '1' }));
    const version = await store.findVersion(arnOf(published.arn), NEVER);
    assert.equal(version?.codeSha256, published.codeSha256);
    assert.equal(version?.codeSizeBytes, published.archive.length);
    assert.equal(version?.location.host, api.archives.host);
    assert.deepEqual(version?.arn, arnOf(published.arn));
  });

  test('that was deleted, or never was, is not there', async (context) => {
    const { api, store } = await setUp(context);
    const { arn } = api.shelf.publish(LAYER, await layerArchive({ a: '1' }));
    api.shelf.remove(arn);
    assert.equal(await store.findVersion(arnOf(arn), NEVER), undefined);
    assert.equal(await store.findVersion(arnOf(api.shelf.arnOf('nothing:1')), NEVER), undefined);
  });

  test('of this account needs a permission, and the error names it', async (context) => {
    const { api, store } = await setUp(context);
    const { arn } = api.shelf.publish(LAYER, await layerArchive({ a: '1' }));
    api.fail({ code: 'AccessDeniedException' });
    await assert.rejects(store.findVersion(arnOf(arn), NEVER), {
      code: 'AccessDenied',
      message: /this function's role must be allowed lambda:GetLayerVersion on it \(/,
    });
  });

  test("of another account needs that account's consent, and the error says how it is given", async (context) => {
    const { api, store } = await setUp(context);
    const archive = await layerArchive({ a: '1' });
    const { arn } = api.shelf.publish(LAYER, archive, { accountId: OTHER_ACCOUNT_ID });
    await assert.rejects(store.findVersion(arnOf(arn), NEVER), {
      code: 'AccessDenied',
      message:
        /account 444455556666 must allow that to account 111122223333 in the version's policy \(aws lambda add-layer-version-permission\)/,
    });
    const shared = api.shelf.publish(LAYER, archive, {
      accountId: OTHER_ACCOUNT_ID,
      sharedWith: [api.shelf.accountId],
    });
    assert.equal((await store.findVersion(arnOf(shared.arn), NEVER))?.arn.version, 2);
  });

  test('is asked for again while Lambda throttles, as long as it takes', async (context) => {
    const { api, store } = await setUp(context);
    const { arn } = api.shelf.publish(LAYER, await layerArchive({ a: '1' }));
    api.fail({ code: 'TooManyRequestsException', times: 200 });
    assert.equal((await store.findVersion(arnOf(arn), NEVER))?.arn.version, 1);
    assert.equal(api.calls.length, 201, 'Each try is one call');
  });

  test('is asked for until the deadline, which is the reason that is told', async (context) => {
    const { api, store } = await setUp(context, {}, { waits: 'real' });
    api.fail({ code: 'TooManyRequestsException', times: 1_000 });
    const reason = new Error('the deadline');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 100);
    await assert.rejects(store.findVersion(arnOf(api.shelf.arnOf('shop:1')), controller.signal), reason);
  });

  test('is asked for again where Lambda has a fault of its own', async (context) => {
    const { api, store } = await setUp(context);
    const { arn } = api.shelf.publish(LAYER, await layerArchive({ a: '1' }));
    api.fail({ code: 'ServiceException', times: 2 });
    assert.equal((await store.findVersion(arnOf(arn), NEVER))?.arn.version, 1);
    api.fail({ code: 'ServiceException', times: 3 });
    await assert.rejects(store.findVersion(arnOf(arn), NEVER), { code: 'GeneralServiceException' });
  });

  for (const [what, content] of Object.entries({
    'no content': undefined,
    'a SHA-256 that is none': { CodeSha256: 'abc', CodeSize: 1, Location: 'https://example.com/' },
    'no location': { CodeSha256: `${'A'.repeat(43)}=`, CodeSize: 1 },
    'no size': { CodeSha256: `${'A'.repeat(43)}=`, Location: 'https://example.com/' },
  })) {
    test(`that Lambda tells with ${what} is not believed`, async (context) => {
      const server = await startLoopbackServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ Content: content }));
      });
      context.after(() => server.close());
      const store = storeAt(context, server.origin);
      await assert.rejects(
        store.findVersion(arnOf('arn:aws:lambda:us-east-1:111122223333:layer:a:1'), NEVER),
        {
          code: 'GeneralServiceException',
          message: /^Lambda's answer about the layer version arn:.*:a:1 is not whole$/,
        },
      );
    });
  }

  test('is not had where Lambda is not reached', async (context) => {
    const server = await startLoopbackServer(() => {});
    await server.close();
    const store = storeAt(context, server.origin);
    await assert.rejects(store.findVersion(arnOf('arn:aws:lambda:us-east-1:111122223333:layer:a:1'), NEVER), {
      code: 'NetworkFailure',
      message: /^Lambda in us-east-1 was not reached to get the layer version/,
    });
  });
});

async function setUp(
  context: TestContext,
  options: LayersApiOptions = {},
  { waits = 'none' }: { waits?: 'none' | 'real' } = {},
): Promise<{ api: LayersApi; store: LambdaLayerStore }> {
  const api = await startLayersApi(options);
  context.after(async () => {
    await api.close();
    assert.deepEqual(api.violations(), []);
  });
  return { api, store: storeAt(context, api.origin, waits) };
}

function storeAt(context: TestContext, endpoint: string, waits: 'none' | 'real' = 'none'): LambdaLayerStore {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const client: LambdaClient = createLambdaClient({ endpoint, region: 'us-east-1', credentials });
  context.after(() => client.destroy());
  // The same waits, all of them over at once.
  const timing = waits === 'real' ? SYSTEM_TIMING : { ...SYSTEM_TIMING, sleep: async () => {} };
  return new LambdaLayerStore(client, { accountId: '111122223333', timing });
}

function arnOf(text: string): LayerVersionArn {
  const arn = parseLayerVersionArn(text);
  assert.ok(arn, text);
  return arn;
}
