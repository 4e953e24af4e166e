import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getWitness } from '../witness.ts';

const run = promisify(execFile);

/** An image as skopeo reads it out of a registry, and as umoci unpacks it. */
export interface UnpackedImage extends AsyncDisposable {
  /** What `skopeo inspect` says of the tag: an index's digest where it is one. */
  readonly digest: string;
  /** What `skopeo inspect` says of the platform's image. */
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The image's root directory. */
  readonly root: string;
}

/**
 * @param origin The registry's address, `http://127.0.0.1:<port>`.
 * @param architecture Which image is taken, where the tag is an index.
 */
export async function unpackImage(
  origin: string,
  reference: { repository: string; tag: string },
  architecture: 'amd64' | 'arm64',
): Promise<UnpackedImage> {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-unpacked-'));
  const source = `docker://${new URL(origin).host}/${reference.repository}:${reference.tag}`;
  const platform = ['--override-os', 'linux', '--override-arch', architecture];
  const skopeo = async (...options: readonly string[]): Promise<string> =>
    (await run(getWitness('skopeo'), [...platform, ...options], { encoding: 'utf8' })).stdout;
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const inspected = JSON.parse(
      await skopeo('inspect', '--no-creds', '--tls-verify=false', source),
    ) as Inspected;
    const layout = join(folder, 'layout');
    await skopeo('copy', '--quiet', '--src-no-creds', '--src-tls-verify=false', source, `oci:${layout}:it`);
    const bundle = join(folder, 'bundle');
    await run(getWitness('umoci'), ['unpack', '--rootless', '--image', `${layout}:it`, bundle]);
    return {
      digest: inspected.Digest,
      platform: `${inspected.Os}/${inspected.Architecture}`,
      labels: inspected.Labels,
      root: join(bundle, 'rootfs'),
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Inspected {
  readonly Digest: string;
  readonly Os: string;
  readonly Architecture: string;
  readonly Labels: Record<string, string>;
}
