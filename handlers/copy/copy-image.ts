import { ProviderError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { type ImageManifest, type Manifest, platformOfConfig, selectPlatform } from '../oci/manifest.ts';
import { isImageConfigType, isIndexType, isManifestType, isNondistributableType } from '../oci/media-type.ts';
import { formatPlatform, isSamePlatform, type Platform } from '../oci/platform.ts';
import type { DestinationRepository, ManifestContent, SourceRepository } from '../registry/repository.ts';
import { forEachInParallel } from './in-parallel.ts';

/** Blobs that are moved at the same time: enough to fill a connection, few enough for the memory. */
export const MAX_PARALLEL_BLOBS = 3;
/** Indexes within indexes; the specification allows them, nobody needs more than one within one. */
export const MAX_INDEX_DEPTH = 3;
/** Manifests below the root, all together. */
export const MAX_MANIFESTS = 1_000;
/** Bytes of all the manifests below the root, since they are held until their blobs are there. */
export const MAX_MANIFESTS_BYTES = 32 * 1024 * 1024;

/** What a reference stands for, and which part of it is wanted. */
export interface ResolvedImage {
  /** What goes under the tag: one image, or with `all` whatever the reference names. */
  readonly root: ManifestContent;
  /** What the reference names: `root`, or the index that it was chosen from. */
  readonly requested: Descriptor;
}

/**
 * Finds what is to be copied. Out of an index the platform's image is chosen; a single image must be for the platform.
 * @throws ProviderError `NotFound` where there is no such image or none for the platform, with those there are;
 * `InvalidRequest` for an artifact that is no image.
 */
export async function resolveImage(options: {
  source: SourceRepository;
  /** A tag or a digest. */
  reference: string;
  /** `all`: the whole index, or the image whatever it is for. */
  platform: Platform | 'all';
  signal?: AbortSignal | undefined;
}): Promise<ResolvedImage> {
  const { source, reference, platform, signal } = options;
  const first = await source.getManifest(reference, { signal });
  if (platform === 'all') return { root: first, requested: first.descriptor };
  let content = first;
  for (let depth = 0; content.manifest.kind === 'index'; depth += 1) {
    if (depth === MAX_INDEX_DEPTH) throw tooDeep();
    content = await getNamed(source, selectPlatform(content.manifest, platform), signal);
  }
  // The index's word is enough; without one the image's own config is asked.
  if (content === first) await checkPlatform(source, content.manifest, platform, signal);
  return { root: content, requested: first.descriptor };
}

/** How a blob came to be at the destination. */
export type BlobOutcome = 'present' | 'mounted' | 'copied';

export interface CopySummary {
  readonly blobs: Readonly<Record<BlobOutcome, number>>;
  /** Manifests below the root that were put. */
  readonly manifests: number;
  /** Bytes of the blobs that were copied. */
  readonly bytesCopied: number;
}

/**
 * Brings everything below an image's root manifest to the destination, which is asked first what it has: blobs, each
 * digest once, a few at a time; then the manifests that an index names. The root itself is left to the caller, so that
 * nothing is under the tag before everything else is there.
 * When it rejects, nothing of it goes on in the background.
 */
export async function copyContent(options: {
  source: SourceRepository;
  destination: DestinationRepository;
  image: ResolvedImage;
  /** Called after each blob. Default: nobody. */
  onProgress?: (blob: Descriptor, outcome: BlobOutcome) => void;
  /**
   * Whether the destination is asked which manifests it has: one that is there saves the look at each blob below it.
   * Default: true.
   */
  looksForManifests?: boolean;
  signal?: AbortSignal | undefined;
}): Promise<CopySummary> {
  const { source, destination, image, onProgress, looksForManifests = true, signal } = options;
  const isPresent = async (digest: Digest): Promise<boolean> =>
    looksForManifests && (await destination.hasManifest(digest, { signal }));
  const blobs = { present: 0, mounted: 0, copied: 0 };
  // A registry takes a manifest only when everything below it is there.
  if (await isPresent(image.root.descriptor.digest)) {
    return { blobs, manifests: 0, bytesCopied: 0 };
  }
  const manifests = await collectManifests(source, isPresent, image.root, signal);
  const wanted = blobsOf([...manifests, image.root]);
  let bytesCopied = 0;
  await forEachInParallel(wanted, MAX_PARALLEL_BLOBS, signal, async (blob, inner) => {
    const outcome = await copyBlob(source, destination, blob, inner);
    blobs[outcome] += 1;
    if (outcome === 'copied') bytesCopied += blob.size;
    onProgress?.(blob, outcome);
  });
  for (const content of manifests)
    await destination.pushManifest(content.descriptor.digest, content, { signal });
  return { blobs, manifests: manifests.length, bytesCopied };
}

async function copyBlob(
  source: SourceRepository,
  destination: DestinationRepository,
  blob: Descriptor,
  signal: AbortSignal,
): Promise<BlobOutcome> {
  if (await destination.hasBlob(blob, { signal })) return 'present';
  if (
    source.registry === destination.registry &&
    (await destination.mountBlob(blob, source.repository, { signal }))
  ) {
    return 'mounted';
  }
  try {
    await destination.pushBlob(blob, () => source.openBlob(blob, { signal }), { signal });
  } catch (error) {
    throw isNondistributableType(blob.mediaType) ? withoutSource(blob, error) : error;
  }
  return 'copied';
}

/** The manifests below the root that the destination lacks, those that others name first. */
async function collectManifests(
  source: SourceRepository,
  isPresent: (digest: Digest) => Promise<boolean>,
  root: ManifestContent,
  signal: AbortSignal | undefined,
): Promise<readonly ManifestContent[]> {
  const collected: ManifestContent[] = [];
  const seen = new Set<Digest>([root.descriptor.digest]);
  let bytes = 0;

  const visit = async ({ manifest }: ManifestContent, depth: number): Promise<void> => {
    if (manifest.kind === 'manifest') return;
    if (depth === MAX_INDEX_DEPTH) throw tooDeep();
    for (const entry of manifest.manifests) {
      if (seen.has(entry.digest)) continue;
      seen.add(entry.digest);
      if (seen.size > MAX_MANIFESTS) throw overBound(`more than ${MAX_MANIFESTS} manifests`);
      if (!isIndexType(entry.mediaType) && !isManifestType(entry.mediaType)) {
        throw new ProviderError(
          'InvalidRequest',
          `The image's index names ${entry.digest} of type ${entry.mediaType}, which is neither an image nor an index`,
        );
      }
      if (await isPresent(entry.digest)) continue;
      const content = await getNamed(source, entry, signal);
      bytes += content.bytes.byteLength;
      if (bytes > MAX_MANIFESTS_BYTES) throw overBound(`manifests of more than ${MAX_MANIFESTS_BYTES} bytes`);
      await visit(content, depth + 1);
      collected.push(content);
    }
  };
  await visit(root, 0);
  return collected;
}

/** Configs and layers, each digest once. */
function blobsOf(contents: readonly ManifestContent[]): readonly Descriptor[] {
  const blobs = new Map<Digest, Descriptor>();
  for (const { manifest } of contents) {
    if (manifest.kind === 'index') continue;
    for (const blob of [manifest.config, ...manifest.layers]) {
      if (blob.size === 0) {
        throw new ProviderError(
          'InvalidRequest',
          `The image has an empty blob, ${blob.digest} of type ${blob.mediaType}; Amazon ECR takes none`,
        );
      }
      if (!blobs.has(blob.digest)) blobs.set(blob.digest, blob);
    }
  }
  return [...blobs.values()];
}

/** The manifest that a descriptor names, which must be of the size it says. */
async function getNamed(
  source: SourceRepository,
  { digest, size }: Descriptor,
  signal: AbortSignal | undefined,
): Promise<ManifestContent> {
  const content = await source.getManifest(digest, { signal });
  if (content.descriptor.size === size) return content;
  throw new ProviderError(
    'GeneralServiceException',
    `The image's index says that the manifest ${digest} has ${size} bytes; it has ${content.descriptor.size}`,
  );
}

async function checkPlatform(
  source: SourceRepository,
  manifest: Manifest,
  platform: Platform,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { config } = manifest as ImageManifest;
  if (!isImageConfigType(config.mediaType)) {
    throw new ProviderError(
      'InvalidRequest',
      `The source is no image but an artifact with a config of type ${config.mediaType}; it can only be copied with the platform "all"`,
    );
  }
  const actual = platformOfConfig(await source.getConfig(config, { signal }));
  if (isSamePlatform(actual, platform)) return;
  throw new ProviderError(
    'NotFound',
    `The image is for ${formatPlatform(actual)} and not for ${formatPlatform(platform)}`,
  );
}

function withoutSource(blob: Descriptor, error: unknown): unknown {
  if (!(error instanceof ProviderError) || error.code !== 'NotFound') return error;
  return new ProviderError(
    'NotFound',
    `The image's layer ${blob.digest} is of type ${blob.mediaType}: its registry does not distribute it, and this service fetches layers from registries alone (${error.message})`,
    { cause: error },
  );
}

function tooDeep(): ProviderError {
  return overBound(`indexes that are nested more than ${MAX_INDEX_DEPTH} deep`);
}

function overBound(what: string): ProviderError {
  return new ProviderError('ServiceLimitExceeded', `The image has ${what}`);
}
