import { createHash, hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { ProviderError } from '../errors.ts';
import type { LayerEntry } from './entry.ts';
import { parseTarget, refused } from './path.ts';
import { inflateBatch } from './zip-batch.ts';
import { ContentCheck } from './zip-check.ts';
import type { ZipEntry } from './zip-entry.ts';
import { inflate } from './zip-inflate.ts';
import {
  LOCAL_HEADER_BYTES,
  MAX_LOCAL_HEADER_BYTES,
  overlapping,
  type PlacedEntry,
  type Stretch,
} from './zip-layout.ts';

/** What a local header begins with: "PK", 3, 4. */
const LOCAL_SIGNATURE = 0x04034b50;
/** What is read at once of a large content. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Turns stretches of an archive into the layer's entries: contents into hashes, symlinks into their targets.
 * One reads one stretch at a time: small entries always into the same memory.
 */
export class StretchReader {
  readonly #handle: FileHandle;
  readonly #signal: AbortSignal | undefined;
  #room = Buffer.alloc(0);

  constructor(handle: FileHandle, signal?: AbortSignal) {
    this.#handle = handle;
    this.#signal = signal;
  }

  /** @throws ProviderError `InvalidRequest` for a content that is not what the directory declares; the signal's reason. */
  async read(stretch: Stretch): Promise<LayerEntry[]> {
    if (stretch.kind === 'large') return [await this.#stream(stretch.placed)];
    const { start, end, entries } = stretch;
    const archive = await this.#readInto(this.#roomFor(end - start), start);
    const raw = entries.map((placed) => {
      const { entry } = placed;
      const at = entry.offset - start;
      const from = at + contentOffset(archive.subarray(at), placed);
      return { entry, bytes: archive.subarray(from, from + entry.compressedBytes) };
    });
    const inflated = await inflateBatch(raw.filter(({ entry }) => entry.isDeflated));
    return raw.map(({ entry, bytes }) => entryOf(entry, inflated.get(entry) ?? stored(entry, bytes)));
  }

  async #stream(placed: PlacedEntry): Promise<LayerEntry> {
    const { entry, end } = placed;
    const header = await this.#read(entry.offset, Math.min(end, entry.offset + MAX_LOCAL_HEADER_BYTES));
    const start = entry.offset + contentOffset(header, placed);
    const bytes = this.#chunks(start, start + entry.compressedBytes);
    const sum = createHash('sha256');
    if (entry.isDeflated) {
      await inflate(entry, bytes, (chunk) => sum.update(chunk));
    } else {
      const check = new ContentCheck(entry);
      for await (const chunk of bytes) {
        check.take(chunk);
        sum.update(chunk);
      }
      check.end(entry.compressedBytes);
    }
    return fileEntry(entry, sum.digest('hex'));
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += CHUNK_BYTES) {
      yield await this.#read(at, Math.min(at + CHUNK_BYTES, end));
    }
  }

  #read(start: number, end: number): Promise<Buffer> {
    return this.#readInto(Buffer.allocUnsafe(end - start), start);
  }

  async #readInto(buffer: Buffer, position: number): Promise<Buffer> {
    this.#signal?.throwIfAborted();
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === buffer.length) return buffer;
    throw new ProviderError('InvalidRequest', 'it became shorter while it was read');
  }

  #roomFor(length: number): Buffer {
    if (this.#room.length < length) this.#room = Buffer.allocUnsafe(length);
    return this.#room.subarray(0, length);
  }
}

/** Where the content begins, from the local header on. That header's own word on sizes is nobody's business. */
function contentOffset(header: Buffer, { entry, end }: PlacedEntry): number {
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw refused(entry.path, 'is not where the directory says; the archive is damaged');
  }
  const nameEnd = LOCAL_HEADER_BYTES + header.readUInt16LE(26);
  if (!header.subarray(LOCAL_HEADER_BYTES, nameEnd).equals(entry.nameBytes)) {
    throw refused(entry.path, 'has another name in front of its content than in the directory');
  }
  const offset = nameEnd + header.readUInt16LE(28);
  if (entry.offset + offset + entry.compressedBytes > end) throw overlapping(entry);
  return offset;
}

function stored(entry: ZipEntry, bytes: Buffer): Buffer {
  const check = new ContentCheck(entry);
  check.take(bytes);
  check.end(bytes.length);
  return bytes;
}

function entryOf(entry: ZipEntry, content: Buffer): LayerEntry {
  const { path } = entry;
  if (entry.kind === 'symlink') return { kind: 'symlink', path, target: parseTarget(path, content) };
  return fileEntry(entry, hash('sha256', content));
}

function fileEntry({ path, isExecutable }: ZipEntry, sha256: string): LayerEntry {
  return { kind: 'file', path, isExecutable, sha256 };
}
