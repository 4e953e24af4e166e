import { Readable } from 'node:stream';
import { ProviderError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ManifestContent, SourceRepository } from '../registry/repository.ts';
import { buildPlaceholder, type PlaceholderBinaries } from './image.ts';

/** The tag that the placeholder's index is under. */
export const PLACEHOLDER_TAG = 'latest';

/** The repository of one image that needs no registry: it reads the placeholder out of this very program. */
export class PlaceholderRepository implements SourceRepository {
  /** No host has such a name, so nothing is ever mounted from here. */
  readonly registry = 'placeholder';
  readonly repository = 'placeholder';
  readonly #manifests = new Map<string, ManifestContent>();
  readonly #blobs: ReadonlyMap<Digest, Buffer>;

  constructor(binaries: PlaceholderBinaries) {
    const { index, images, blobs } = buildPlaceholder(binaries);
    for (const content of [index, ...Object.values(images)]) {
      this.#manifests.set(content.descriptor.digest, content);
    }
    this.#manifests.set(PLACEHOLDER_TAG, index);
    this.#blobs = blobs;
  }

  async getManifest(reference: string): Promise<ManifestContent> {
    const content = this.#manifests.get(reference);
    if (content !== undefined) return content;
    throw new ProviderError('NotFound', `The placeholder has no manifest ${reference}`);
  }

  async openBlob(descriptor: Descriptor): Promise<Readable> {
    return Readable.from([await this.getConfig(descriptor)]);
  }

  async getConfig({ digest }: Descriptor): Promise<Buffer> {
    const bytes = this.#blobs.get(digest);
    if (bytes !== undefined) return bytes;
    throw new ProviderError('NotFound', `The placeholder has no blob ${digest}`);
  }
}
