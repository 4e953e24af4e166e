import { crc32 } from 'node:zlib';
import { ProviderError } from '../errors.ts';
import { refused } from './path.ts';
import type { ZipEntry } from './zip-entry.ts';

/** Holds a content against what the directory declares of it, while it is read. */
export class ContentCheck {
  readonly #entry: ZipEntry;
  #length = 0;
  #crc32 = 0;

  constructor(entry: ZipEntry) {
    this.#entry = entry;
  }

  /** @throws ProviderError `InvalidRequest` as soon as there is too much. */
  take(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#entry.expandedBytes) {
      throw refused(
        this.#entry.path,
        `has more content than the ${this.#entry.expandedBytes} bytes that it declares`,
      );
    }
    this.#crc32 = crc32(chunk, this.#crc32);
  }

  /**
   * @param compressedBytes How many bytes of the archive the content took.
   * @throws ProviderError `InvalidRequest` where something is missing, left over or otherwise not as declared.
   */
  end(compressedBytes: number): void {
    const { path, expandedBytes } = this.#entry;
    if (this.#length !== expandedBytes) {
      throw refused(path, `has ${this.#length} bytes of content and declares ${expandedBytes}`);
    }
    if (compressedBytes !== this.#entry.compressedBytes) throw leftOver(this.#entry);
    if (this.#crc32 !== this.#entry.crc32)
      throw refused(path, 'has a content that its checksum (CRC-32) is not of');
  }
}

const ZLIB_FAILURES: Readonly<Record<string, string>> = {
  Z_DATA_ERROR: 'has compressed bytes that are damaged',
  Z_BUF_ERROR: 'has compressed bytes that end too early',
};

/** What went wrong in zlib or a stream, as a sentence about the entry. */
export function contentFailure(entry: ZipEntry, error: unknown): unknown {
  if (error instanceof ProviderError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  // The inflater was through before it had taken all of its input.
  if (code === 'ERR_STREAM_PREMATURE_CLOSE') return leftOver(entry);
  const why = ZLIB_FAILURES[code];
  if (why === undefined) return error;
  return refused(entry.path, why);
}

function leftOver({ path, compressedBytes }: ZipEntry): ProviderError {
  return refused(path, `has a content that ends before its ${compressedBytes} compressed bytes do`);
}
