import { createGunzip } from 'node:zlib';
import type { ZipEntry } from './zip-entry.ts';
import { inflate } from './zip-inflate.ts';

/** A small entry, and its bytes as they are in the archive. */
export interface Deflated {
  readonly entry: ZipEntry;
  readonly bytes: Buffer;
}

/** A gzip member's heading: deflated, without name or time, from no system. */
const HEADING = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** What zlib takes for the beginning of one more member. */
const MAGIC = HEADING.subarray(0, 3);
/** CRC-32 and size. */
const TRAILER_BYTES = 8;
/** zlib's own lower bound. */
const MIN_CHUNK_BYTES = 64;

/** How nothing is deflated: as one empty block, of fixed codes (zlib) or stored (Go, and zlib without compression). */
const NOTHING = [Buffer.from([3, 0]), Buffer.from([1, 0, 0, 0xff, 0xff])];
const NO_CONTENT = Buffer.alloc(0);

/**
 * Inflates many small entries. To call zlib for each costs more than the inflating itself, so they are made the members
 * of one gzip file, which zlib inflates at once, beside the main thread, and whose checksums and sizes it checks.
 * Where anything is wrong, each is inflated alone, to tell which it is and why.
 * @throws ProviderError `InvalidRequest` for the first whose content is not what the directory declares.
 */
export async function inflateBatch(batch: readonly Deflated[]): Promise<ReadonlyMap<ZipEntry, Buffer>> {
  const { members, joined } = join(batch);
  const contents = (await inflateMembers(members, joined)) ?? new Map<ZipEntry, Buffer>();
  for (const { entry, bytes } of batch) {
    if (!contents.has(entry))
      contents.set(entry, findNothing(entry, bytes) ?? (await inflateAlone(entry, bytes)));
  }
  return contents;
}

/** A Python package has thousands of empty files, and many a writer deflates them: none is worth a call of zlib. */
function findNothing({ expandedBytes, crc32 }: ZipEntry, bytes: Buffer): Buffer | undefined {
  const isNothing = expandedBytes === 0 && crc32 === 0 && NOTHING.some((nothing) => nothing.equals(bytes));
  return isNothing ? NO_CONTENT : undefined;
}

/**
 * A member has to end where its entry ends, or one entry's bytes could pass for another's content. It does, because
 * - within no member there is what another could begin with: one that ends too early ends all of it, and bytes are left;
 * - none is empty, and all have the declared size together: so none can have run on into the next.
 */
function join(batch: readonly Deflated[]): { members: Buffer; joined: readonly ZipEntry[] } {
  const room = batch.reduce((sum, { bytes }) => sum + HEADING.length + bytes.length + TRAILER_BYTES, 0);
  const members = Buffer.allocUnsafe(room);
  const joined: ZipEntry[] = [];
  let start = 0;
  for (const { entry, bytes } of batch) {
    if (entry.expandedBytes === 0) continue;
    let at = start + HEADING.copy(members, start);
    at += bytes.copy(members, at);
    at = members.writeUInt32LE(entry.crc32, at);
    at = members.writeUInt32LE(entry.expandedBytes, at);
    // The next one is written over it.
    if (members.subarray(start + 1, at).includes(MAGIC)) continue;
    joined.push(entry);
    start = at;
  }
  return { members: members.subarray(0, start), joined };
}

/** @returns Undefined where not all of it is as declared. */
async function inflateMembers(
  members: Buffer,
  entries: readonly ZipEntry[],
): Promise<Map<ZipEntry, Buffer> | undefined> {
  if (entries.length === 0) return undefined;
  const expected = entries.reduce((sum, { expandedBytes }) => sum + expandedBytes, 0);
  // With a byte more than it should need, it has never to wait for room, and too much shows.
  const engine = createGunzip({ chunkSize: Math.max(expected + 1, MIN_CHUNK_BYTES) });
  engine.end(members);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of engine as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > expected) return undefined;
    }
  } catch {
    return undefined;
  }
  if (length !== expected || engine.bytesWritten !== members.length) return undefined;
  const [first] = chunks;
  return split(first?.length === length ? first : Buffer.concat(chunks, length), entries);
}

function split(content: Buffer, entries: readonly ZipEntry[]): Map<ZipEntry, Buffer> {
  const contents = new Map<ZipEntry, Buffer>();
  let start = 0;
  for (const entry of entries) {
    const end = start + entry.expandedBytes;
    contents.set(entry, content.subarray(start, end));
    start = end;
  }
  return contents;
}

async function inflateAlone(entry: ZipEntry, bytes: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await inflate(entry, [bytes], (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}
