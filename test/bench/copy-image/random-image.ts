import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Descriptor } from '../../../handlers/oci/descriptor.ts';
import { digestOf } from '../../../handlers/oci/digest.ts';
import { parseManifest } from '../../../handlers/oci/manifest.ts';
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from '../../../handlers/oci/media-type.ts';
import type { DestinationRepository } from '../../../handlers/registry/repository.ts';

const MIB = 1024 * 1024;
const TAR_BLOCK = 512;

/**
 * Puts an image with one layer there: a tar with one file of random content, as a gzip stream that is stored and not
 * compressed, so that no client is tempted to compress it.
 * @param folder For the layer while it is made.
 */
export async function pushRandomImage(
  destination: DestinationRepository,
  options: { tag: string; sizeMib: number; folder: string },
): Promise<void> {
  const { tag, sizeMib, folder } = options;
  const path = join(folder, `layer-${sizeMib}.tar.gz`);
  const layer = await writeLayer(path, sizeMib);
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: {},
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    }),
  );
  const configDescriptor = { mediaType: OCI_CONFIG, digest: digestOf(config), size: config.byteLength };
  await destination.pushBlob(configDescriptor, async () => Readable.from([config]));
  await destination.pushBlob(layer.descriptor, async () => createReadStream(path));
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: configDescriptor,
      layers: [layer.descriptor],
    }),
  );
  await destination.pushManifest(tag, {
    descriptor: { mediaType: OCI_MANIFEST, digest: digestOf(bytes), size: bytes.byteLength },
    bytes,
    manifest: parseManifest(bytes),
  });
}

async function writeLayer(
  path: string,
  sizeMib: number,
): Promise<{ descriptor: Descriptor; diffId: string }> {
  const unpacked = createHash('sha256');
  const packed = createHash('sha256');
  let size = 0;
  await pipeline(
    Readable.from(tarOf(sizeMib, (chunk) => unpacked.update(chunk))),
    createGzip({ level: 0 }),
    new PassThrough().on('data', (chunk: Buffer) => {
      packed.update(chunk);
      size += chunk.byteLength;
    }),
    createWriteStream(path),
  );
  return {
    descriptor: { mediaType: OCI_LAYER_GZIP, digest: `sha256:${packed.digest('hex')}`, size },
    diffId: `sha256:${unpacked.digest('hex')}`,
  };
}

function* tarOf(sizeMib: number, onChunk: (chunk: Buffer) => void): Generator<Buffer> {
  const chunks = function* (): Generator<Buffer> {
    yield tarHeader('random.bin', sizeMib * MIB);
    for (let number = 0; number < sizeMib; number += 1) yield randomBytes(MIB);
    yield Buffer.alloc(2 * TAR_BLOCK);
  };
  for (const chunk of chunks()) {
    onChunk(chunk);
    yield chunk;
  }
}

/** @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar interchange format) */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(TAR_BLOCK);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
