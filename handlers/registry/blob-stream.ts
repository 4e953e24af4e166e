import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ProviderError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';

/** How a blob's failures are told. */
export interface BlobFailures {
  /** Size or digest are not the descriptor's. */
  readonly wrongContent: (what: string) => ProviderError;
  /** The body broke off. */
  readonly broken: (error: unknown) => ProviderError;
}

/**
 * Passes a body on while it counts and hashes it. The last chunk is held back until both agree with the descriptor, so
 * that a reader who sends the content on never completes anything wrong.
 */
export class BlobStream extends Readable {
  readonly #body: Readable;
  readonly #descriptor: Descriptor;
  readonly #failures: BlobFailures;
  readonly #hash = createHash('sha256');
  #size = 0;
  #heldBack: Buffer | undefined;

  constructor(body: Readable, descriptor: Descriptor, failures: BlobFailures) {
    super();
    this.#body = body;
    this.#descriptor = descriptor;
    this.#failures = failures;
    // A failure is told to whoever reads on; it must not end the process while nobody does.
    this.on('error', () => {});
    body.pause();
    body.on('data', this.#onData);
    body.on('end', this.#onEnd);
    body.on('error', (error) => this.destroy(failures.broken(error)));
    body.on('close', () => {
      if (!body.readableEnded) this.destroy(failures.broken(body.errored ?? new Error('closed early')));
    });
  }

  override _read(): void {
    this.#body.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#body.destroy();
    callback(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#size += chunk.byteLength;
    if (this.#size > this.#descriptor.size) {
      this.destroy(
        this.#failures.wrongContent(`there are more than the ${this.#descriptor.size} bytes named`),
      );
      return;
    }
    this.#hash.update(chunk);
    const previous = this.#heldBack;
    this.#heldBack = chunk;
    if (previous !== undefined && !this.push(previous)) this.#body.pause();
  };

  readonly #onEnd = (): void => {
    const { digest, size } = this.#descriptor;
    if (this.#size !== size) {
      this.destroy(this.#failures.wrongContent(`there are ${this.#size} bytes instead of the ${size} named`));
      return;
    }
    const actual = `sha256:${this.#hash.digest('hex')}`;
    if (actual !== digest) {
      this.destroy(
        this.#failures.wrongContent(`the content has the digest ${actual} instead of the one named`),
      );
      return;
    }
    if (this.#heldBack !== undefined) this.push(this.#heldBack);
    this.push(null);
  };
}
