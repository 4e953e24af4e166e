/** A file, or a link to one, in a layer. */
export interface LayerEntry {
  /** Without a leading slash. At most 100 bytes: the name field of a header. */
  readonly path: string;
  readonly content?: Buffer;
  /** The file that this entry is a symbolic link to. */
  readonly linkTarget?: string;
  readonly isExecutable?: boolean;
}

const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const REGULAR_FILE = '0';
const SYMBOLIC_LINK = '2';

/**
 * A POSIX ustar archive of the entries, in their order. Owner and times are fixed, so that the same entries are
 * the same bytes on every machine.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function tar(entries: readonly LayerEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0);
    return [header(entry, content.length), content, Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(entry: LayerEntry, size: number): Buffer {
  if (Buffer.byteLength(entry.path) > NAME_BYTES) {
    throw new RangeError(`${entry.path} is longer than ${NAME_BYTES} bytes`);
  }
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(entry.path, 0);
  block.write(octal(entry.isExecutable === true ? 0o755 : 0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(entry.linkTarget === undefined ? REGULAR_FILE : SYMBOLIC_LINK, 156);
  block.write(entry.linkTarget ?? '', 157);
  block.write('ustar\0', 257);
  block.write('00', 263);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A number as the fields of a header hold it: octal digits and a closing NUL, `width` bytes in all. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}
