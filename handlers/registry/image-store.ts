import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  type ECRClientConfig,
  type ImageDetail,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { ProviderError } from '../errors.ts';
import { AWS_TIMEOUTS } from '../network/aws-timeouts.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { MANIFEST_ACCEPT_TYPES } from '../oci/media-type.ts';
import { errorOfAws } from './aws-error.ts';
import { WRITE_PERMISSION } from './write-permission.ts';

/** An image as ECR's own API tells it. */
export interface StoredImage {
  readonly digest: Digest;
  readonly mediaType: string;
  /** The manifest's text, byte for byte: the digest is its hash. */
  readonly manifest: string;
}

/**
 * What became of a removal. `removed`: the image is gone, and its tag. `untagged`: the tag is gone, and the image
 * stays under its other tags. `gone`: neither was there. `replaced`: the tag has another image by now, which stays.
 * `in use`: somebody's index names the image, and ECR then keeps it with its last tag.
 */
export type Removal = 'removed' | 'untagged' | 'gone' | 'replaced' | 'in use';

/** What ECR's API does better than its registry: one call for a look, and removals that the registry has none of. */
export interface ImageStore {
  /**
   * One call.
   * @param reference A tag or a digest. Undefined where the repository has no such image; throws `NotFound` where
   * there is no such repository.
   */
  findImage(repositoryName: string, reference: string, signal: AbortSignal): Promise<StoredImage | undefined>;
  /** Takes the tag from the image, and with its last tag the image, but only while the tag has that very image. */
  removeImage(repositoryName: string, tag: string, digest: Digest, signal: AbortSignal): Promise<Removal>;
  /** Removes those of the images that have no tag and are in no index. Resolves to those that it removed. */
  removeUntagged(
    repositoryName: string,
    digests: readonly Digest[],
    signal: AbortSignal,
  ): Promise<readonly Digest[]>;
}

/** ECR takes so many images in one call. */
const IMAGES_PER_CALL = 100;
/** ECR's API throttles; the deadline ends what these attempts would not. */
const ATTEMPTS = 8;

