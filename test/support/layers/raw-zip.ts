import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a zip, with everything about it that can be a lie. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Default 0, stored; 8 deflates. Another is written as it is, with the content as stored. */
  readonly method?: number;
  /** The Unix mode with its type. Default 0o100644. */
  readonly mode?: number;
  /** The system that it was made on. Default 3, Unix. */
  readonly host?: number;
  /** General purpose bits. Default: names are UTF-8. */
  readonly flags?: number;
  /** Extra fields of the directory. */
  readonly extra?: Buffer;
  /** What is there in place of the compressed content. */
  readonly bytes?: Buffer;
  /** What is declared in place of the truth. */
  readonly declared?: {
    readonly compressedBytes?: number;
    readonly expandedBytes?: number;
    readonly crc32?: number;
    /** In front of the content. */
    readonly localName?: string;
    /** Where the local header is. */
    readonly offset?: number;
  };
}

const UTF8_NAMES = 0x800;
const UNIX = 3;

const SYMLINK = 0o120777;

export function file(name: string | Buffer, more: Partial<RawEntry> = {}): RawEntry {
  return { name, content: 'x', ...more };
}

export function link(name: string, target: string | Buffer): RawEntry {
  return { name, content: target, mode: SYMLINK };
}

/** Info-ZIP's field that gives a name in UTF-8. */
export function unicodePath(name: string, unicode: string): Buffer {
  const data = Buffer.concat([Buffer.alloc(5), Buffer.from(unicode)]);
  data[0] = 1;
  data.writeUInt32LE(crc32(name), 1);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x7075, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

/** Writes a zip byte by byte: what no library would write, too. */
export function rawZip(
  entries: readonly RawEntry[],
  declared: { entryCount?: number; comment?: string } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = recordsOf(entry, offset);
    parts.push(local);
    directory.push(central);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const comment = Buffer.from(declared.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(declared.entryCount ?? entries.length, 8);
  end.writeUInt16LE(declared.entryCount ?? entries.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, directoryBytes, end, comment]);
}

function recordsOf(entry: RawEntry, offset: number): { local: Buffer; central: Buffer } {
  const { method = 0, mode = 0o100644, host = UNIX, flags = UTF8_NAMES, declared = {} } = entry;
  const { extra = Buffer.alloc(0) } = entry;
  const name = Buffer.from(entry.name);
  const content = Buffer.from(entry.content ?? '');
  const bytes = entry.bytes ?? (method === 8 ? deflateRawSync(content) : content);

  // What both headers have, from the version that is needed to the sizes.
  const same = Buffer.alloc(22);
  same.writeUInt16LE(20, 0);
  same.writeUInt16LE(flags, 2);
  same.writeUInt16LE(method, 4);
  same.writeUInt32LE(declared.crc32 ?? crc32(content), 10);
  same.writeUInt32LE(declared.compressedBytes ?? bytes.length, 14);
  same.writeUInt32LE(declared.expandedBytes ?? content.length, 18);

  const localName = declared.localName === undefined ? name : Buffer.from(declared.localName);
  const localStart = Buffer.from('PK\u0003\u0004');
  const central = Buffer.alloc(46);
  central.write('PK\u0001\u0002', 0, 'latin1');
  central.writeUInt16LE((host << 8) | 20, 4);
  same.copy(central, 6);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt16LE(extra.length, 30);
  central.writeUInt32LE(mode * 0x1_0000, 38);
  central.writeUInt32LE(declared.offset ?? offset, 42);
  return {
    local: Buffer.concat([localStart, same, uint16(localName.length), uint16(0), localName, bytes]),
    central: Buffer.concat([central, name, extra]),
  };
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}
