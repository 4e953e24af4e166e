import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST } from '../oci/media-type.ts';
import { parsePlatform } from '../oci/platform.ts';
import { type TarEntry, tar } from '../oci/tar.ts';
import type { ManifestContent } from '../registry/repository.ts';
import { gzipStored } from './gzip.ts';

/** The platforms that the placeholder is for, in the order of its index. */
export const PLACEHOLDER_PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
export type PlaceholderPlatform = (typeof PLACEHOLDER_PLATFORMS)[number];

/** The placeholder's program for each platform: a static ELF file. */
export type PlaceholderBinaries = Readonly<Record<PlaceholderPlatform, Uint8Array>>;

/**
 * The placeholder's own version. It is in the image, so it goes up with each change of the image and not with each
 * release of the service: an image that stays the same keeps its digest.
 */
export const PLACEHOLDER_VERSION = '1';

/** An index with an image for each platform, and what they consist of. */
export interface PlaceholderImage {
  readonly index: ManifestContent;
  readonly images: Readonly<Record<PlaceholderPlatform, ManifestContent>>;
  /** Configs and layers. */
  readonly blobs: ReadonlyMap<Digest, Buffer>;
}

/** Where the program is, and the names besides under which a container's health check looks for one. */
const PROGRAM = 'placeholder';
const LINKS = ['bin/sh', 'usr/bin/curl', 'usr/bin/wget'];
const DIRECTORIES = ['bin', 'usr', 'usr/bin'];

/**
 * What the image says of itself: in the manifests as annotations, and in the configs as labels, for `docker inspect`.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
const ANNOTATIONS = {
  'org.opencontainers.image.title': 'deploytime placeholder',
  'org.opencontainers.image.description': 'Stands in until the application is released',
  'org.opencontainers.image.source': 'https://www.npmjs.com/package/deploytime',
  'org.opencontainers.image.licenses': 'Apache-2.0',
  'org.opencontainers.image.version': PLACEHOLDER_VERSION,
};
/** Not the time of a build, which would give each build another digest. */
const CREATED = '1970-01-01T00:00:00Z';

/**
 * Puts the placeholder image together. The same binaries give the same digests everywhere. Pure.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 */
export function buildPlaceholder(binaries: PlaceholderBinaries): PlaceholderImage {
  const blobs = new Map<Digest, Buffer>();
  const add = (mediaType: string, bytes: Buffer): Descriptor => {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
    blobs.set(descriptor.digest, bytes);
    return descriptor;
  };
  const imageOf = (platform: PlaceholderPlatform): ManifestContent => {
    const archive = tar(layerOf(binaries[platform]));
    const layer = add(OCI_LAYER_GZIP, gzipStored(archive));
    const config = add(OCI_CONFIG, json(configOf(platform, digestOf(archive))));
    return manifestOf(OCI_MANIFEST, { config, layers: [layer] });
  };
  const images = { 'linux/amd64': imageOf('linux/amd64'), 'linux/arm64': imageOf('linux/arm64') };
  const index = manifestOf(OCI_INDEX, {
    manifests: PLACEHOLDER_PLATFORMS.map((platform) => ({
      ...images[platform].descriptor,
      platform: parsePlatform(platform),
    })),
  });
  return { index, images, blobs };
}

function layerOf(binary: Uint8Array): TarEntry[] {
  return [
    ...DIRECTORIES.map((path) => ({ kind: 'directory' as const, path })),
    { kind: 'file', path: PROGRAM, content: binary },
    ...LINKS.map((path) => ({ kind: 'hard-link' as const, path, target: PROGRAM })),
  ];
}

/**
 * It names no user: the program starts as root where it may, binds port 80, and becomes an unprivileged user itself.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 */
function configOf(platform: PlaceholderPlatform, layer: Digest): object {
  const { os, architecture } = parsePlatform(platform);
  return {
    created: CREATED,
    architecture,
    os,
    config: {
      ExposedPorts: { '80/tcp': {}, '8080/tcp': {} },
      // A health check that names curl without its folder is looked up here.
      Env: ['PATH=/usr/bin:/bin'],
      Entrypoint: [`/${PROGRAM}`],
      Labels: ANNOTATIONS,
    },
    rootfs: { type: 'layers', diff_ids: [layer] },
    history: [{ created: CREATED, created_by: `deploytime placeholder ${PLACEHOLDER_VERSION}` }],
  };
}

function manifestOf(mediaType: string, fields: object): ManifestContent {
  const bytes = json({ schemaVersion: 2, mediaType, ...fields, annotations: ANNOTATIONS });
  return {
    descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength },
    bytes,
    manifest: parseManifest(bytes, mediaType),
  };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
