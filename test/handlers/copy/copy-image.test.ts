import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  copyContent,
  MAX_MANIFESTS,
  MAX_PARALLEL_BLOBS,
  resolveImage,
} from '../../../handlers/copy/copy-image.ts';
import { ProviderError } from '../../../handlers/errors.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST } from '../../../handlers/oci/media-type.ts';
import { MemoryRepository } from './memory-repository.ts';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const ARM64 = { os: 'linux', architecture: 'arm64' };

async function copy(
  source: MemoryRepository,
  destination: MemoryRepository,
  platform: typeof AMD64 | 'all' = 'all',
) {
  const image = await resolveImage({ source, reference: 'v1', platform });
  const summary = await copyContent({ source, destination, image });
  await destination.pushManifest('v1', image.root);
  return summary;
}

describe('an image that is wanted for a platform', () => {
  test("is the index's entry", async () => {
    const source = new MemoryRepository();
    const index = source.addIndex(['linux/amd64', 'linux/arm64'], 'v1');
    const { root, requested } = await resolveImage({ source, reference: 'v1', platform: ARM64 });
    assert.equal(requested.digest, index.digest);
    assert.equal(root.manifest.kind, 'manifest');
    assert.equal(
      root.descriptor.digest,
      source.addImage({ platform: 'linux/arm64', layers: ['shared', 'of linux/arm64'] }).digest,
    );
  });

  test('is found in an index within an index', async () => {
    const source = new MemoryRepository();
    const inner = { ...source.addIndex(['linux/arm64']), platform: ARM64 };
    source.addManifest({ mediaType: OCI_INDEX, manifests: [inner] }, 'v1');
    const { root } = await resolveImage({ source, reference: 'v1', platform: ARM64 });
    assert.equal(root.manifest.kind, 'manifest');
  });

  test('that the index lacks is NotFound, with those there are', async () => {
    const source = new MemoryRepository();
    source.addIndex(['linux/s390x'], 'v1');
    await assert.rejects(resolveImage({ source, reference: 'v1', platform: AMD64 }), {
      code: 'NotFound',
      message: /no variant for linux\/amd64; it has linux\/s390x$/,
    });
  });

  test('may be a single image of that platform', async () => {
    const source = new MemoryRepository();
    const image = source.addImage({ platform: 'linux/arm64', tag: 'v1' });
    const { root, requested } = await resolveImage({ source, reference: 'v1', platform: ARM64 });
    assert.deepEqual([root.descriptor, requested], [image, image]);
  });

  test('is not a single image of another', async () => {
    const source = new MemoryRepository();
    source.addImage({ platform: 'linux/arm64', tag: 'v1' });
    await assert.rejects(resolveImage({ source, reference: 'v1', platform: AMD64 }), {
      code: 'NotFound',
      message: 'The image is for linux/arm64 and not for linux/amd64',
    });
  });

  test('is not an artifact', async () => {
    const source = new MemoryRepository();
    const config = source.addBlob('{}', 'application/vnd.cncf.helm.config.v1+json');
    source.addManifest({ mediaType: OCI_MANIFEST, config, layers: [] }, 'v1');
    await assert.rejects(resolveImage({ source, reference: 'v1', platform: AMD64 }), {
      code: 'InvalidRequest',
      message: /no image but an artifact with a config of type application\/vnd.cncf.helm/,
    });
  });

  test('is not of another size than its index says', async () => {
    const source = new MemoryRepository();
    const image = { ...source.addImage(), size: 1, platform: AMD64 };
    source.addManifest({ mediaType: OCI_INDEX, manifests: [image] }, 'v1');
    await assert.rejects(resolveImage({ source, reference: 'v1', platform: AMD64 }), {
      message: /says that the manifest .* has 1 bytes/,
    });
  });

  test('is not looked for in indexes without end', async () => {
    const source = new MemoryRepository();
    let inner = source.addIndex(['linux/amd64']);
    for (let depth = 0; depth < 4; depth += 1) {
      inner = source.addManifest({ mediaType: OCI_INDEX, manifests: [{ ...inner, platform: AMD64 }] }, 'v1');
    }
    await assert.rejects(resolveImage({ source, reference: 'v1', platform: AMD64 }), {
      code: 'ServiceLimitExceeded',
    });
    const image = await resolveImage({ source, reference: 'v1', platform: 'all' });
    await assert.rejects(copyContent({ source, destination: new MemoryRepository('b'), image }), {
      code: 'ServiceLimitExceeded',
    });
  });
});

