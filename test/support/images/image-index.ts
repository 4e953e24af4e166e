import { buildAttestation } from './artifact.ts';
import { type Content, descriptorOf, jsonContent } from './content.ts';
import {
  buildImage,
  eachOnce,
  FORMATS,
  type Image,
  type ImageOptions,
  type ImagePlatform,
  LINUX_AMD64,
  LINUX_ARM64,
} from './image.ts';

export interface ImageIndexOptions extends Omit<ImageOptions, 'platform' | 'manifestFields'> {
  /** Default: linux/amd64 and linux/arm64/v8. */
  readonly platforms?: readonly ImagePlatform[];
  /** Adds a provenance for each image, as `docker buildx build --push` does by default. Default: false. */
  readonly attestations?: boolean;
  /** Every platform has this layer as its lowest, of so many bytes before packing. Default: none is shared. */
  readonly sharedLayerBytes?: number;
}

/** An index, and the images that it names, in the order of their platforms. */
export interface ImageIndex extends Image {
  readonly images: readonly Image[];
  readonly attestations: readonly Image[];
}

/**
 * Builds an image for several platforms: OCI's index, or Docker's manifest list.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
 */
export function buildIndex(options: ImageIndexOptions = {}): ImageIndex {
  const { seed = 'index', format = 'oci', platforms = [LINUX_AMD64, LINUX_ARM64] } = options;
  const layers = options.layers ?? [2_000, 70_000];
  const shared =
    options.sharedLayerBytes === undefined
      ? []
      : [[{ path: 'shared.bin', bytes: Buffer.alloc(options.sharedLayerBytes, seed) }]];
  const images = platforms.map((platform, position) =>
    buildImage({ ...options, seed: `${seed}/${position}`, platform, layers: [...shared, ...layers] }),
  );
  const attestations = options.attestations === true ? images.map(buildAttestation) : [];
  const entries = [
    ...images.map(({ root }, position) => ({ ...descriptorOf(root), platform: platforms[position] })),
    ...attestations.map(({ root }, position) => attestationEntry(root, images[position])),
  ];
  const all = [...images, ...attestations];
  return { ...indexOver(FORMATS[format].index, entries, all), images, attestations };
}

/** An index of these entries over these images, whether they fit or not. */
export function indexOver(mediaType: string, entries: readonly unknown[], images: readonly Image[]): Image {
  const root = jsonContent(mediaType, { schemaVersion: 2, mediaType, manifests: entries });
  return {
    root,
    manifests: [...eachOnce(images.flatMap(({ manifests }) => manifests)), root],
    blobs: eachOnce(images.flatMap(({ blobs }) => blobs)),
  };
}

/** @see https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
function attestationEntry(root: Content, image: Image | undefined) {
  return {
    ...descriptorOf(root),
    annotations: {
      'vnd.docker.reference.digest': image?.root.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: { architecture: 'unknown', os: 'unknown' },
  };
}
