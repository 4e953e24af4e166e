import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { copyContent, resolveImage } from '../../../handlers/copy/copy-image.ts';
import { digestOf } from '../../../handlers/oci/digest.ts';
import { parsePlatform } from '../../../handlers/oci/platform.ts';
import { buildPlaceholder } from '../../../handlers/placeholder/image.ts';
import {
  PLACEHOLDER_TAG,
  PlaceholderRepository,
} from '../../../handlers/placeholder/placeholder-repository.ts';
import { MemoryRepository } from '../copy/memory-repository.ts';

const binaries = { 'linux/amd64': Buffer.from('amd'), 'linux/arm64': Buffer.from('arm') };
const built = buildPlaceholder(binaries);

describe("the placeholder's repository", () => {
  const source = new PlaceholderRepository(binaries);

  for (const platform of ['linux/amd64', 'linux/arm64'] as const) {
    test(`has the image for ${platform}, which is copied as any other`, async () => {
      const image = await resolveImage({
        source,
        reference: PLACEHOLDER_TAG,
        platform: parsePlatform(platform),
      });
      assert.deepEqual(image.root, built.images[platform]);
      const destination = new MemoryRepository();
      await copyContent({ source, destination, image });
      await destination.pushManifest('initial', image.root);
      assert.equal(destination.blobs.size, 2);
    });
  }

  test('has the index of both', async () => {
    const image = await resolveImage({ source, reference: PLACEHOLDER_TAG, platform: 'all' });
    assert.deepEqual(image.root, built.index);
    const destination = new MemoryRepository();
    await copyContent({ source, destination, image });
    await destination.pushManifest('initial', image.root);
    assert.equal(destination.blobs.size, 4);
  });

  test('opens a blob each time from its start', async () => {
    const [[digest, bytes] = []] = [...built.blobs];
    assert.ok(digest && bytes);
    const descriptor = { mediaType: 'application/octet-stream', digest, size: bytes.length };
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual(await buffer(await source.openBlob(descriptor)), bytes);
    }
  });

  test('says that it has nothing else', async () => {
    const other = { mediaType: 'application/octet-stream', digest: digestOf('other'), size: 5 };
    await assert.rejects(source.getManifest('other'), { code: 'NotFound' });
    await assert.rejects(source.openBlob(other), { code: 'NotFound' });
    await assert.rejects(source.getConfig(other), { code: 'NotFound' });
  });
});
