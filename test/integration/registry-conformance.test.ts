import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startMiniStack } from '../../local/ministack.ts';
import { buildImage } from '../support/images/image.ts';
import { pullImage } from '../support/images/pull-image.ts';
import { pushImage, storeImage } from '../support/images/push-image.ts';
import { startDockerRegistry } from '../support/registry/docker-registry.ts';
import { startFaultProxy } from '../support/registry/fault-proxy.ts';
import {
  type InMemoryRegistryOptions,
  startInMemoryRegistry,
} from '../support/registry/in-memory-registry.ts';
import {
  DOCKER_REGISTRY_DIFFERENCES,
  MINISTACK_DIFFERENCES,
} from '../support/registry/registry-suite/differences.ts';
import { registrySuite } from '../support/registry/registry-suite.ts';
import { makeTlsCertificate } from '../support/registry/tls-certificate.ts';
import { getWitness, witness } from '../support/witness.ts';

const run = promisify(execFile);

/*
 * The suite that our registry in memory passes (test/support/registry/registry-suite.test.ts), over two that others
 * wrote; and our registry in the hands of a client that others wrote.
 */

registrySuite('docker-registry', {
  ...witness('docker-registry'),
  differences: DOCKER_REGISTRY_DIFFERENCES,
  start: async () => {
    const registry = await startDockerRegistry();
    return { origin: registry.origin, close: registry.stop };
  },
});

registrySuite('docker-registry behind the fault proxy', {
  ...witness('docker-registry'),
  differences: DOCKER_REGISTRY_DIFFERENCES,
  start: async () => {
    const registry = await startDockerRegistry();
    const proxy = await startFaultProxy({ upstream: registry.origin });
    return {
      origin: proxy.origin,
      close: async () => {
        await proxy.close();
        await registry.stop();
      },
    };
  },
});

registrySuite("MiniStack's registry", {
  ...witness('ministack'),
  differences: MINISTACK_DIFFERENCES,
  start: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-ministack-'));
    const { endpoint, stop } = await startMiniStack({ folder });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new ECRClient({ endpoint: endpoint.origin, region: 'us-east-1', credentials });
    return {
      origin: endpoint.origin,
      createRepository: async (repositoryName) => {
        await client.send(new CreateRepositoryCommand({ repositoryName }));
      },
      close: async () => {
        client.destroy();
        await stop();
      },
    };
  },
});

describe('skopeo takes the registry in memory for a registry', witness('docker-registry', 'skopeo'), () => {
  const image = buildImage({ seed: 'skopeo' });
  const LOGIN = { username: 'somebody', password: 'secret' };
  const KINDS: readonly [title: string, options: InMemoryRegistryOptions][] = [
    ['without a login', {}],
    ['with a basic login', { auth: { kind: 'basic', ...LOGIN } }],
    ['with a bearer login', { auth: { kind: 'bearer', login: LOGIN } }],
    ['with blobs elsewhere', { redirectBlobs: true }],
    ["with ECR's ways", { ecr: true }],
  ];

  for (const [title, options] of KINDS) {
    test(title, async () => {
      await using memory = await startInMemoryRegistry(options);
      await using real = await startDockerRegistry();
      for (const name of ['first', 'second']) memory.store.createRepository(name);
      await pushImage(memory.address('first'), image, 'v1');

      const { login } = memory.address('first');
      const creds = login && `${login.username}:${login.password}`;
      await skopeoCopy(
        `${memory.host}/first:v1`,
        `${real.host}/app:v1`,
        creds === undefined ? [] : ['--src-creds', creds],
      );
      const inReal = await pullImage({ origin: real.origin, repository: 'app' }, 'v1');
      assert.equal(inReal.root.digest, image.root.digest);

      await skopeoCopy(
        `${real.host}/app:v1`,
        `${memory.host}/second:v1`,
        creds === undefined ? [] : ['--dest-creds', creds],
      );
      const inMemory = await pullImage(memory.address('second'), 'v1');
      assert.equal(inMemory.root.digest, image.root.digest);
      assert.deepEqual(memory.violations, []);
    });
  }

  test('over TLS', witness('openssl'), async () => {
    await using certificate = await makeTlsCertificate();
    await using memory = await startInMemoryRegistry({ tls: certificate });
    await using real = await startDockerRegistry({ tls: certificate });
    storeImage(memory.store, 'app', image, 'v1');
    const { certDir } = certificate;
    await run(getWitness('skopeo'), [
      ...[
        '--insecure-policy',
        'copy',
        '--preserve-digests',
        '--src-cert-dir',
        certDir,
        '--dest-cert-dir',
        certDir,
      ],
      ...[`docker://${memory.host}/app:v1`, `docker://${real.host}/app:v1`],
    ]);
    const { stdout } = await run(getWitness('skopeo'), [
      ...['inspect', '--cert-dir', certDir, '--format', '{{.Digest}}', `docker://${real.host}/app:v1`],
    ]);
    assert.equal(stdout.trim(), image.root.digest);
  });
});

/** Byte for byte, over plain HTTP. */
async function skopeoCopy(
  source: string,
  destination: string,
  options: readonly string[] = [],
): Promise<void> {
  const plain = ['--src-tls-verify=false', '--dest-tls-verify=false', '--preserve-digests'];
  await run(getWitness('skopeo'), [
    '--insecure-policy',
    ...['copy', ...plain, ...options, `docker://${source}`, `docker://${destination}`],
  ]);
}
