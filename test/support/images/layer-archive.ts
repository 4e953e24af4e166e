/** A regular file in a layer. */
export interface LayerFile {
  /** At most 100 bytes, without a leading slash. */
  readonly path: string;
  readonly bytes: Buffer;
  /** Default: 0o644. */
  readonly mode?: number;
}

const BLOCK_BYTES = 512;

/**
 * A tar archive as layers are: files only, all of 1 January 1970 and of root, in the order given.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06 ustar
 */
export function archiveLayer(files: readonly LayerFile[]): Buffer {
  const parts = files.flatMap((file) => {
    const padding = (BLOCK_BYTES - (file.bytes.length % BLOCK_BYTES)) % BLOCK_BYTES;
    return [headerOf(file), file.bytes, Buffer.alloc(padding)];
  });
  // Two blocks of zeros are the end.
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function headerOf({ path, bytes, mode = 0o644 }: LayerFile): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} does not fit into a header`);
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(path, 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(bytes.length, 11), 124);
  header.write(octal(0, 11), 136);
  // The checksum counts its own field as spaces.
  header.fill(' ', 148, 156);
  header.write('0', 156);
  header.write('ustar\0' + '00', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
