import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { ECRClient } from '@aws-sdk/client-ecr';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { digestOf } from '../../../handlers/oci/digest.ts';
import { EcrCredentials } from '../../../handlers/registry/credentials.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import { buildImage } from '../../support/images/image.ts';
import { storeImage } from '../../support/images/push-image.ts';
import { startEcrApi } from '../../support/registry/ecr-api.ts';
import { startInMemoryRegistry } from '../../support/registry/in-memory-registry.ts';
import { CONTENT, refused } from './samples.ts';
import { instantTiming, type ReceivedRequest, startScriptedRegistry } from './scripted-registry.ts';

const HOST = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
const IMAGE = buildImage({ seed: 'one' });
const CHALLENGE = { status: 401, headers: { 'www-authenticate': 'Basic realm="ECR"' } };

/** A repository at ECR whose token was used once, and has expired since. */
async function setUp(context: TestContext) {
  const ecr = await startInMemoryRegistry({
    ecr: true,
    names: { registry: HOST, storage: 'layers.s3.us-east-1.amazonaws.com' },
  });
  const api = await startEcrApi(ecr.store, { tokens: ecr.ecrTokens });
  const outbound = new Outbound({ redirectedHosts: ecr.redirectedHosts });
  context.after(async () => {
    await outbound.close();
    await Promise.all([api.close(), ecr.close()]);
    assert.deepEqual([...ecr.violations, ...api.violations], []);
  });
  storeImage(ecr.store, 'app', IMAGE, 'v1');
  const repository = new RemoteRepository({
    registry: HOST,
    repository: 'app',
    role: 'destination',
    outbound,
    credentials: new EcrCredentials({
      createClient: (configuration) =>
        new ECRClient({
          ...configuration,
          endpoint: api.origin,
          useFipsEndpoint: false,
          credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
        }),
    }),
    timing: instantTiming(),
  });
  await repository.getManifest('v1');
  ecr.ecrTokens.expireAll();
  return { api, repository };
}

const [BLOB] = IMAGE.blobs;
const LAYER = Buffer.alloc(200_000, 'layer');
const NEW_BLOB = { mediaType: 'x/y', digest: digestOf(LAYER), size: LAYER.byteLength };

describe('a token of ECR that has expired is renewed', () => {
  const OPERATIONS: readonly [what: string, run: (repository: RemoteRepository) => Promise<unknown>][] = [
    ['where a manifest is read', (repository) => repository.getManifest('v1')],
    [
      'where a blob is read',
      async (repository) => {
        assert.ok(BLOB);
        const { digest, bytes } = BLOB;
        const descriptor = { mediaType: 'x/y', digest: digestOf(bytes), size: bytes.byteLength };
        assert.equal(descriptor.digest, digest);
        assert.deepEqual(await buffer(await repository.openBlob(descriptor)), bytes);
      },
    ],
    [
      'where a blob is looked for, which says nothing of why it is refused',
      async (repository) => assert.equal(await repository.hasBlob(NEW_BLOB), false),
    ],
    [
      'where a blob is put',
      (repository) => repository.pushBlob(NEW_BLOB, async () => Readable.from([LAYER])),
    ],
    ['where a manifest is put', (repository) => repository.pushManifest('v2', CONTENT)],
  ];
  for (const [what, run] of OPERATIONS) {
    test(what, async (context) => {
      const { api, repository } = await setUp(context);
      await run(repository);
      const tokens = api.calls.filter(({ action }) => action === 'GetAuthorizationToken');
      assert.equal(tokens.length, 2);
    });
  }
});

describe('a refusal at ECR', () => {
  const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
  const asking = (outbound: Outbound, host: string, logins: string[]) =>
    new RemoteRepository({
      registry: host,
      repository: 'o/app',
      role: 'source',
      outbound,
      credentials: { find: async () => ({ username: 'AWS', password: logins.shift() ?? 'token-3' }) },
      timing: instantTiming(),
    });
  const expired = refused(
    403,
    'DENIED',
    'Your authorization token has expired. Reauthenticate and try again.',
  );
  const answering =
    (answer: typeof expired) =>
    ({ headers }: ReceivedRequest) =>
      headers.authorization === undefined ? CHALLENGE : answer;

  test('for want of permission is final, and says why', async () => {
    await using server = await startScriptedRegistry(
      answering(refused(403, 'DENIED', 'not authorized to x')),
    );
    await assert.rejects(asking(server.outbound, registry, ['token-1', 'token-2']).getManifest('v1'), {
      code: 'AccessDenied',
      message: /\(DENIED: not authorized to x\)/,
    });
    assert.equal(server.requests.length, 1);
  });

  test('of each new token ends, and says why', async () => {
    await using server = await startScriptedRegistry(answering(expired));
    await assert.rejects(asking(server.outbound, registry, ['token-1', 'token-2']).getManifest('v1'), {
      code: 'AccessDenied',
      message: /authorization token has expired/,
    });
    assert.equal(server.requests.length, 3);
  });

  test('of the same token again ends, and says why', async () => {
    await using server = await startScriptedRegistry(answering(expired));
    await assert.rejects(asking(server.outbound, registry, ['token-3']).getManifest('v1'), {
      code: 'AccessDenied',
      message: /authorization token has expired/,
    });
    assert.equal(server.requests.length, 1);
  });

  test('does not come for want of a login, which is sent from the first request on', async () => {
    await using server = await startScriptedRegistry(answering({ status: 404 }));
    await assert.rejects(asking(server.outbound, registry, ['token-1']).getManifest('v1'), {
      code: 'NotFound',
    });
    assert.equal(server.requests.length, 1);
  });

  test('means nothing in the mouth of another registry', async () => {
    await using server = await startScriptedRegistry(answering(expired));
    const source = asking(server.outbound, 'registry.example', ['token-1', 'token-2']);
    await assert.rejects(source.getManifest('v1'), { code: 'AccessDenied' });
    assert.equal(server.requests.length, 2);
  });
});
