import type { DeleteRequest } from '../cloudformation/event.ts';
import { findProperty } from '../cloudformation/properties.ts';
import { ProviderError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { ImageStore, StoredImage } from '../registry/image-store.ts';
import { type EcrImageId, fingerprint, parseEcrImageId } from './ecr-image-id.ts';
import { ecrImageSchema } from './ecr-image-properties.ts';

export interface RemovalPorts {
  readonly store: ImageStore;
  readonly registry: string;
  /** Of the placeholder, as it is and as earlier releases had it. */
  readonly placeholderDigests: ReadonlySet<Digest>;
  readonly log: { info(message: string, fields: Record<string, unknown>): void };
}

/**
 * Removes what the id says that this resource put there, if the template wanted that. An image with another tag, or
 * in somebody's index, always stays.
 *
 * - The tag still has our image: it goes, and with it the one before it, which has no tag any more.
 * - The tag has the image before it again: this Delete ends a rollback, and ours goes.
 * - The tag has moved on: this Delete follows a replacement, or somebody pushed. Ours stays for one more change, since
 *   a function's versions may still use it; the one before it goes.
 *
 * With `placeholder`, the default, only placeholders go, also those that an earlier release put there.
 */
export async function removeImages(
  ports: RemovalPorts,
  request: DeleteRequest,
  signal: AbortSignal,
): Promise<void> {
  const id = parseEcrImageId(request.physicalResourceId);
  const prefix = `${ports.registry}/`;
  if (!id?.repositoryUri.startsWith(prefix)) return;
  const onDelete = findProperty('OnDelete', ecrImageSchema.OnDelete, request.properties);
  const isMeant = (digest: Digest): boolean =>
    onDelete === 'delete' || (onDelete === 'placeholder' && ports.placeholderDigests.has(digest));
  const removal = new Removal(ports, id.repositoryUri.slice(prefix.length), signal);
  await removal.run(id, isMeant);
}

class Removal {
  readonly #ports: RemovalPorts;
  readonly #repositoryName: string;
  readonly #signal: AbortSignal;

  constructor(ports: RemovalPorts, repositoryName: string, signal: AbortSignal) {
    this.#ports = ports;
    this.#repositoryName = repositoryName;
    this.#signal = signal;
  }

  async run(
    { repositoryUri, tag, digest, before }: EcrImageId,
    isMeant: (digest: Digest) => boolean,
  ): Promise<void> {
    const earlier = before?.repository === fingerprint(repositoryUri) ? before.digest : undefined;
    const ours = digest !== undefined && isMeant(digest) ? digest : undefined;
    const oursEarlier = earlier !== undefined && isMeant(earlier) ? earlier : undefined;
    if (ours === undefined && oursEarlier === undefined) return;

    const present = (await this.#find(tag))?.digest;
    if (ours !== undefined && present === ours) await this.#removeTagged(tag, ours);
    if (ours !== undefined && earlier !== undefined && present === earlier) {
      await this.#removeUntagged(ours);
    } else if (oursEarlier !== undefined) {
      await this.#removeUntagged(oursEarlier);
    }
  }

  async #removeTagged(tag: string, digest: Digest): Promise<void> {
    const children = await this.#childrenOf(digest);
    const removal = await this.#ports.store.removeImage(this.#repositoryName, tag, digest, this.#signal);
    this.#ports.log.info(`The image of ${this.#repositoryName}:${tag} is ${removal}`, { digest });
    if (removal === 'removed') await this.#removeAll(children);
  }

  /** The image, and with it what its index names: ECR refuses the other order. */
  async #removeUntagged(digest: Digest): Promise<void> {
    const children = await this.#childrenOf(digest);
    const removed = await this.#removeAll([digest]);
    if (removed.length > 0) await this.#removeAll(children);
  }

  #removeAll(digests: readonly Digest[]): Promise<readonly Digest[]> {
    return this.#ports.store.removeUntagged(this.#repositoryName, digests, this.#signal);
  }

  /** The manifests that an index names: ECR keeps them when the index goes, and they would keep the repository. */
  async #childrenOf(digest: Digest): Promise<readonly Digest[]> {
    const image = await this.#find(digest);
    if (image === undefined) return [];
    const manifest = parseManifest(Buffer.from(image.manifest), image.mediaType);
    return manifest.kind === 'index' ? manifest.manifests.map((child) => child.digest) : [];
  }

  /** A repository that is gone has no images. */
  async #find(reference: string): Promise<StoredImage | undefined> {
    try {
      return await this.#ports.store.findImage(this.#repositoryName, reference, this.#signal);
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'NotFound') return undefined;
      throw error;
    }
  }
}
