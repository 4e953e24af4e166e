import { crc32 } from 'node:zlib';
import type { Entry } from 'yauzl';
import { MAX_PATH_BYTES, parsePath, refused, targetTooLong } from './path.ts';

/** What the central directory says about one entry, as far as it matters here; checked, but not yet believed. */
export interface ZipEntry {
  readonly kind: 'file' | 'symlink' | 'folder';
  /** Empty for the root. */
  readonly path: string;
  readonly isExecutable: boolean;
  /** The name's bytes as they are in the archive, there a second time in front of the content. */
  readonly nameBytes: Buffer;
  /** Where its local header begins. */
  readonly offset: number;
  readonly isDeflated: boolean;
  readonly compressedBytes: number;
  readonly expandedBytes: number;
  readonly crc32: number;
}

const STORED = 0;
const DEFLATED = 8;

/** Systems whose zips carry a Unix mode. Others, DOS and Windows first, have none: their files are not executable. */
const UNIX_HOSTS = [3, 19];
const TYPE_MASK = 0o170000;
const TYPES: ReadonlyMap<number, ZipEntry['kind']> = new Map([
  // Written by programs that know of permissions alone.
  [0, 'file'],
  [0o100000, 'file'],
  [0o120000, 'symlink'],
  [0o040000, 'folder'],
]);
const EXECUTABLE_BITS = 0o111;

/** Info-ZIP's extra field for a name in UTF-8 beside one in another encoding. */
const UNICODE_PATH = 0x7075;

/** @throws ProviderError `InvalidRequest` for an entry that no layer should have. */
export function zipEntryOf(entry: Entry): ZipEntry {
  const path = parsePath(nameOf(entry));
  if (entry.isEncrypted()) throw refused(path, 'is encrypted');
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw refused(
      path,
      `is compressed by method ${entry.compressionMethod}; 0 (stored) and 8 (deflate) are allowed`,
    );
  }
  const mode = UNIX_HOSTS.includes(entry.versionMadeBy >>> 8) ? entry.externalFileAttributes >>> 16 : 0;
  const kind = kindOf(path, entry, mode & TYPE_MASK);
  const { compressedSize, uncompressedSize } = entry;
  if (kind === 'folder' && uncompressedSize > 0)
    throw refused(path, 'is a folder that has a content of its own');
  if (kind !== 'folder' && path === '') throw refused(path, 'is the name of a file; a file needs one');
  if (kind === 'symlink' && uncompressedSize > MAX_PATH_BYTES) throw targetTooLong(path, uncompressedSize);
  if (entry.compressionMethod === STORED && compressedSize !== uncompressedSize) {
    throw refused(
      path,
      `is stored in ${compressedSize} bytes and declares ${uncompressedSize}; they must be the same`,
    );
  }
  return {
    kind,
    path,
    isExecutable: kind === 'file' && (mode & EXECUTABLE_BITS) !== 0,
    // A copy: the other one holds on to the entry's comment and extra fields, up to 128 KiB.
    nameBytes: Buffer.from(entry.fileNameRaw),
    offset: entry.relativeOffsetOfLocalHeader,
    isDeflated: entry.compressionMethod === DEFLATED,
    compressedBytes: compressedSize,
    expandedBytes: uncompressedSize,
    crc32: entry.crc32,
  };
}

function kindOf(path: string, entry: Entry, type: number): ZipEntry['kind'] {
  const kind = TYPES.get(type);
  if (kind === undefined) {
    throw refused(path, `is a device, a pipe or a socket; files, folders and symlinks are allowed`);
  }
  const isNamedFolder = entry.fileNameRaw.at(-1) === '/'.charCodeAt(0);
  if (isNamedFolder && kind === 'symlink') throw refused(path, 'is named as a folder and is a symlink');
  return isNamedFolder ? 'folder' : kind;
}

/** Names are taken as UTF-8, flagged so or not: code pages differ from one machine to the next. */
function nameOf({ fileNameRaw, extraFields }: Entry): Buffer {
  const field = extraFields.find(({ id }) => id === UNICODE_PATH)?.data;
  // The field counts for the name that it was made with: version 1, and that name's CRC.
  if (field === undefined || field.length < 6 || field[0] !== 1) return fileNameRaw;
  return field.readUInt32LE(1) === crc32(fileNameRaw) ? field.subarray(5) : fileNameRaw;
}
