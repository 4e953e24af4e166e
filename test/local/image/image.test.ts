import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buildExampleImage } from '../../../local/image/example-image.ts';
import { buildImage, type Image } from '../../../local/image/image.ts';

const OPTIONS = {
  layers: [[{ kind: 'file', path: 'bin/tool', content: Buffer.from('#!') }]],
  command: ['/bin/tool'],
  architecture: 'amd64',
} as const;

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function blobOf(image: Image, digest: string): Buffer {
  const blob = image.blobs.find((candidate) => candidate.digest === digest);
  assert.ok(blob, `${digest} is among the blobs`);
  return blob.bytes;
}

describe('an image', () => {
  test('is the same bytes each time', () => {
    assert.deepEqual(buildImage(OPTIONS), buildImage(OPTIONS));
  });

  test('names its config and layers by digest and size, and its config the layers uncompressed', () => {
    const image = buildImage(OPTIONS);
    const manifest = JSON.parse(image.manifest.bytes.toString());
    for (const { digest, size } of [manifest.config, ...manifest.layers]) {
      const bytes = blobOf(image, digest);
      assert.equal(sha256(bytes), digest);
      assert.equal(bytes.length, size);
    }
    assert.equal(sha256(image.manifest.bytes), image.manifest.digest);
    const config = JSON.parse(blobOf(image, manifest.config.digest).toString());
    const layer = gunzipSync(blobOf(image, manifest.layers[0].digest));
    assert.deepEqual(config.rootfs.diff_ids, [sha256(layer)]);
    assert.equal(config.architecture, 'amd64');
  });
});

test('two releases of the example differ, and share their lower layer', () => {
  const [first, second] = ['1', '2'].map((release) => {
    const { image } = buildExampleImage(release);
    return { digest: image.manifest.digest, layers: JSON.parse(image.manifest.bytes.toString()).layers };
  });
  assert.notEqual(first?.digest, second?.digest);
  assert.deepEqual(first?.layers[0], second?.layers[0]);
  assert.notDeepEqual(first?.layers[1], second?.layers[1]);
});
