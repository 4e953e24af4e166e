import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ListImagesCommand } from '@aws-sdk/client-ecr';
import { copyContent, resolveImage } from '../../handlers/copy/copy-image.ts';
import { Outbound } from '../../handlers/network/outbound.ts';
import { parsePlatform } from '../../handlers/oci/platform.ts';
import { PLACEHOLDER_BINARIES } from '../../handlers/placeholder/binaries.ts';
import { PLACEHOLDERS } from '../../handlers/placeholder/digests.ts';
import { PLACEHOLDER_TAG, PlaceholderRepository } from '../../handlers/placeholder/placeholder-repository.ts';
import { RemoteRepository } from '../../handlers/registry/remote-repository.ts';
import { type Account, openAccount } from '../../local/account.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { createRepository } from '../../local/repository.ts';
import { type ResponseServer, startResponseServer } from '../support/cloudformation/response-server.ts';
import { unpackImage } from '../support/images/unpacked-image.ts';
import { type BuiltService, builtService } from '../support/lambda/built-service.ts';
import { requestEvent, STACK_ID } from '../support/provider/events.ts';
import { startDockerRegistry } from '../support/registry/docker-registry.ts';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../support/registry/fault-proxy.ts';
import { witness } from '../support/witness.ts';

/*
 * The placeholder in registries that are not ours: skopeo and umoci say what has arrived, and a proxy what it took.
 */

const REPOSITORY = 'team/app';
const TAG = 'initial';
const BINARIES = join(import.meta.dirname, '..', '..', 'placeholder', 'binaries');
const DIGESTS = PLACEHOLDERS.at(-1) ?? assert.fail('there is none');

/** What is asked for, and the architectures that can then be had. */
const PLATFORMS = [
  ['linux/amd64', ['amd64']],
  ['linux/arm64', ['arm64']],
  ['all', ['amd64', 'arm64']],
] as const;

/** What it takes to put as many blobs and manifests into an empty repository. */
function requestsFor({ blobs, manifests }: { blobs: number; manifests: number }): Record<string, number> {
  return { 'HEAD blobs': blobs, 'POST blobs': blobs, 'PUT blobs': blobs, 'PUT manifests': manifests };
}

const EXPECTED_REQUESTS = {
  'linux/amd64': requestsFor({ blobs: 2, manifests: 1 }),
  'linux/arm64': requestsFor({ blobs: 2, manifests: 1 }),
  all: requestsFor({ blobs: 4, manifests: 3 }),
};

