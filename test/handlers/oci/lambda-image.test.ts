import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyLambdaRefuses } from '../../../handlers/oci/lambda-image.ts';
import type { ImageManifest } from '../../../handlers/oci/manifest.ts';
import {
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
  OCI_MANIFEST,
} from '../../../handlers/oci/media-type.ts';

const content = (mediaType: string, size = 10) =>
  ({ mediaType, digest: `sha256:${'0'.repeat(64)}`, size }) as const;
const image = (config: string, ...layers: string[]): ImageManifest => ({
  kind: 'manifest',
  mediaType: OCI_MANIFEST,
  config: content(config),
  layers: layers.map((type) => content(type)),
});

test('Lambda takes an image of tar layers, plain or packed with gzip, in both formats', () => {
  assert.equal(whyLambdaRefuses(image(OCI_CONFIG, OCI_LAYER_GZIP, OCI_LAYER)), undefined);
  assert.equal(
    whyLambdaRefuses({ ...image(DOCKER_CONFIG, DOCKER_LAYER_GZIP), mediaType: DOCKER_MANIFEST }),
    undefined,
  );
});

test('Lambda refuses an index', () => {
  assert.match(
    whyLambdaRefuses({ kind: 'index', mediaType: OCI_INDEX, manifests: [] }) ?? '',
    /^is an index .*--provenance=false$/,
  );
});

const REFUSED: readonly [what: string, manifest: ImageManifest, why: RegExp][] = [
  [
    'an artifact',
    image('application/vnd.cncf.helm.config.v1+json', OCI_LAYER),
    /has a config of type .*helm/,
  ],
  ['an image without layers', image(OCI_CONFIG), /has no layers/],
  ['an attestation', image(OCI_CONFIG, 'application/vnd.in-toto+json'), /number 1.*an attestation/],
  ['zstd', image(OCI_CONFIG, OCI_LAYER_GZIP, OCI_LAYER_ZSTD), /number 2.*packed with zstd/],
  ['a Docker layer that is not packed', image(DOCKER_CONFIG, DOCKER_LAYER), /not packed/],
  [
    'a layer that registries do not keep',
    image(OCI_CONFIG, 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'),
    /registries do not keep/,
  ],
  ['more than 10 GB', { ...image(OCI_CONFIG), layers: [content(OCI_LAYER_GZIP, 11 * 1024 ** 3)] }, /10 GB/],
];
for (const [what, manifest, why] of REFUSED) {
  test(`Lambda refuses ${what}`, () => {
    assert.match(whyLambdaRefuses(manifest) ?? '', why);
  });
}
