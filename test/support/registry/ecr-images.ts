import { EcrApiError } from './ecr-api-error.ts';
import type { EcrInputs, ImageIdentifier } from './ecr-input.ts';
import { isDigest, isIndexType } from './manifest-document.ts';
import type { StoredManifest, StoredRepository } from './registry-store.ts';

/** A repository as the API sees it: with the registry that it is in. */
export interface EcrRepository {
  readonly registryId: string;
  readonly stored: StoredRepository;
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html */
interface ImageFailure {
  readonly imageId: ImageIdentifier;
  readonly failureCode:
    | 'InvalidImageDigest'
    | 'InvalidImageTag'
    | 'ImageTagDoesNotMatchDigest'
    | 'ImageNotFound'
    | 'MissingDigestAndTag'
    | 'ImageReferencedByManifestList';
  readonly failureReason: string;
}

type Found = { readonly image: StoredManifest } | { readonly failure: ImageFailure };

/** Where the caller names no number. */
const DEFAULT_PAGE = 100;

/**
 * ECR turns a manifest that is not accepted into one of another kind, with another digest, or doesn't find it; here
 * it is never found, and `violate` hears of it.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
 */
export function batchGetImage(
  { registryId, stored }: EcrRepository,
  { imageIds, acceptedMediaTypes = [] }: EcrInputs['BatchGetImage'],
  violate: (what: string) => void,
): object {
  const images: object[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of imageIds) {
    const found = find(stored, imageId);
    if ('failure' in found) {
      failures.push(found.failure);
      continue;
    }
    const { digest, mediaType, bytes } = found.image;
    if (!acceptedMediaTypes.includes(mediaType)) {
      violate(`does not accept ${mediaType}, which the image has`);
      failures.push(failure(imageId, 'ImageNotFound'));
      continue;
    }
    images.push({
      registryId,
      repositoryName: stored.name,
      imageId: { ...imageId, imageDigest: digest },
      imageManifest: bytes.toString('utf8'),
      imageManifestMediaType: mediaType,
    });
  }
  return { images, failures };
}

/**
 * A tag alone is taken from its image, and the last one takes the image along. A digest, with or without a tag, means
 * the image with all of its tags. What an index holds stays, and so does its last tag.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
 * @see https://github.com/aws/containers-roadmap/issues/1567 the last tag of what an index holds
 */
export function batchDeleteImage(
  { stored }: EcrRepository,
  { imageIds }: EcrInputs['BatchDeleteImage'],
): object {
  const removed: ImageIdentifier[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of imageIds) {
    const found = find(stored, imageId);
    if ('failure' in found) {
      failures.push(found.failure);
      continue;
    }
    const { digest } = found.image;
    const tags = stored.tagsOf(digest);
    if (imageId.imageDigest === undefined && imageId.imageTag !== undefined && tags.length > 1) {
      stored.removeTag(imageId.imageTag);
      removed.push({ imageDigest: digest, imageTag: imageId.imageTag });
      continue;
    }
    const indexes = stored.indexesOf(digest).map((index) => index.digest);
    if (indexes.length > 0) {
      failures.push(failure(imageId, 'ImageReferencedByManifestList', `: [${indexes.join(', ')}]`));
      continue;
    }
    stored.removeManifest(digest);
    if (tags.length === 0) removed.push({ imageDigest: digest });
    else removed.push(...tags.map((imageTag) => ({ imageDigest: digest, imageTag })));
  }
  return { imageIds: removed, failures };
}

/**
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
 * @throws EcrApiError ImageNotFoundException for the first image that is not there, whatever else was asked for.
 */
export function describeImages(repository: EcrRepository, input: EcrInputs['DescribeImages']): object {
  const { registryId, stored } = repository;
  const images = input.imageIds
    ? [...new Set(input.imageIds.map((imageId) => getImage(repository, imageId)))]
    : [...stored.manifests.values()];
  const tagStatus = input.filter?.tagStatus ?? 'ANY';
  const wanted = images.filter(({ digest }) => {
    const isTagged = stored.tagsOf(digest).length > 0;
    return tagStatus === 'ANY' || isTagged === (tagStatus === 'TAGGED');
  });
  const { page, nextToken } = pageOf(wanted, input);
  return {
    imageDetails: page.map((image) => detailOf(image, { registryId, stored })),
    ...(nextToken !== undefined && { nextToken }),
  };
}

/** @throws EcrApiError InvalidParameterException for a token that this API did not give. */
export function pageOf<T>(
  all: readonly T[],
  { maxResults = DEFAULT_PAGE, nextToken = '0' }: { maxResults?: number; nextToken?: string },
): { readonly page: readonly T[]; readonly nextToken: string | undefined } {
  const start = Number(nextToken);
  if (!Number.isInteger(start) || start < 0 || start > all.length) {
    throw new EcrApiError('InvalidParameterException', 'Invalid parameter at nextToken');
  }
  const end = start + maxResults;
  return { page: all.slice(start, end), nextToken: end < all.length ? String(end) : undefined };
}

function detailOf(image: StoredManifest, { registryId, stored }: EcrRepository): object {
  const { digest, mediaType, document, pushedAt } = image;
  const imageTags = stored.tagsOf(digest);
  return {
    registryId,
    repositoryName: stored.name,
    imageDigest: digest,
    ...(imageTags.length > 0 && { imageTags }),
    // An index has no size of its own.
    ...(!isIndexType(mediaType) && {
      imageSizeInBytes: (document.layers ?? []).reduce((sum, { size }) => sum + size, 0),
      artifactMediaType: document.config?.mediaType,
    }),
    imagePushedAt: pushedAt.getTime() / 1_000,
    imageManifestMediaType: mediaType,
  };
}

function getImage({ registryId, stored }: EcrRepository, imageId: ImageIdentifier): StoredManifest {
  const found = find(stored, imageId);
  if ('image' in found) return found.image;
  const { failureCode, failureReason } = found.failure;
  if (failureCode !== 'ImageNotFound' && failureCode !== 'ImageTagDoesNotMatchDigest') {
    throw new EcrApiError('InvalidParameterException', failureReason);
  }
  const { imageDigest = 'null', imageTag = 'null' } = imageId;
  throw new EcrApiError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the repository with name '${stored.name}' in the registry with id '${registryId}'`,
  );
}

function find(stored: StoredRepository, imageId: ImageIdentifier): Found {
  const { imageTag, imageDigest } = imageId;
  if (imageTag === undefined && imageDigest === undefined) {
    return { failure: failure(imageId, 'MissingDigestAndTag') };
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    return { failure: failure(imageId, 'InvalidImageDigest') };
  }
  if (imageTag !== undefined && !/^\w[\w.-]{0,127}$/.test(imageTag)) {
    return { failure: failure(imageId, 'InvalidImageTag') };
  }
  // With both, it is the tag that is looked up.
  const image = stored.findManifest(imageTag ?? imageDigest ?? '');
  if (image === undefined) return { failure: failure(imageId, 'ImageNotFound') };
  if (imageDigest !== undefined && image.digest !== imageDigest) {
    return { failure: failure(imageId, 'ImageTagDoesNotMatchDigest') };
  }
  return { image };
}

const REASONS: Readonly<Record<ImageFailure['failureCode'], string>> = {
  InvalidImageDigest: 'Invalid request parameters: the image digest is no digest',
  InvalidImageTag: 'Invalid request parameters: the image tag is no tag',
  ImageTagDoesNotMatchDigest: 'The tag and the digest belong to different images',
  ImageNotFound: 'Requested image not found',
  MissingDigestAndTag: 'Invalid request parameters: both tag and digest cannot be null',
  ImageReferencedByManifestList: 'Requested image referenced by manifest list',
};

function failure(
  imageId: ImageIdentifier,
  failureCode: ImageFailure['failureCode'],
  more = '',
): ImageFailure {
  return { imageId, failureCode, failureReason: REASONS[failureCode] + more };
}
