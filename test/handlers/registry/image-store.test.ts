import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { AWS_TIMEOUTS } from '../../../handlers/network/aws-timeouts.ts';
import type { Digest } from '../../../handlers/oci/digest.ts';
import { createEcrClient, EcrImageStore } from '../../../handlers/registry/image-store.ts';
import { buildImage } from '../../support/images/image.ts';
import { buildIndex } from '../../support/images/image-index.ts';
import { storeImage } from '../../support/images/push-image.ts';
import { startEcrApi } from '../../support/registry/ecr-api.ts';
import { startLoopbackServer } from '../../support/registry/loopback-server.ts';
import { RegistryStore } from '../../support/registry/registry-store.ts';

const REPOSITORY = 'team/app';
const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
};
const NEVER = new AbortController().signal;
const IMAGE = buildImage({ seed: 'one' });
const DIGEST = IMAGE.root.digest as Digest;

async function setUp(context: TestContext) {
  const images = new RegistryStore();
  const repository = images.createRepository(REPOSITORY);
  const api = await startEcrApi(images);
  const client = createEcrClient({ ...LOCAL, endpoint: api.origin });
  context.after(async () => {
    client.destroy();
    await api.close();
    assert.deepEqual(api.violations, []);
  });
  return { api, client, images, repository, store: new EcrImageStore(client) };
}

describe('a removal', () => {
  test('of one of several tags leaves the image, untagged by us', async (context) => {
    const { images, repository, store } = await setUp(context);
    storeImage(images, REPOSITORY, IMAGE, 'v1');
    storeImage(images, REPOSITORY, IMAGE, 'theirs');
    assert.equal(await store.removeImage(REPOSITORY, 'v1', DIGEST, NEVER), 'untagged');
    assert.deepEqual([...repository.tags], [['theirs', DIGEST]]);
    assert.ok(repository.manifests.has(DIGEST));
  });

  test('of the only tag takes the image along', async (context) => {
    const { images, repository, store } = await setUp(context);
    storeImage(images, REPOSITORY, IMAGE, 'v1');
    assert.equal(await store.removeImage(REPOSITORY, 'v1', DIGEST, NEVER), 'removed');
    assert.ok(!repository.manifests.has(DIGEST));
  });

  test('of what is gone, or has given its tag to another, removes nothing', async (context) => {
    const { images, repository, store } = await setUp(context);
    assert.equal(await store.removeImage(REPOSITORY, 'v1', DIGEST, NEVER), 'gone');
    storeImage(images, REPOSITORY, IMAGE, 'v1');
    const other = buildImage({ seed: 'other' });
    storeImage(images, REPOSITORY, other, 'v1');
    assert.equal(await store.removeImage(REPOSITORY, 'v1', DIGEST, NEVER), 'replaced');
    assert.deepEqual([...repository.tags], [['v1', other.root.digest]]);
  });

  test("of an image in somebody's index leaves it there", async (context) => {
    const { images, repository, store } = await setUp(context);
    const index = buildIndex();
    storeImage(images, REPOSITORY, index, 'index');
    const child = index.manifests[0]?.digest as Digest;
    repository.tags.set('child', child);
    assert.equal(await store.removeImage(REPOSITORY, 'child', child, NEVER), 'in use');
  });
});

describe("ECR's API", () => {
  test('is asked with a time limit for each attempt', async (context) => {
    const { client, store } = await setUp(context);
    await store.findImage(REPOSITORY, 'v1', NEVER);
    const handler = client.config.requestHandler as { httpHandlerConfigs?: () => object };
    const used = handler.httpHandlerConfigs?.() ?? {};
    assert.deepEqual({ ...used, ...AWS_TIMEOUTS }, used);
  });

  test('that never answers is a NetworkFailure', async (context) => {
    const silent = await startLoopbackServer(() => {});
    context.after(silent.close);
    const requestHandler = { ...AWS_TIMEOUTS, requestTimeout: 100 };
    const client = createEcrClient({ ...LOCAL, endpoint: silent.origin, maxAttempts: 1, requestHandler });
    context.after(() => client.destroy());
    await assert.rejects(new EcrImageStore(client).findImage(REPOSITORY, 'v1', NEVER), {
      code: 'NetworkFailure',
      message:
        'ECR in us-east-1 was not reached to look for an image in repository team/app: no answer came in time (ETIMEDOUT)',
    });
  });

  test('that is not there is a NetworkFailure, whatever is asked', async (context) => {
    const client = createEcrClient({ ...LOCAL, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    context.after(() => client.destroy());
    const store = new EcrImageStore(client);
    for (const call of [
      () => store.findImage(REPOSITORY, 'v1', NEVER),
      () => store.removeImage(REPOSITORY, 'v1', DIGEST, NEVER),
      () => store.removeUntagged(REPOSITORY, [DIGEST], NEVER),
    ]) {
      await assert.rejects(call, {
        code: 'NetworkFailure',
        message:
          /^ECR in us-east-1 was not reached to .*: the connection was refused \(127\.0\.0\.1:1, ECONNREFUSED\)$/,
      });
    }
  });

  test('that is waited for no longer keeps the reason', async (context) => {
    const controller = new AbortController();
    const reason = new Error('no time left');
    const silent = await startLoopbackServer(() => controller.abort(reason));
    context.after(silent.close);
    const client = createEcrClient({ ...LOCAL, endpoint: silent.origin, maxAttempts: 1 });
    context.after(() => client.destroy());
    await assert.rejects(
      new EcrImageStore(client).findImage(REPOSITORY, 'v1', controller.signal),
      (error) => error === reason,
    );
  });
});
