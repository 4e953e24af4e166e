import type { Manifest } from './manifest.ts';
import {
  DOCKER_LAYER,
  DOCKER_LAYER_GZIP,
  isImageConfigType,
  isNondistributableType,
  OCI_LAYER,
  OCI_LAYER_GZIP,
  OCI_LAYER_ZSTD,
} from './media-type.ts';

/** Lambda's quota is 10 GB for the image unpacked; packed it is smaller, so this much can't be right. */
const MAX_IMAGE_BYTES = 10 * 1024 ** 3;

/** OCI's plain tar is taken too; Docker's is not, since its specification defines the packed one alone. */
const LAMBDA_LAYER_TYPES: readonly string[] = [DOCKER_LAYER_GZIP, OCI_LAYER_GZIP, OCI_LAYER];

/**
 * Why AWS Lambda would refuse a function with this image, as the rest of a sentence that starts with the image;
 * undefined where nothing here speaks against it.
 * Lambda takes one manifest of one architecture, in OCI's format or Docker's schema 2; an index, provenance, zstd
 * and Docker layers that are not packed end in «The image manifest, config or layer media type … is not supported» or in
 * `UnsupportedImageLayerDetected`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-reqs
 * @see https://github.com/aws/aws-lambda-roadmap/issues/82
 * @see https://github.com/bazel-contrib/rules_oci/issues/777
 * @see https://github.com/aspect-build/rules_aws/pull/145
 */
export function whyLambdaRefuses(manifest: Manifest): string | undefined {
  if (manifest.kind === 'index') {
    return 'is an index of several manifests, and Lambda takes a single one: name one platform, or build it with --provenance=false';
  }
  if (!isImageConfigType(manifest.config.mediaType)) {
    return `has a config of type ${manifest.config.mediaType}, so it is an artifact and no image that Lambda can run`;
  }
  if (manifest.layers.length === 0) return 'has no layers, so there is nothing in it that Lambda could run';
  for (const [position, { mediaType }] of manifest.layers.entries()) {
    if (LAMBDA_LAYER_TYPES.includes(mediaType)) continue;
    return `has a layer (number ${position + 1}) of type ${mediaType}${hintOn(mediaType)}, and Lambda takes tar layers packed with gzip only`;
  }
  const bytes = manifest.layers.reduce((sum, { size }) => sum + size, 0);
  if (bytes > MAX_IMAGE_BYTES) {
    return `has layers of ${bytes} bytes, and Lambda takes 10 GB, unpacked`;
  }
  return undefined;
}

function hintOn(mediaType: string): string {
  if (mediaType === DOCKER_LAYER) return ', which is not packed';
  if (mediaType === OCI_LAYER_ZSTD) return ', packed with zstd';
  if (mediaType === 'application/vnd.in-toto+json') return ', an attestation';
  if (isNondistributableType(mediaType)) return ', which registries do not keep';
  return '';
}
