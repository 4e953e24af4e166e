import assert from 'node:assert/strict';
import type { UploadedZip } from './template-tool.ts';

/** A bucket of MiniStack's, which asks for no signature. */
export class ArtifactBucket {
  readonly #endpoint: URL;
  readonly #name = 'artifacts';

  constructor(endpoint: URL) {
    this.#endpoint = endpoint;
  }

  create(): Promise<void> {
    return this.#put('');
  }

  async upload(key: string, content: Buffer): Promise<UploadedZip> {
    await this.#put(`/${key}`, new Uint8Array(content));
    return { bucket: this.#name, key };
  }

  async #put(path: string, body?: Uint8Array<ArrayBuffer>): Promise<void> {
    const url = new URL(`/${this.#name}${path}`, this.#endpoint);
    const response = await fetch(url, { method: 'PUT', ...(body && { body }) });
    assert.ok(response.ok, `${url}: ${response.status}`);
  }
}
