import type { Readable } from 'node:stream';

/**
 * Reads a body of at most `limit` bytes.
 * @returns undefined where there is more: the body is destroyed as soon as that shows, and no more is kept than that.
 */
export async function readBounded(body: Readable, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    // Leaving the loop destroys the body, and with it the connection.
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The beginning of an error's body as text; empty where it can't be read. */
export async function readErrorBody(body: Readable, limit: number): Promise<string> {
  try {
    return (await readBounded(body, limit))?.toString('utf8') ?? '';
  } catch {
    // The status says enough.
    return '';
  }
}

/** Takes what little an answer says so that its connection can be used again; more than that ends the connection. */
export async function discard(body: Readable): Promise<void> {
  try {
    await readBounded(body, MAX_DISCARDED_BYTES);
  } catch {
    // Nobody needs it.
  }
}

const MAX_DISCARDED_BYTES = 64 * 1024;
