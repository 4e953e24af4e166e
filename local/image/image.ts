import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type TarEntry, tar } from '../../handlers/oci/tar.ts';

/** Bytes and the digest that they are found under. */
export interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** An image of one platform: its manifest, and the blobs that must be there before it. */
export interface Image {
  readonly manifest: Blob;
  readonly blobs: readonly Blob[];
}

export interface ImageOptions {
  /** Each becomes a layer, the lowest first. */
  readonly layers: readonly (readonly TarEntry[])[];
  readonly command: readonly string[];
  readonly architecture: 'amd64' | 'arm64';
}

export const MANIFEST_MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_MEDIA_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_MEDIA_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/**
 * Puts an OCI image together. The same options give the same digests.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 */
export function buildImage({ layers, command, architecture }: ImageOptions): Image {
  const archives = layers.map((entries) => tar(entries));
  const compressed = archives.map((archive) => blob(gzipSync(archive)));
  const config = blob(
    json({
      architecture,
      os: 'linux',
      config: { Cmd: command },
      rootfs: { type: 'layers', diff_ids: archives.map((archive) => blob(archive).digest) },
    }),
  );
  const manifest = blob(
    json({
      schemaVersion: 2,
      mediaType: MANIFEST_MEDIA_TYPE,
      config: descriptor(CONFIG_MEDIA_TYPE, config),
      layers: compressed.map((layer) => descriptor(LAYER_MEDIA_TYPE, layer)),
    }),
  );
  return { manifest, blobs: [config, ...compressed] };
}

function descriptor(mediaType: string, { digest, bytes }: Blob) {
  return { mediaType, digest, size: bytes.length };
}

function blob(bytes: Buffer): Blob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