/** A client of ECR's API for an image store: patient with throttling, and with a time limit for each attempt. */
export function createEcrClient(configuration: ECRClientConfig = {}): ECRClient {
  return new ECRClient({
    retryMode: 'adaptive',
    maxAttempts: ATTEMPTS,
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

/** What helps where the registry is another account's. */
const FOREIGN_PERMISSION =
  "the repository's policy there must allow this account ecr:BatchGetImage, and the service stack's role as well";

export class EcrImageStore implements ImageStore {
  readonly #client: ECRClient;
  /** Of another account; empty for this one's. */
  readonly #registry: { readonly registryId?: string };

  /** @param options registryId: the account whose registry it is. Default: that of the credentials. */
  constructor(client: ECRClient, options: { readonly registryId?: string } = {}) {
    this.#client = client;
    this.#registry = options.registryId === undefined ? {} : { registryId: options.registryId };
  }

  async findImage(
    repositoryName: string,
    reference: string,
    abortSignal: AbortSignal,
  ): Promise<StoredImage | undefined> {
    const command = new BatchGetImageCommand({
      ...this.#registry,
      repositoryName,
      imageIds: [isDigest(reference) ? { imageDigest: reference } : { imageTag: reference }],
      // All of them: ECR converts a manifest to another type, with another digest, where its own is not accepted.
      acceptedMediaTypes: [...MANIFEST_ACCEPT_TYPES],
    });
    const { images, failures } = await this.#send(repositoryName, 'look for an image', abortSignal, () =>
      this.#client.send(command, { abortSignal }),
    );
    const [image] = images ?? [];
    if (image?.imageManifest !== undefined && image.imageId?.imageDigest !== undefined) {
      return {
        digest: image.imageId.imageDigest as Digest,
        mediaType: image.imageManifestMediaType ?? '',
        manifest: image.imageManifest,
      };
    }
    const [failure] = failures ?? [];
    if (failure === undefined || failure.failureCode === 'ImageNotFound') return undefined;
    throw new ProviderError(
      'GeneralServiceException',
      `ECR could not give ${reference} of ${repositoryName}: ${failure.failureCode} (${failure.failureReason ?? 'no reason given'})`,
    );
  }

  async removeImage(
    repositoryName: string,
    tag: string,
    digest: Digest,
    abortSignal: AbortSignal,
  ): Promise<Removal> {
    const details = await this.#describe(repositoryName, [digest], abortSignal);
    const tags = details[0]?.imageTags ?? [];
    if (details.length === 0) return 'gone';
    if (!tags.includes(tag)) return 'replaced';
    // Tag and digest together spare a push that comes in between. But an image that is named by its digest goes
    // with all of its tags, so where there are others, only ours is taken from it.
    const hasOthers = tags.length > 1;
    const imageId = hasOthers ? { imageTag: tag } : { imageTag: tag, imageDigest: digest };
    const { failures } = await this.#delete(repositoryName, [imageId], abortSignal);
    const [failure] = failures;
    switch (failure) {
      case undefined:
        return hasOthers ? 'untagged' : 'removed';
      case 'ImageNotFound':
        return 'gone';
      case 'ImageTagDoesNotMatchDigest':
        return 'replaced';
      // https://github.com/aws/containers-roadmap/issues/1567
      case 'ImageReferencedByManifestList':
        return 'in use';
      default:
        throw new ProviderError(
          'GeneralServiceException',
          `ECR did not remove ${repositoryName}:${tag}: ${failure}`,
        );
    }
  }

  async removeUntagged(
    repositoryName: string,
    digests: readonly Digest[],
    abortSignal: AbortSignal,
  ): Promise<readonly Digest[]> {
    const removed: Digest[] = [];
    for (let start = 0; start < digests.length; start += IMAGES_PER_CALL) {
      const some = digests.slice(start, start + IMAGES_PER_CALL);
      const details = await this.#describe(repositoryName, some, abortSignal);
      const untagged = details.filter(({ imageTags }) => (imageTags ?? []).length === 0);
      const imageIds = untagged.map(({ imageDigest }) => ({ imageDigest }));
      // A failure is an image that is gone, or that an index still holds: both are as they should be.
      if (imageIds.length === 0) continue;
      const outcome = await this.#delete(repositoryName, imageIds, abortSignal);
      removed.push(...outcome.removed);
    }
    return removed;
  }

  async #describe(
    repositoryName: string,
    digests: readonly Digest[],
    abortSignal: AbortSignal,
  ): Promise<readonly ImageDetail[]> {
    const imageIds = digests.map((imageDigest) => ({ imageDigest }));
    const command = new DescribeImagesCommand({ ...this.#registry, repositoryName, imageIds });
    try {
      const { imageDetails } = await this.#client.send(command, { abortSignal });
      return imageDetails ?? [];
    } catch (error) {
      if (error instanceof RepositoryNotFoundException) return [];
      if (!(error instanceof ImageNotFoundException))
        throw await this.#described(error, {
          repositoryName,
          operation: 'describe images',
          signal: abortSignal,
        });
      if (digests.length === 1) return [];
      // The call fails whole for one image that is gone, so the others are asked for one by one.
      const details = await Promise.all(
        digests.map((digest) => this.#describe(repositoryName, [digest], abortSignal)),
      );
      return details.flat();
    }
  }

  /** What was removed, and the codes of what was not. */
  async #delete(
    repositoryName: string,
    imageIds: { imageTag?: string; imageDigest?: string | undefined }[],
    abortSignal: AbortSignal,
  ): Promise<{ removed: Digest[]; failures: string[] }> {
    const command = new BatchDeleteImageCommand({
      ...this.#registry,
      repositoryName,
      imageIds: [...imageIds],
    });
    try {
      const answer = await this.#client.send(command, { abortSignal });
      return {
        removed: (answer.imageIds ?? []).flatMap(({ imageDigest }) =>
          isDigest(imageDigest) ? [imageDigest] : [],
        ),
        failures: (answer.failures ?? []).map(({ failureCode }) => failureCode ?? 'no code given'),
      };
    } catch (error) {
      if (error instanceof RepositoryNotFoundException) return { removed: [], failures: ['ImageNotFound'] };
      throw await this.#described(error, {
        repositoryName,
        operation: 'remove an image',
        signal: abortSignal,
        permission: WRITE_PERMISSION,
      });
    }
  }

  async #send<T>(
    repositoryName: string,
    operation: string,
    signal: AbortSignal,
    send: () => Promise<T>,
  ): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw await this.#described(error, { repositoryName, operation, signal });
    }
  }

  async #described(
    error: unknown,
    call: { repositoryName: string; operation: string; signal: AbortSignal; permission?: string },
  ): Promise<unknown> {
    const { repositoryName, operation, signal } = call;
    const { registryId } = this.#registry;
    const permission = registryId === undefined ? call.permission : FOREIGN_PERMISSION;
    if (error instanceof RepositoryNotFoundException) {
      const where = registryId === undefined ? 'this account' : `account ${registryId}`;
      return new ProviderError(
        'NotFound',
        `There is no repository ${repositoryName} in ${where} and Region. Create it first; in the same template let this resource depend on it`,
        { cause: error },
      );
    }
    return errorOfAws(error, {
      service: 'ECR',
      region: await this.#client.config.region(),
      operation: `${operation} in repository ${repositoryName}${registryId === undefined ? '' : ` of account ${registryId}`}`,
      hints: permission === undefined ? {} : { AccessDenied: permission },
      signal,
    });
  }
}
