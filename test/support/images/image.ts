import { gzipSync } from 'node:zlib';
import { type Content, content, descriptorOf, digestOf, jsonContent } from './content.ts';
import { archiveLayer, type LayerFile } from './layer-archive.ts';
import { seededBytes } from './seeded-bytes.ts';

/** Whose media types an image has. */
export type ImageFormat = 'oci' | 'docker';

interface FormatTypes {
  readonly manifest: string;
  readonly index: string;
  readonly config: string;
  readonly layer: string;
}

export const FORMATS: Readonly<Record<ImageFormat, FormatTypes>> = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
};

/** Something that a registry holds under one digest, and all that it needs. */
export interface Image {
  /** What a tag leads to: the manifest, or the index. */
  readonly root: Content;
  /** All manifests in an order in which they can be pushed: children first, the root last. */
  readonly manifests: readonly Content[];
  /** Configs and layers, each digest once. */
  readonly blobs: readonly Content[];
}

export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface ImageOptions {
  /** Two images differ where their seeds do. Default: `image`. */
  readonly seed?: string;
  /** Default: `oci`. */
  readonly format?: ImageFormat;
  /** The bytes of each layer's one file, before packing, or the layer's own files. Default: `[2_000, 70_000]`. */
  readonly layers?: readonly (number | readonly LayerFile[])[];
  /** Default: linux/amd64. */
  readonly platform?: ImagePlatform;
  /** What the image runs. Default: `["/app"]`. */
  readonly command?: readonly string[];
  /** Another media type for every layer; its bytes stay gzip. Default: the format's. */
  readonly layerType?: string;
  /** Further fields of the manifest, such as `annotations`. Default: none. */
  readonly manifestFields?: Readonly<Record<string, unknown>>;
}

export const LINUX_AMD64: ImagePlatform = { os: 'linux', architecture: 'amd64' };
export const LINUX_ARM64: ImagePlatform = { os: 'linux', architecture: 'arm64', variant: 'v8' };

/** Packing takes the fastest way: what the layers hold can't be packed anyway. */
const GZIP_LEVEL = 1;

/**
 * Builds an image of one platform. The same options give the same bytes on one version of Node.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 */
export function buildImage(options: ImageOptions = {}): Image {
  const { seed = 'image', format = 'oci', layers = [2_000, 70_000], platform = LINUX_AMD64 } = options;
  const types = FORMATS[format];
  const archives = layers.map((layer, position) =>
    archiveLayer(typeof layer === 'number' ? [seededFile(seed, position, layer)] : layer),
  );
  const packed = archives.map((archive) =>
    content(options.layerType ?? types.layer, gzipSync(archive, { level: GZIP_LEVEL })),
  );
  const config = jsonContent(types.config, {
    ...platform,
    created: '1970-01-01T00:00:00Z',
    config: { Cmd: options.command ?? ['/app'], Labels: { seed } },
    rootfs: { type: 'layers', diff_ids: archives.map(digestOf) },
    history: archives.map(() => ({ created: '1970-01-01T00:00:00Z', created_by: 'test' })),
  });
  return manifestOver({
    mediaType: types.manifest,
    config,
    layers: packed,
    fields: options.manifestFields ?? {},
  });
}

export interface ManifestParts {
  readonly mediaType: string;
  readonly config: Content;
  readonly layers: readonly Content[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A manifest over a config and layers, whatever they are. */
export function manifestOver({ mediaType, config, layers, fields }: ManifestParts): Image {
  const manifest = jsonContent(mediaType, {
    schemaVersion: 2,
    mediaType,
    ...fields,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  });
  return { root: manifest, manifests: [manifest], blobs: eachOnce([config, ...layers]) };
}

export function eachOnce(contents: readonly Content[]): Content[] {
  return [...new Map(contents.map((one) => [one.digest, one])).values()];
}

function seededFile(seed: string, position: number, size: number): LayerFile {
  return { path: `layer-${position}.bin`, bytes: seededBytes(`${seed}/${position}`, size) };
}
