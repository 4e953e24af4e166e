import { ProviderError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { formatImageSelector } from '../oci/image-selector.ts';
import {
  findPlatform,
  type ImageIndex,
  type Manifest,
  parseManifest,
  platformsOf,
  whyLambdaRefuses,
} from '../oci/manifest.ts';
import { parsePlatform } from '../oci/platform.ts';
import type { ImageStore, StoredImage } from '../registry/image-store.ts';
import type { ImageTagProperties } from './image-tag-properties.ts';
import type { Release } from './image-tag-release.ts';

/** A look for a released image. */
export interface ImageQuery {
  readonly images: Pick<ImageStore, 'findImage'>;
  readonly repositoryName: string;
  readonly properties: Pick<ImageTagProperties, 'Platform' | 'UsedBy'>;
  readonly release: Release;
  readonly signal: AbortSignal;
}

/**
 * The digest of a released image, which must be in the repository: of a tag that is an index that of the platform's
 * own image, where a platform is named.
 * @throws ProviderError `NotFound` where it, its platform's image or the repository is not there; `InvalidRequest`
 * where Lambda would refuse it.
 */
export async function getDigest(query: ImageQuery): Promise<Digest> {
  const { properties, repositoryName, release } = query;
  const { tag, digest } = release.selector;
  const named = await query.images.findImage(repositoryName, digest ?? tag, query.signal);
  if (named === undefined) {
    throw new ProviderError(
      'NotFound',
      `The repository ${repositoryName} has no image ${formatImageSelector(release.selector)}, which ${release.said} names. Push an image before it is released, and keep released ones from the repository's lifecycle policy`,
    );
  }
  const image = await ofPlatform(query, named);
  if (properties.UsedBy === 'lambda') checkForLambda(query, image);
  return image.digest;
}

/** The image itself, unless it is an index and a platform is named. */
async function ofPlatform(query: ImageQuery, image: StoredImage): Promise<StoredImage> {
  const { Platform } = query.properties;
  if (Platform === undefined) return image;
  const manifest = manifestOf(image);
  if (manifest.kind !== 'index') return image;
  const digest = getEntry(query, manifest, Platform);
  const found = await query.images.findImage(query.repositoryName, digest, query.signal);
  if (found !== undefined) return found;
  throw new ProviderError(
    'NotFound',
    `${describe(query)} is an index whose image for ${Platform} (${digest}) is not in the repository. Push the index again with all its images`,
  );
}

function getEntry(query: ImageQuery, index: ImageIndex, platform: string): Digest {
  const entry = findPlatform(index, parsePlatform(platform));
  if (entry !== undefined) return entry.digest;
  const there = platformsOf(index);
  const has = there.length === 0 ? 'none that names a platform' : there.join(', ');
  throw new ProviderError(
    'NotFound',
    `${describe(query)} is an index without an image for ${platform}; it has ${has}`,
  );
}

function checkForLambda(query: ImageQuery, image: StoredImage): void {
  const manifest = manifestOf(image);
  const refusal = whyLambdaRefuses(manifest);
  if (refusal === undefined) return;
  const hint = manifest.kind === 'index' ? '. The property Platform picks one' : '';
  throw new ProviderError('InvalidRequest', `${describe(query)} ${refusal}${hint}`);
}

function manifestOf({ manifest, mediaType }: StoredImage): Manifest {
  return parseManifest(Buffer.from(manifest), mediaType);
}

/** The image, as the beginning of a sentence. */
function describe({ repositoryName, release }: ImageQuery): string {
  const { tag, digest } = release.selector;
  const name = `${repositoryName}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return `The image ${name}, which ${release.said} names,`;
}
