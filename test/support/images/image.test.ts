import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buildArtifact, buildAttestation } from './artifact.ts';
import { digestOf } from './content.ts';
import { buildImage, FORMATS, type Image, LINUX_ARM64 } from './image.ts';
import { buildIndex } from './image-index.ts';
import { archiveLayer } from './layer-archive.ts';
import { seededBytes } from './seeded-bytes.ts';

function parse({ root }: Image) {
  return JSON.parse(root.bytes.toString());
}

describe('an image', () => {
  test('is the same for the same options, and another for another seed', () => {
    assert.equal(buildImage({ seed: 'a' }).root.digest, buildImage({ seed: 'a' }).root.digest);
    const [config, layer] = buildImage({ seed: 'a' }).blobs;
    const [otherConfig, otherLayer] = buildImage({ seed: 'b' }).blobs;
    assert.notEqual(config?.digest, otherConfig?.digest);
    assert.notEqual(layer?.digest, otherLayer?.digest);
  });

  for (const format of ['oci', 'docker'] as const) {
    test(`names its content by digest, size and type (${format})`, () => {
      const image = buildImage({ format, layers: [10, 20], platform: LINUX_ARM64 });
      const manifest = parse(image);
      assert.equal(manifest.mediaType, FORMATS[format].manifest);
      assert.equal(image.root.mediaType, FORMATS[format].manifest);
      assert.deepEqual(
        [manifest.config, ...manifest.layers],
        image.blobs.map(({ mediaType, bytes }) => ({
          mediaType,
          digest: digestOf(bytes),
          size: bytes.length,
        })),
      );
      const [config, ...layers] = image.blobs;
      const document = JSON.parse(config?.bytes.toString() ?? '');
      assert.equal(document.architecture, 'arm64');
      assert.deepEqual(
        document.rootfs.diff_ids,
        layers.map(({ bytes }) => digestOf(gunzipSync(bytes))),
      );
    });
  }

  test('has layers that no compression makes smaller', () => {
    const [, layer] = buildImage({ layers: [100_000] }).blobs;
    assert.ok((layer?.bytes.length ?? 0) > 100_000);
  });
});

describe('an index', () => {
  test('names its images, children first', () => {
    const index = buildIndex({ layers: [10], sharedLayerBytes: 10 });
    assert.deepEqual(
      parse(index).manifests.map(({ digest }: { digest: string }) => digest),
      index.images.map(({ root }) => root.digest),
    );
    assert.equal(index.manifests.at(-1), index.root);
    // Two configs, two layers of their own, one in common.
    assert.equal(index.blobs.length, 5);
  });

  test('has an attestation for each image, as buildx pushes them', () => {
    const index = buildIndex({ attestations: true, layers: [10] });
    const entries = parse(index).manifests;
    assert.equal(entries.length, 4);
    assert.deepEqual(entries[2].platform, { architecture: 'unknown', os: 'unknown' });
    assert.equal(entries[2].annotations['vnd.docker.reference.digest'], index.images[0]?.root.digest);
    assert.equal(parse(index.attestations[0] ?? index).layers[0].mediaType, 'application/vnd.in-toto+json');
  });
});

test('an attestation is about its image, and an artifact refers to its subject', () => {
  const image = buildImage({ layers: [10] });
  const statement = JSON.parse(buildAttestation(image).blobs[1]?.bytes.toString() ?? '');
  assert.equal(`sha256:${statement.subject[0].digest.sha256}`, image.root.digest);
  assert.equal(parse(buildArtifact({ subject: image })).subject.digest, image.root.digest);
  assert.equal(parse(buildArtifact()).config.mediaType, 'application/vnd.oci.empty.v1+json');
});

test('an archive holds whole blocks, and a sum that tells damage', () => {
  const archive = archiveLayer([{ path: 'a/b.txt', bytes: Buffer.from('text'), mode: 0o755 }]);
  assert.equal(archive.length, 4 * 512);
  assert.equal(archive.subarray(0, 7).toString(), 'a/b.txt');
  assert.equal(archive.subarray(257, 265).toString('latin1'), 'ustar\x0000');
  const sum = Buffer.from(archive.subarray(0, 512))
    .fill(' ', 148, 156)
    .reduce((total, byte) => total + byte, 0);
  assert.equal(Number.parseInt(archive.subarray(148, 154).toString(), 8), sum);
  assert.throws(() => archiveLayer([{ path: 'a'.repeat(101), bytes: Buffer.alloc(0) }]), /does not fit/);
});

test('seeded bytes are the same everywhere', () => {
  assert.equal(seededBytes('a', 4).toString('hex'), seededBytes('a', 8).subarray(0, 4).toString('hex'));
  assert.notDeepEqual(seededBytes('a', 8), seededBytes('b', 8));
});
