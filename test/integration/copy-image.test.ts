import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { Outbound } from '../../handlers/network/outbound.ts';
import type { Login } from '../../handlers/registry/credentials.ts';
import { RemoteRepository } from '../../handlers/registry/remote-repository.ts';
import { copyWhole, LINUX_AMD64, LINUX_ARM64 } from '../handlers/copy/copy-whole.ts';
import { buildImage, type ImageFormat } from '../support/images/image.ts';
import { buildIndex } from '../support/images/image-index.ts';
import { pushImage } from '../support/images/push-image.ts';
import { type DockerRegistry, startDockerRegistry } from '../support/registry/docker-registry.ts';
import { makeTlsCertificate } from '../support/registry/tls-certificate.ts';
import { getWitness, witness } from '../support/witness.ts';

/*
 * Copies between registries as Docker ships them; skopeo and umoci say what has arrived.
 */

const run = promisify(execFile);
const LOGIN: Login = { username: 'somebody', password: 'secret:with colon' };

function openBetween(source: DockerRegistry, destination: DockerRegistry, login?: Login) {
  const hosts = [source, destination].map(({ host, origin }): [string, URL] => [host, new URL(origin)]);
  const outbound = new Outbound({ redirectedHosts: new Map(hosts) });
  const credentials = { find: async () => login };
  const open = ({ host: registry }: DockerRegistry, role: 'source' | 'destination') =>
    new RemoteRepository({ registry, repository: 'team/app', role, outbound, credentials });
  return {
    source: open(source, 'source'),
    destination: open(destination, 'destination'),
    [Symbol.asyncDispose]: () => outbound.close(),
  };
}

/** What skopeo reads, byte for byte. */
async function inspectRaw(registry: DockerRegistry, ...options: readonly string[]): Promise<string> {
  const reference = `docker://${registry.host}/team/app:latest`;
  const { stdout } = await run(getWitness('skopeo'), ['inspect', '--raw', ...options, reference], {
    encoding: 'utf8',
  });
  return stdout;
}

const INSECURE = ['--tls-verify=false'];