/** How often each kind of request came: those to the registry by method and kind, those to ECR's API by action. */
function countsOf(requests: readonly ProxiedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path, headers } of requests) {
    const action = String(headers['x-amz-target'] ?? '').split('.')[1];
    const kind = action ?? `${method} ${/\/(blobs|manifests)\//.exec(path)?.[1] ?? path}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Takes the image out of the registry again, and holds its parts against what was built. */
async function assertArrived(
  origin: string,
  repository: string,
  expected: { digest: string; architecture: 'amd64' | 'arm64' },
): Promise<void> {
  const { digest, architecture } = expected;
  await using image = await unpackImage(origin, { repository, tag: TAG }, architecture);
  assert.equal(image.digest, digest);
  assert.equal(image.platform, `linux/${architecture}`);
  assert.match(image.labels['org.opencontainers.image.title'] ?? '', /placeholder/);

  const program = join(image.root, 'placeholder');
  const built = await readFile(join(BINARIES, `placeholder-linux-${architecture}`));
  assert.ok((await readFile(program)).equals(built), 'the unpacked program is another one');
  const { ino, nlink, mode } = await stat(program);
  assert.equal(mode & 0o777, 0o755);
  for (const link of ['bin/sh', 'usr/bin/curl', 'usr/bin/wget']) {
    assert.equal((await stat(join(image.root, link))).ino, ino, `${link} is no hard link`);
  }
  assert.equal(nlink, 4);
}

describe('the placeholder in docker-registry', witness('docker-registry', 'skopeo', 'umoci'), () => {
  for (const [platform, architectures] of PLATFORMS) {
    test(`arrives as it was built (${platform})`, async (context) => {
      await using registry = await startDockerRegistry();
      await using proxy = await startFaultProxy({ upstream: registry.origin });
      const outbound = new Outbound({ redirectedHosts: new Map([[proxy.host, new URL(proxy.origin)]]) });
      context.after(() => outbound.close());
      const destination = new RemoteRepository({
        registry: proxy.host,
        repository: REPOSITORY,
        role: 'destination',
        outbound,
      });
      const source = new PlaceholderRepository(PLACEHOLDER_BINARIES);
      const image = await resolveImage({
        source,
        reference: PLACEHOLDER_TAG,
        platform: platform === 'all' ? 'all' : parsePlatform(platform),
      });
      const { bytesCopied } = await copyContent({ source, destination, image, looksForManifests: false });
      await destination.pushManifest(TAG, image.root);
      assert.deepEqual(countsOf(proxy.requests), EXPECTED_REQUESTS[platform]);
      context.diagnostic(`${proxy.requests.length} requests, ${bytesCopied} bytes of blobs`);
      for (const architecture of architectures) {
        await assertArrived(registry.origin, REPOSITORY, { digest: DIGESTS[platform], architecture });
      }
    });
  }
});

describe(
  'the placeholder in MiniStack, by the built function',
  witness('ministack', 'skopeo', 'umoci'),
  () => {
    let folder = '';
    let ministack: MiniStack;
    let account: Account;
    let proxy: FaultProxy;
    let responses: ResponseServer;
    let service: BuiltService;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'deploytime-placeholder-'));
      ministack = await startMiniStack({ folder });
      account = await openAccount(ministack.endpoint, {});
      proxy = await startFaultProxy({ upstream: account.endpoint.origin });
      responses = await startResponseServer();
      const { region, accountId, registryHost } = account;
      service = await builtService('ecr-image', {
        region,
        accountId,
        responseEndpoint: new URL(responses.origin),
        accountEndpoint: new URL(proxy.origin),
        registryHosts: { [registryHost]: proxy.origin },
        // It is no registry's image, so no list of registries has a say in it.
        allowedSourceRegistries: ['public.ecr.aws'],
      });
    });
    after(async () => {
      await service?.stop();
      await responses?.stop();
      await proxy?.close();
      await ministack?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function ask(
      requestType: 'Create' | 'Delete',
      properties: Record<string, string>,
      physicalId?: string,
    ): Promise<Answered> {
      const { region } = account;
      const requestId = crypto.randomUUID();
      const issued = responses.issue({ stackId: STACK_ID, logicalId: 'Image', requestId, region });
      proxy.reset();
      await service.provider.invoke(
        requestEvent(requestType, issued.url, {
          RequestId: requestId,
          StackId: STACK_ID.replace('111122223333', account.accountId),
          ResourceType: 'Custom::EcrImage',
          ResourceProperties: properties,
          ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
        }),
      );
      const answer = JSON.parse(String(issued.puts[0]?.body)) as Answered;
      assert.equal(answer.Status, 'SUCCESS', answer.Reason);
      return answer;
    }

    for (const [platform, architectures] of PLATFORMS) {
      test(`arrives as it was built, and goes again (${platform})`, async (context) => {
        const repository = `app-${platform.replace('/', '-')}`;
        await createRepository(account, repository);
        const properties = { RepositoryName: repository, Platform: platform };

        const created = await ask('Create', properties);
        assert.equal(created.Data.Digest, DIGESTS[platform]);
        assert.equal(created.Data.Origin, 'placeholder');
        const { GetAuthorizationToken = 0, ...others } = countsOf(proxy.requests);
        // A look before it, and one right before the tag is written.
        assert.deepEqual(others, { ...EXPECTED_REQUESTS[platform], BatchGetImage: 2 });
        // One for all the repositories that this instance of the function writes to.
        assert.equal(GetAuthorizationToken, platform === PLATFORMS[0][0] ? 1 : 0);
        context.diagnostic(`${proxy.requests.length} requests into an empty repository`);

        const kept = await ask('Create', properties);
        assert.deepEqual(kept.Data, created.Data);
        assert.deepEqual(countsOf(proxy.requests), { BatchGetImage: 1 });

        for (const architecture of architectures) {
          await assertArrived(account.endpoint.origin, repository, {
            digest: DIGESTS[platform],
            architecture,
          });
        }
        await ask('Delete', properties, created.PhysicalResourceId);
        const { imageIds } = await account.ecr.send(new ListImagesCommand({ repositoryName: repository }));
        assert.deepEqual(imageIds, []);
      });
    }
  },
);

interface Answered {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data: Readonly<Record<string, string>>;
}
