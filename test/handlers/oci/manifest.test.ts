import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ProviderError } from '../../../handlers/errors.ts';
import {
  type ImageIndex,
  MAX_INDEX_ENTRIES,
  MAX_LAYERS,
  MAX_MANIFEST_BYTES,
  parseManifest,
  platformOfConfig,
  platformsOf,
  selectPlatform,
} from '../../../handlers/oci/manifest.ts';
import {
  DOCKER_MANIFEST,
  DOCKER_MANIFEST_LIST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
} from '../../../handlers/oci/media-type.ts';

const digest = (seed: number): string => `sha256:${seed.toString(16).padStart(64, '0')}`;
const layer = (seed: number) => ({ mediaType: OCI_LAYER_GZIP, digest: digest(seed), size: 10 });
const config = { mediaType: OCI_CONFIG, digest: digest(1), size: 5 };
const image = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer(2)] };
const entry = (seed: number, platform?: object) => ({
  mediaType: OCI_MANIFEST,
  digest: digest(seed),
  size: 7,
  ...(platform && { platform }),
});
const bytes = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));

describe('a manifest', () => {
  test('is read with its config and layers', () => {
    const manifest = parseManifest(bytes(image), OCI_MANIFEST);
    assert.deepEqual(manifest, { kind: 'manifest', mediaType: OCI_MANIFEST, config, layers: [layer(2)] });
  });

  for (const served of [undefined, 'application/json', 'application/octet-stream', 'text/plain']) {
    test(`that is served as ${served} is what it says of itself, or what its fields say`, () => {
      assert.equal(parseManifest(bytes(image), served).mediaType, OCI_MANIFEST);
      const { mediaType: _, ...unnamed } = image;
      assert.equal(parseManifest(bytes(unnamed), served).mediaType, OCI_MANIFEST);
      assert.equal(parseManifest(bytes({ schemaVersion: 2, manifests: [] }), served).mediaType, OCI_INDEX);
    });
  }

  const REFUSED: readonly [
    what: string,
    document: unknown,
    served: string | undefined,
    code: string,
    why: RegExp,
  ][] = [
    ['schema 1', { schemaVersion: 1, fsLayers: [] }, undefined, 'InvalidRequest', /schema 1.*current tool/],
    [
      'signed schema 1',
      { schemaVersion: 1 },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'InvalidRequest',
      /schema 1/,
    ],
    [
      'an unknown type',
      image,
      'application/vnd.example+json',
      'InvalidRequest',
      /media type is "application\/vnd.example/,
    ],
    ['a document without a type', {}, undefined, 'InvalidRequest', /media type is "unknown"/],
    [
      'another type than it is served as',
      image,
      DOCKER_MANIFEST,
      'GeneralServiceException',
      /served as .* says of itself/,
    ],
    [
      'an image that is an index too',
      { ...image, manifests: [] },
      OCI_MANIFEST,
      'GeneralServiceException',
      /an image and an index at once/,
    ],
    ['a list', [], OCI_MANIFEST, 'GeneralServiceException', /no JSON object/],
    [
      'no config',
      { ...image, config: undefined },
      OCI_MANIFEST,
      'GeneralServiceException',
      /config is no descriptor/,
    ],
    [
      'no layers',
      { ...image, layers: undefined },
      OCI_MANIFEST,
      'GeneralServiceException',
      /layers are no list/,
    ],
    [
      'a digest of another kind',
      { ...image, layers: [layer(2), { ...layer(3), digest: `sha512:${'0'.repeat(128)}` }] },
      OCI_MANIFEST,
      'GeneralServiceException',
      /layers\[1\] has no sha256 digest/,
    ],
    [
      'a negative size',
      { ...image, layers: [{ ...layer(2), size: -1 }] },
      OCI_MANIFEST,
      'GeneralServiceException',
      /layers\[0\] has no valid size/,
    ],
    [
      'a size that is a text',
      { ...image, config: { ...config, size: '5' } },
      OCI_MANIFEST,
      'GeneralServiceException',
      /config has no valid size/,
    ],
    [
      'too many layers',
      { ...image, layers: Array.from({ length: MAX_LAYERS + 1 }, (_, seed) => layer(seed)) },
      OCI_MANIFEST,
      'ServiceLimitExceeded',
      /1001 layers; 1000 are allowed/,
    ],
    [
      'too many entries',
      { manifests: Array.from({ length: MAX_INDEX_ENTRIES + 1 }, (_, seed) => entry(seed)) },
      OCI_INDEX,
      'ServiceLimitExceeded',
      /1001 manifests/,
    ],
  ];
  for (const [what, document, served, code, why] of REFUSED) {
    test(`is refused for ${what}`, () => {
      assert.throws(() => parseManifest(bytes(document), served), { code, message: why });
    });
  }

  test('is refused where it is no JSON, without a word of its content', () => {
    assert.throws(
      () => parseManifest(Buffer.from('<html>secret'), OCI_MANIFEST),
      (error: unknown) => {
        return error instanceof ProviderError && !error.message.includes('secret');
      },
    );
  });

  test('is refused over 4 MiB before it is read', () => {
    assert.throws(() => parseManifest(Buffer.alloc(MAX_MANIFEST_BYTES + 1), OCI_MANIFEST), {
      code: 'ServiceLimitExceeded',
    });
  });

  test('of any content is either read or refused with a ProviderError', () => {
    const document = fc.record(
      {
        schemaVersion: fc.oneof(fc.constantFrom(1, 2), fc.json()),
        mediaType: fc.oneof(fc.constantFrom(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST_LIST), fc.string()),
        config: fc.oneof(fc.constant(config), fc.jsonValue()),
        layers: fc.oneof(fc.array(fc.constant(layer(4))), fc.array(fc.jsonValue()), fc.jsonValue()),
        manifests: fc.oneof(fc.array(fc.constant(entry(5))), fc.array(fc.jsonValue()), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const served = fc.option(fc.constantFrom(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST), { nil: undefined });
    fc.assert(
      fc.property(document, served, (value, mediaType) => {
        try {
          parseManifest(bytes(value), mediaType);
        } catch (error) {
          assert.ok(error instanceof ProviderError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('an index', () => {
  const index = parseManifest(
    bytes({
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST_LIST,
      manifests: [
        entry(1, { os: 'unknown', architecture: 'unknown' }),
        entry(2, { os: 'linux', architecture: 'amd64' }),
        entry(3, { os: 'linux', architecture: 'arm64', variant: 'v8' }),
        entry(4, { os: 'linux', architecture: 'arm64' }),
        entry(5, { os: 'linux', architecture: 'arm', variant: 'v6' }),
        entry(6),
        entry(7, { os: '', architecture: 5 }),
      ],
    }),
  ) as ImageIndex;

  test("gives a platform's first image", () => {
    assert.equal(selectPlatform(index, { os: 'linux', architecture: 'amd64' }).digest, digest(2));
    assert.equal(selectPlatform(index, { os: 'linux', architecture: 'arm64' }).digest, digest(3));
  });

  test('gives the image, and no artifact that is for the same platform', () => {
    const amd64 = { os: 'linux', architecture: 'amd64' };
    const artifact = (seed: number, platform: object) => ({
      ...entry(seed, platform),
      artifactType: 'application/vnd.amazon.soci.index.v2+json',
    });
    const named = { ...entry(2, amd64), artifactType: OCI_CONFIG };
    const manifests = [artifact(1, amd64), named, artifact(3, { os: 'linux', architecture: 'arm64' })];
    const converted = parseManifest(bytes({ schemaVersion: 2, manifests }), OCI_INDEX) as ImageIndex;
    assert.equal(selectPlatform(converted, amd64).digest, digest(2));
    assert.deepEqual(platformsOf(converted), ['linux/amd64']);
    assert.throws(() => selectPlatform(converted, { os: 'linux', architecture: 'arm64' }), {
      code: 'NotFound',
      message: 'The image has no variant for linux/arm64; it has linux/amd64',
    });
  });

  test('lists its platforms where it lacks one, and no attestations', () => {
    assert.deepEqual(platformsOf(index), ['linux/amd64', 'linux/arm64', 'linux/arm/v6']);
    assert.throws(() => selectPlatform(index, { os: 'linux', architecture: 's390x' }), {
      code: 'NotFound',
      message: 'The image has no variant for linux/s390x; it has linux/amd64, linux/arm64, linux/arm/v6',
    });
  });
});

test('a config tells its platform, and one without is refused', () => {
  assert.deepEqual(platformOfConfig(bytes({ os: 'linux', architecture: 'arm64', variant: 'v8' })), {
    os: 'linux',
    architecture: 'arm64',
    variant: 'v8',
  });
  assert.throws(() => platformOfConfig(bytes({ os: 'linux' })), { code: 'InvalidRequest' });
  assert.throws(() => platformOfConfig(bytes({ os: 'li\nnux', architecture: 'x' })), {
    code: 'InvalidRequest',
  });
});
