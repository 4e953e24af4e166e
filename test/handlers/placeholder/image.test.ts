import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { digestOf } from '../../../handlers/oci/digest.ts';
import { parseManifest, selectPlatform, whyLambdaRefuses } from '../../../handlers/oci/manifest.ts';
import { parsePlatform } from '../../../handlers/oci/platform.ts';
import {
  buildPlaceholder,
  PLACEHOLDER_PLATFORMS,
  PLACEHOLDER_VERSION,
} from '../../../handlers/placeholder/image.ts';

const binaries = { 'linux/amd64': Buffer.alloc(9_000, 'amd'), 'linux/arm64': Buffer.alloc(8_000, 'arm') };
const built = buildPlaceholder(binaries);
const blobOf = (digest: `sha256:${string}`): Buffer => {
  const bytes = built.blobs.get(digest);
  assert.ok(bytes, `${digest} is not there`);
  assert.equal(digestOf(bytes), digest);
  return bytes;
};

describe('the placeholder image', () => {
  test('is the same in two builds', () => {
    const again = buildPlaceholder(binaries);
    assert.deepEqual(again.index.bytes, built.index.bytes);
    assert.deepEqual(again.blobs, built.blobs);
  });

  for (const platform of PLACEHOLDER_PLATFORMS) {
    describe(`for ${platform}`, () => {
      const { descriptor, bytes, manifest } = built.images[platform];
      assert.ok(manifest.kind === 'manifest');
      const document = JSON.parse(String(bytes)) as { annotations: Record<string, string> };
      const config = JSON.parse(String(blobOf(manifest.config.digest))) as {
        os: string;
        architecture: string;
        created: string;
        config: { Entrypoint: string[]; User?: string; Labels: Record<string, string> };
        rootfs: { diff_ids: string[] };
      };

      test('is one manifest that Lambda takes', () => {
        assert.equal(digestOf(bytes), descriptor.digest);
        assert.deepEqual(parseManifest(bytes, descriptor.mediaType), manifest);
        assert.equal(whyLambdaRefuses(manifest), undefined);
        assert.equal(manifest.layers.length, 1);
      });

      test('runs the program, for the platform that the index says', () => {
        assert.equal(`${config.os}/${config.architecture}`, platform);
        assert.deepEqual(config.config.Entrypoint, ['/placeholder']);
        assert.ok(built.index.manifest.kind === 'index');
        const named = selectPlatform(built.index.manifest, parsePlatform(platform));
        assert.equal(named.digest, descriptor.digest);
        assert.equal(named.size, bytes.length);
      });

      test('has one layer, with the program in it and nothing else that takes room', () => {
        const [layer] = manifest.layers;
        assert.ok(layer);
        assert.equal(blobOf(layer.digest).length, layer.size);
        const archive = gunzipSync(blobOf(layer.digest));
        assert.deepEqual(config.rootfs.diff_ids, [digestOf(archive)]);
        assert.ok(archive.includes(binaries[platform]));
        assert.ok(layer.size - binaries[platform].length < 6_144, `${layer.size} bytes`);
      });

      test('says what it is, with a version of its own and no time', () => {
        const { annotations } = document;
        assert.equal(annotations['org.opencontainers.image.version'], PLACEHOLDER_VERSION);
        assert.equal(annotations['org.opencontainers.image.licenses'], 'Apache-2.0');
        assert.match(annotations['org.opencontainers.image.title'] ?? '', /placeholder/);
        assert.match(annotations['org.opencontainers.image.source'] ?? '', /^https:/);
        assert.deepEqual(config.config.Labels, annotations);
        assert.equal(config.created, '1970-01-01T00:00:00Z');
      });
    });
  }
});
