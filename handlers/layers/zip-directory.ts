import type { FileHandle } from 'node:fs/promises';
import yauzl from 'yauzl';
import { ProviderError } from '../errors.ts';
import type { ReadingBudget } from './limits.ts';
import { type ZipEntry, zipEntryOf } from './zip-entry.ts';

/** What a zip says is in it. */
export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Where the directory itself begins: contents end before it. */
  readonly offset: number;
}

const WINDOW_BYTES = 1024 * 1024;
/** What an entry in the directory begins with: "PK", 1, 2. */
const ENTRY_SIGNATURE = 0x02014b50;

/**
 * Reads the central directory, at the end of a zip. Nothing of the contents is looked at.
 * @throws ProviderError `InvalidRequest` where it is no zip, or has an entry that no layer should have,
 * `ServiceLimitExceeded` for too many entries.
 */
export async function readZipDirectory(
  handle: FileHandle,
  size: number,
  options: { budget: ReadingBudget; signal?: AbortSignal | undefined },
): Promise<ZipDirectory> {
  const { budget, signal } = options;
  const reader = new WindowReader(handle, size);
  const zip = await readable(
    yauzl.fromRandomAccessReaderPromise(reader, size, { decodeStrings: false, validateEntrySizes: false }),
  );
  const offset = cursorOf(zip);
  const entries: ZipEntry[] = [];
  const remaining = zip.eachEntry();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const next = await readable(remaining.next());
      if (next.done === true) break;
      budget.countEntry();
      entries.push(zipEntryOf(next.value));
    }
    await checkEnd(reader, cursorOf(zip));
  } finally {
    zip.close();
  }
  return { entries, offset };
}

/** Where the next entry of the directory is read. The package's types call it a boolean. */
function cursorOf({ readEntryCursor }: yauzl.ZipFile): number {
  return Number(readEntryCursor);
}

/** Readers that go by the directory's size would see entries that others, which go by their number, don't. */
async function checkEnd(reader: WindowReader, position: number): Promise<void> {
  const signature = Buffer.alloc(4);
  await readable(
    new Promise<void>((resolve, reject) => {
      reader.read(signature, 0, signature.length, position, (error) => (error ? reject(error) : resolve()));
    }),
  );
  if (signature.readUInt32LE(0) === ENTRY_SIGNATURE) {
    throw new ProviderError('InvalidRequest', 'its directory has more entries than its end declares');
  }
}

async function readable<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderError('InvalidRequest', `it is no zip that can be read: ${why}`, { cause: error });
  }
}

/** Answers the many small reads out of a few large ones. */
class WindowReader extends yauzl.RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #size: number;
  #start = 0;
  #window: Buffer = Buffer.alloc(0);

  constructor(handle: FileHandle, size: number) {
    super();
    this.#handle = handle;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const at = position - this.#start;
    if (at >= 0 && at + length <= this.#window.length) {
      this.#window.copy(buffer, offset, at, at + length);
      callback(null);
      return;
    }
    this.#move(position, length).then(
      () => this.read(buffer, offset, length, position, callback),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  async #move(position: number, length: number): Promise<void> {
    if (position < 0 || position + length > this.#size) throw new Error('it ends too early');
    const window = Buffer.allocUnsafe(Math.min(Math.max(length, WINDOW_BYTES), this.#size - position));
    const { bytesRead } = await this.#handle.read(window, 0, window.length, position);
    if (bytesRead < length) throw new Error('it ends too early');
    this.#start = position;
    this.#window = window.subarray(0, bytesRead);
  }
}