describe('a copy between two registries', witness('docker-registry', 'skopeo'), () => {
  for (const format of ['oci', 'docker'] satisfies ImageFormat[]) {
    test(`brings an image (${format}) that skopeo reads byte for byte`, async () => {
      await using from = await startDockerRegistry();
      await using to = await startDockerRegistry();
      await using repositories = openBetween(from, to);
      const image = buildImage({ format, layers: [2_000, 3_000_000] });
      await pushImage({ origin: from.origin, repository: 'team/app' }, image, 'latest');
      await copyWhole({ ...repositories, platform: LINUX_AMD64 });
      assert.equal(await inspectRaw(to, ...INSECURE), image.root.bytes.toString('utf8'));
    });

    test(`brings a whole index (${format}), which skopeo copies on with everything in it`, async () => {
      await using from = await startDockerRegistry();
      await using to = await startDockerRegistry();
      await using repositories = openBetween(from, to);
      const folder = await mkdtemp(join(tmpdir(), 'deploytime-copy-'));
      try {
        const index = buildIndex({ format, attestations: true, sharedLayerBytes: 10_000 });
        await pushImage({ origin: from.origin, repository: 'team/app' }, index, 'latest');
        await copyWhole({ ...repositories, platform: 'all' });
        assert.equal(await inspectRaw(to, ...INSECURE), index.root.bytes.toString('utf8'));
        // It checks each digest on its way.
        await run(getWitness('skopeo'), [
          ...['copy', '--quiet', '--all', '--src-tls-verify=false'],
          ...[`docker://${to.host}/team/app:latest`, `dir:${folder}`],
        ]);
        for (const { digest, bytes } of index.blobs) {
          assert.deepEqual(await readFile(join(folder, digest.replace('sha256:', ''))), bytes);
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  test('takes one platform out of an index, and skopeo sees its system', async () => {
    await using from = await startDockerRegistry();
    await using to = await startDockerRegistry();
    await using repositories = openBetween(from, to);
    await pushImage(
      { origin: from.origin, repository: 'team/app' },
      buildIndex({ attestations: true }),
      'latest',
    );
    await copyWhole({ ...repositories, platform: LINUX_ARM64 });
    const { stdout } = await run(getWitness('skopeo'), [
      ...['inspect', '--config', '--override-arch=arm64', ...INSECURE],
      `docker://${to.host}/team/app:latest`,
    ]);
    const { os, architecture, variant } = JSON.parse(stdout);
    assert.deepEqual({ os, architecture, variant }, { os: 'linux', architecture: 'arm64', variant: 'v8' });
  });

  test('logs in at both', witness('htpasswd'), async () => {
    await using from = await startDockerRegistry({ login: LOGIN });
    await using to = await startDockerRegistry({ login: LOGIN });
    await using repositories = openBetween(from, to, LOGIN);
    const image = buildImage();
    await pushImage({ origin: from.origin, repository: 'team/app', login: LOGIN }, image, 'latest');
    await copyWhole({ ...repositories, platform: LINUX_AMD64 });
    const options = [...INSECURE, `--username=${LOGIN.username}`, `--password=${LOGIN.password}`];
    assert.equal(await inspectRaw(to, ...options), image.root.bytes.toString('utf8'));
  });

  test('tells a login that is refused from one that is missing', witness('htpasswd'), async () => {
    await using from = await startDockerRegistry({ login: LOGIN });
    await using to = await startDockerRegistry();
    await using missing = openBetween(from, to);
    await assert.rejects(copyWhole({ ...missing, platform: 'all' }), {
      code: 'InvalidCredentials',
      message: /^Source .* wants a login: name a secret in SourceCredentials$/,
    });
    await using wrong = openBetween(from, to, { username: 'somebody', password: 'wrong' });
    await assert.rejects(copyWhole({ ...wrong, platform: 'all' }), {
      code: 'InvalidCredentials',
      message: /^Source .*\(UNAUTHORIZED: .*; the login was refused$/,
    });
  });

  test('says that there is no such image', async () => {
    await using from = await startDockerRegistry();
    await using to = await startDockerRegistry();
    await using repositories = openBetween(from, to);
    await assert.rejects(copyWhole({ ...repositories, platform: 'all' }), {
      code: 'NotFound',
      message:
        /^Source .*team\/app: reading the manifest latest failed with HTTP status 404 \(MANIFEST_UNKNOWN/,
    });
  });

  test('mounts what another repository of the registry has', async () => {
    await using registry = await startDockerRegistry();
    const outbound = new Outbound({ redirectedHosts: new Map([[registry.host, new URL(registry.origin)]]) });
    const open = (repository: string, role: 'source' | 'destination') =>
      new RemoteRepository({ registry: registry.host, repository, role, outbound });
    const image = buildImage();
    await pushImage({ origin: registry.origin, repository: 'team/base' }, image, 'latest');
    const { blobs } = await copyWhole({
      source: open('team/base', 'source'),
      destination: open('team/app', 'destination'),
      platform: 'all',
    });
    await outbound.close();
    assert.deepEqual(blobs, { present: 0, mounted: image.blobs.length, copied: 0 });
    assert.equal(await inspectRaw(registry, ...INSECURE), image.root.bytes.toString('utf8'));
  });
});

describe('an image that was copied', witness('docker-registry', 'skopeo', 'umoci'), () => {
  test('is unpacked by umoci with the files it was made of', async () => {
    await using from = await startDockerRegistry();
    await using to = await startDockerRegistry();
    await using repositories = openBetween(from, to);
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-copy-'));
    try {
      const greeting = Buffer.from('hello from the layer\n');
      const image = buildImage({ layers: [[{ path: 'greeting.txt', bytes: greeting }], 50_000] });
      await pushImage({ origin: from.origin, repository: 'team/app' }, image, 'latest');
      await copyWhole({ ...repositories, platform: LINUX_AMD64 });
      const layout = join(folder, 'layout');
      await run(getWitness('skopeo'), [
        ...['copy', '--quiet', '--src-tls-verify=false'],
        ...[`docker://${to.host}/team/app:latest`, `oci:${layout}:latest`],
      ]);
      const bundle = join(folder, 'bundle');
      await run(getWitness('umoci'), ['unpack', '--rootless', '--image', `${layout}:latest`, bundle]);
      assert.deepEqual(await readFile(join(bundle, 'rootfs', 'greeting.txt')), greeting);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a copy over TLS', witness('docker-registry', 'skopeo', 'openssl'), () => {
  test('trusts the certificates that the process trusts, and no others', async () => {
    await using certificate = await makeTlsCertificate();
    await using from = await startDockerRegistry({ tls: certificate });
    await using to = await startDockerRegistry({ tls: certificate });
    const image = buildImage();
    await pushOverTls(certificate.certDir, from, image);

    await using strangers = openBetween(from, to);
    await assert.rejects(copyWhole({ ...strangers, platform: 'all' }), {
      code: 'NetworkFailure',
      message: /its certificate is not trusted \(127.0.0.1:\d+, DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
    });

    setDefaultCACertificates([certificate.cert]);
    await using repositories = openBetween(from, to);
    await copyWhole({ ...repositories, platform: 'all' });
    const copied = await inspectRaw(to, `--cert-dir=${certificate.certDir}`);
    assert.equal(copied, image.root.bytes.toString('utf8'));
  });
});

/** skopeo, which trusts a folder of certificates, brings the image there by way of a registry without TLS. */
async function pushOverTls(
  certDir: string,
  registry: DockerRegistry,
  image: ReturnType<typeof buildImage>,
): Promise<void> {
  await using plain = await startDockerRegistry();
  await pushImage({ origin: plain.origin, repository: 'team/app' }, image, 'latest');
  await run(getWitness('skopeo'), [
    ...['copy', '--quiet', '--src-tls-verify=false', `--dest-cert-dir=${certDir}`],
    ...[`docker://${plain.host}/team/app:latest`, `docker://${registry.host}/team/app:latest`],
  ]);
}
