import { Readable } from 'node:stream';
import { ProviderError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ManifestContent, SourceRepository } from '../registry/repository.ts';
import { buildPlaceholder, type PlaceholderBinaries, type PlaceholderImage } from './image.ts';

/** The tag that the placeholder's index is under. */
export const PLACEHOLDER_TAG = 'latest';

/** The repository of one image that needs no registry: it reads the placeholder out of this very program. */
export class PlaceholderRepository implements SourceRepository {
  /** No host has such a name, so nothing is ever mounted from here. */
  readonly registry = 'placeholder';
  readonly repository = 'placeholder';
  readonly #binaries: PlaceholderBinaries;
  /** Put together when it is read for the first time: most requests find an image and need none. */
  #image: PlaceholderImage | undefined;

  constructor(binaries: PlaceholderBinaries) {
    this.#binaries = binaries;
  }

  async getManifest(reference: string): Promise<ManifestContent> {
    const { index, images } = this.#built();
    if (reference === PLACEHOLDER_TAG) return index;
    const contents = [index, ...Object.values(images)];
    const content = contents.find(({ descriptor }) => descriptor.digest === reference);
    if (content !== undefined) return content;
    throw new ProviderError('NotFound', `The placeholder has no manifest ${reference}`);
  }

  async openBlob(descriptor: Descriptor): Promise<Readable> {
    return Readable.from([await this.getConfig(descriptor)]);
  }

  async getConfig({ digest }: Descriptor): Promise<Buffer> {
    const bytes = this.#built().blobs.get(digest);
    if (bytes !== undefined) return bytes;
    throw new ProviderError('NotFound', `The placeholder has no blob ${digest}`);
  }

  #built(): PlaceholderImage {
    this.#image ??= buildPlaceholder(this.#binaries);
    return this.#image;
  }
}
