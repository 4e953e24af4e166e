/** A file of a layer, a directory, a link, or another name of a file that comes before it. */
export type TarEntry = {
  readonly path: string;
  /** Default: what anybody may run and nobody but its owner may change; right for directories, too. */
  readonly mode?: number;
} & (
  | { readonly kind: 'file'; readonly content: Uint8Array }
  | { readonly kind: 'directory' }
  | { readonly kind: 'hard-link' | 'symbolic-link'; readonly target: string }
);

const BLOCK_BYTES = 512;
const MAX_NAME_BYTES = 100;
const DEFAULT_MODE = 0o755;
const TYPE_FLAGS: Readonly<Record<TarEntry['kind'], string>> = {
  file: '0',
  'hard-link': '1',
  'symbolic-link': '2',
  directory: '5',
};

/**
 * A POSIX ustar archive of the entries, in their order. Owner and times are fixed, so that the same entries are the
 * same bytes everywhere. Paths have no leading slash and 100 bytes at most.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.kind === 'file' ? entry.content : Buffer.alloc(0);
    return [header(entry, content.length), content, Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(entry: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(checkedName(entry.kind === 'directory' ? `${entry.path}/` : entry.path), 0);
  block.write(octal(entry.mode ?? DEFAULT_MODE, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  // The checksum is made with spaces in its own place.
  block.write(' '.repeat(8), 148);
  block.write(TYPE_FLAGS[entry.kind], 156);
  if ('target' in entry) block.write(checkedName(entry.target), 157);
  block.write('ustar\0', 257);
  block.write('00', 263);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function checkedName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  throw new RangeError(`${name} is longer than ${MAX_NAME_BYTES} bytes`);
}

/** A number as the fields of a header hold it: octal digits and a closing NUL, `width` bytes in all. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}