describe('a copy', () => {
  test('asks the destination first, moves each digest once, and leaves the root to the caller', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    source.addImage({ layers: ['one', 'two', 'one'], tag: 'v1' });
    const there = destination.addBlob('two');
    const image = await resolveImage({ source, reference: 'v1', platform: 'all' });
    const seen: string[] = [];
    const summary = await copyContent({
      source,
      destination,
      image,
      onProgress: ({ digest }, outcome) => seen.push(`${outcome} ${digest === there.digest}`),
    });
    assert.deepEqual(summary.blobs, { present: 1, mounted: 0, copied: 2 });
    assert.deepEqual(seen.sort(), ['copied false', 'copied false', 'present true']);
    assert.equal(destination.calls.filter((call) => call.startsWith('pushBlob')).length, 2);
    assert.equal(destination.calls.filter((call) => call.startsWith('pushManifest')).length, 0);
    assert.equal(destination.manifests.size, 0);
  });

  test('of an image that is there asks for nothing more', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    source.addIndex(['linux/amd64'], 'v1');
    await copy(source, destination);
    source.calls.length = 0;
    destination.calls.length = 0;
    const summary = await copy(source, destination);
    assert.deepEqual(summary, { blobs: { present: 0, mounted: 0, copied: 0 }, manifests: 0, bytesCopied: 0 });
    assert.equal(source.calls.length, 1);
    assert.equal(destination.calls.length, 2);
  });

  test('of a whole index keeps its digest, and puts each manifest after what it names', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    const inner = source.addIndex(['linux/arm/v7']);
    const outer = source.addIndex(['linux/amd64', 'linux/arm64']);
    const both = source.addManifest({ mediaType: OCI_INDEX, manifests: [inner, outer] }, 'v1');
    // The strict destination refuses a manifest that comes before what it names.
    const summary = await copy(source, destination);
    assert.equal(destination.manifests.get('v1')?.descriptor.digest, both.digest);
    // The attestation is the same in both, and is put once.
    assert.equal(summary.manifests, 3 + 1 + 2);
    assert.equal(summary.blobs.copied, destination.blobs.size);
    assert.deepEqual([...destination.blobs.keys()].sort(), [...source.blobs.keys()].sort());
  });

  test('of one platform takes nothing of the others', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    source.addIndex(['linux/amd64', 'linux/arm64'], 'v1');
    const summary = await copy(source, destination, AMD64);
    assert.deepEqual(summary.blobs, { present: 0, mounted: 0, copied: 3 });
    assert.equal(summary.manifests, 0);
  });

  test('within one registry mounts what can be mounted and copies the rest', async () => {
    const source = new MemoryRepository('a', 'from');
    const destination = new MemoryRepository('a', 'to');
    source.addImage({ layers: ['one', 'two'], tag: 'v1' });
    destination.mountable.add(source.addBlob('one').digest);
    const { blobs } = await copy(source, destination);
    assert.deepEqual(blobs, { present: 0, mounted: 1, copied: 2 });
    assert.ok(destination.calls.includes(`mountBlob ${source.addBlob('one').digest} from`));
  });

  test('between registries mounts nothing', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    source.addImage({ tag: 'v1' });
    await copy(source, destination);
    assert.ok(!destination.calls.some((call) => call.startsWith('mountBlob')));
  });

  test('moves a few blobs at a time', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    source.addImage({ layers: Array.from({ length: 20 }, (_, number) => `layer ${number}`), tag: 'v1' });
    let running = 0;
    let most = 0;
    destination.before = async (call) => {
      if (!call.startsWith('pushBlob')) return;
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await copy(source, destination);
    assert.equal(most, MAX_PARALLEL_BLOBS);
    assert.equal(source.open, 0);
  });

  test('that fails ends the other transfers first, and throws the first failure', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    source.addImage({ layers: Array.from({ length: 9 }, (_, number) => `layer ${number}`), tag: 'v1' });
    const failure = new ProviderError('AccessDenied', 'denied');
    let pushes = 0;
    destination.before = async (call) => {
      if (!call.startsWith('pushBlob')) return;
      pushes += 1;
      if (pushes === 2) throw failure;
      await new Promise((resolve) => setImmediate(resolve));
    };
    await assert.rejects(copy(source, destination), failure);
    const calls = destination.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(destination.calls.length, calls);
    assert.ok(pushes <= MAX_PARALLEL_BLOBS);
  });

  test('that is aborted ends with the reason', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    source.addImage({ layers: ['one', 'two', 'three', 'four', 'five'], tag: 'v1' });
    const abort = new AbortController();
    const reason = new ProviderError('NotStabilized', 'out of time');
    const image = await resolveImage({ source, reference: 'v1', platform: 'all' });
    destination.before = (call) => {
      if (call.startsWith('pushBlob')) abort.abort(reason);
    };
    await assert.rejects(copyContent({ source, destination, image, signal: abort.signal }), reason);
  });

  test('of an image with an empty blob is refused before anything is moved', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    source.addImage({ layers: ['one', ''], tag: 'v1' });
    await assert.rejects(copy(source, destination), {
      code: 'InvalidRequest',
      message: /Amazon ECR takes none/,
    });
    assert.equal(destination.blobs.size, 0);
  });

  test('of a layer that registries do not keep copies it where they do, and says what it is where they do not', async () => {
    const source = new MemoryRepository('a');
    const destination = new MemoryRepository('b');
    const type = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const layer = { ...source.addBlob('base', type), urls: ['https://elsewhere.test/base'] };
    const config = source.addBlob('{"os":"windows","architecture":"amd64"}', OCI_CONFIG);
    source.addManifest({ mediaType: OCI_MANIFEST, config, layers: [layer] }, 'v1');
    await copy(source, destination);
    assert.ok(destination.blobs.has(layer.digest));

    source.blobs.delete(layer.digest);
    await assert.rejects(copy(source, new MemoryRepository('c')), {
      code: 'NotFound',
      message: /foreign.diff.tar.gzip: its registry does not distribute it/,
    });
  });

  test('of an index that names something else is refused', async () => {
    const source = new MemoryRepository('a');
    const thing = source.addBlob('x', 'application/vnd.example.thing');
    source.addManifest({ mediaType: OCI_INDEX, manifests: [thing] }, 'v1');
    await assert.rejects(copy(source, new MemoryRepository('b')), {
      code: 'InvalidRequest',
      message: /neither an image nor an index/,
    });
  });

  test(`of more than ${MAX_MANIFESTS} manifests is refused`, async () => {
    const source = new MemoryRepository('a');
    const image = (number: number) => source.addImage({ platform: `linux/x${number}`, layers: ['same'] });
    const inner = (from: number) =>
      source.addManifest({
        mediaType: OCI_INDEX,
        manifests: Array.from({ length: 600 }, (_, number) => image(from + number)),
      });
    source.addManifest({ mediaType: OCI_INDEX, manifests: [inner(0), inner(600)] }, 'v1');
    const image1 = await resolveImage({ source, reference: 'v1', platform: 'all' });
    await assert.rejects(copyContent({ source, destination: new MemoryRepository('b'), image: image1 }), {
      code: 'ServiceLimitExceeded',
    });
  });
});
