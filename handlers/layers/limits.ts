import { ProviderError } from '../errors.ts';

/** What a layer may cost whoever reads it. More than that is refused. */
export interface LayerLimits {
  /** Of the zip itself. */
  readonly archiveBytes: number;
  /** Of all contents together. What a zip declares of them is held against what they are. */
  readonly expandedBytes: number;
  /** Files, symlinks and folders. */
  readonly entries: number;
  /** Contents in relation to the zip. Small layers may have more: see `RATIO_FREE_BYTES`. */
  readonly ratio: number;
}

export const LAYER_LIMITS: LayerLimits = {
  // What Lambda takes unpacked, stored without compression, and room for the headers of very many files.
  archiveBytes: 300 * 1024 * 1024,
  // Lambda's own: 250 MB for the function and its layers, unzipped; its error message gives the bytes.
  // See https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  expandedBytes: 262_144_000,
  entries: 100_000,
  // Program text shrinks to a tenth. Deflate reaches 1032 for nothing but zeros.
  ratio: 200,
};

/** Up to this size the ratio says nothing: a file of zeros does no harm. */
export const RATIO_FREE_BYTES = 16 * 1024 * 1024;

/** Counts what was read against the limits. */
export class ReadingBudget {
  readonly #limits: LayerLimits;
  readonly #archiveBytes: number | undefined;
  #entries = 0;
  #bytes = 0;

  /** @param archiveBytes Of the zip; undefined for a directory, which has no ratio. */
  constructor(limits: LayerLimits, archiveBytes?: number) {
    this.#limits = limits;
    this.#archiveBytes = archiveBytes;
    if (archiveBytes !== undefined && archiveBytes > limits.archiveBytes) {
      throw exceeded(`it has ${archiveBytes} bytes; ${limits.archiveBytes} are allowed`);
    }
  }

  /** Of contents, as counted so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws ProviderError `ServiceLimitExceeded` for one too many. */
  countEntry(): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) {
      throw exceeded(`it has more than ${this.#limits.entries} files and folders, which is what is allowed`);
    }
  }

  /** @throws ProviderError `ServiceLimitExceeded` as soon as there are too many. */
  countBytes(bytes: number): void {
    this.#bytes += bytes;
    const { expandedBytes, ratio } = this.#limits;
    if (this.#bytes > expandedBytes) {
      throw exceeded(
        `its contents have more than ${expandedBytes} bytes, which is what Lambda takes unpacked`,
      );
    }
    if (
      this.#archiveBytes !== undefined &&
      this.#bytes > RATIO_FREE_BYTES &&
      this.#bytes > this.#archiveBytes * ratio
    ) {
      throw exceeded(`its contents are more than ${ratio} times as large as its ${this.#archiveBytes} bytes`);
    }
  }
}

function exceeded(message: string): ProviderError {
  return new ProviderError('ServiceLimitExceeded', message);
}
