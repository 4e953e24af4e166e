import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { ContentCheck, contentFailure } from './zip-check.ts';
import type { ZipEntry } from './zip-entry.ts';

/** What zlib gives at once. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Inflates one entry of whatever size, a chunk at a time.
 * @param bytes As in the archive, exactly to the entry's end.
 * @throws ProviderError `InvalidRequest` as soon as the content is not what the directory declares.
 */
export async function inflate(
  entry: ZipEntry,
  bytes: Iterable<Buffer> | AsyncIterable<Buffer>,
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  const engine = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const check = new ContentCheck(entry);
  try {
    await pipeline(bytes, engine, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        check.take(chunk);
        onChunk(chunk);
      }
    });
  } catch (error) {
    throw contentFailure(entry, error);
  }
  check.end(engine.bytesWritten);
}
