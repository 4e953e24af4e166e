import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  type ECRClient,
  ImageNotFoundException,
} from '@aws-sdk/client-ecr';
import { ProviderError } from '../handlers/errors.ts';
import { type Digest, isDigest } from '../handlers/oci/digest.ts';
import type { ImageSelector } from '../handlers/oci/image-selector.ts';
import { parseManifest, selectPlatform } from '../handlers/oci/manifest.ts';
import { isIndexType, MANIFEST_ACCEPT_TYPES } from '../handlers/oci/media-type.ts';
import type { Platform } from '../handlers/oci/platform.ts';
import { failureOfAws } from './aws-failure.ts';
import { CliError } from './cli-error.ts';
import type { PushedImage, ReleaseImages } from './release-image.ts';

/** Which private repository: without a `registryId` one of the caller's own account. */
export interface RepositoryName {
  readonly repositoryName: string;
  readonly registryId?: string;
}

/** A private repository in Amazon ECR. */
export class EcrReleaseImages implements ReleaseImages {
  readonly #client: ECRClient;
  readonly #name: RepositoryName;

  constructor(client: ECRClient, name: RepositoryName) {
    this.#client = client;
    this.#name = name;
  }

  get repository(): string {
    const { repositoryName, registryId } = this.#name;
    return registryId === undefined ? repositoryName : `${repositoryName} (registry ${registryId})`;
  }

  async find({ tag, digest }: ImageSelector, abortSignal: AbortSignal): Promise<PushedImage | undefined> {
    const imageIds = [digest === undefined ? { imageTag: tag } : { imageDigest: digest }];
    const command = new DescribeImagesCommand({ ...this.#name, imageIds });
    try {
      const { imageDetails } = await this.#client.send(command, { abortSignal });
      const [detail] = imageDetails ?? [];
      if (!isDigest(detail?.imageDigest) || detail.imagePushedAt === undefined) return undefined;
      return {
        digest: detail.imageDigest,
        pushedAt: detail.imagePushedAt,
        mediaType: detail.imageManifestMediaType ?? '',
        tags: detail.imageTags ?? [],
        isArchived: detail.imageStatus !== undefined && detail.imageStatus !== 'ACTIVE',
      };
    } catch (error) {
      if (error instanceof ImageNotFoundException) return undefined;
      throw await this.#failure(error, 'describe an image', 'ecr:DescribeImages', abortSignal);
    }
  }

  async checkPlatform(
    { digest, mediaType }: PushedImage,
    platform: Platform,
    abortSignal: AbortSignal,
  ): Promise<void> {
    if (!isIndexType(mediaType)) return;
    const index = parseManifest(await this.#manifest(digest, abortSignal), mediaType);
    if (index.kind !== 'index') return;
    try {
      selectPlatform(index, platform);
    } catch (cause) {
      if (!(cause instanceof ProviderError)) throw cause;
      throw new CliError('ImageNotFound', `${cause.message}. It is ${digest} of ${this.repository}`, {
        cause,
      });
    }
  }

  async #manifest(imageDigest: Digest, abortSignal: AbortSignal): Promise<Uint8Array> {
    const command = new BatchGetImageCommand({
      ...this.#name,
      imageIds: [{ imageDigest }],
      // All of them: ECR converts a manifest where its own type is not accepted.
      acceptedMediaTypes: [...MANIFEST_ACCEPT_TYPES],
    });
    const { images, failures } = await this.#client
      .send(command, { abortSignal })
      .catch(async (error: unknown) => {
        throw await this.#failure(error, 'give a manifest', 'ecr:BatchGetImage', abortSignal);
      });
    const manifest = images?.[0]?.imageManifest;
    if (manifest !== undefined) return Buffer.from(manifest);
    throw new CliError(
      'ImageNotFound',
      `${this.repository} could not give ${imageDigest} (${failures?.[0]?.failureCode ?? 'no reason given'})`,
    );
  }

  async #failure(error: unknown, operation: string, action: string, signal: AbortSignal): Promise<unknown> {
    const region = await this.#client.config.region().catch(() => 'no Region');
    return failureOfAws(error, {
      service: 'ECR',
      region,
      operation: `${operation} of the repository ${this.repository}`,
      permission: `${action} on it`,
      signal,
      codes: {
        RepositoryNotFoundException: 'ImageNotFound',
        InvalidParameterException: 'Usage',
      },
    });
  }
}
