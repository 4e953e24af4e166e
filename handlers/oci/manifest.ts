import { ProviderError } from '../errors.ts';
import { type Descriptor, isRecord, parseDescriptor } from './descriptor.ts';
import { isImageConfigType, isIndexType, isManifestType, isSchema1Type } from './media-type.ts';
import { formatPlatform, isPlatformComponent, isSamePlatform, type Platform } from './platform.ts';

export { whyLambdaRefuses } from './lambda-image.ts';

/**
 * One image (or one artifact), as OCI and Docker's schema 2 write it.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 */
export interface ImageManifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** What it is where it is no image: attestations and signatures say so here or in the config's media type. */
  readonly artifactType?: string;
}

/**
 * Several manifests under one digest: OCI's index or Docker's manifest list.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
 */
export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

export type Manifest = ImageManifest | ImageIndex;

/** The distribution specification asks registries to take 4 MiB at least; Docker's and ECR's take no more. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** Layers of one image. Docker stops at 127, and no file system stacks more. */
export const MAX_LAYERS = 1_000;
/** Entries of one index. Official images have about 20, attestations included. */
export const MAX_INDEX_ENTRIES = 1_000;

/**
 * Reads a manifest or an index and checks every descriptor in it.
 * @param mediaType What its registry says it is. Undefined, or a type that says nothing (`application/json`): the
 * document's own `mediaType` decides, or else its fields.
 * @throws ProviderError `InvalidRequest` for what this service can't copy (schema 1, unknown types), `ServiceLimitExceeded`
 * over a bound, `GeneralServiceException` for a malformed document.
 */
export function parseManifest(bytes: Uint8Array, mediaType?: string): Manifest {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) {
    throw new ProviderError(
      'ServiceLimitExceeded',
      `The image's manifest has ${bytes.byteLength} bytes; ${MAX_MANIFEST_BYTES} are allowed`,
    );
  }
  const document = parseDocument(bytes);
  const type = decideType(document, mediaType);
  if (isIndexType(type)) {
    const manifests = parseList(document.manifests, 'manifests', MAX_INDEX_ENTRIES);
    return { kind: 'index', mediaType: type, manifests };
  }
  return {
    kind: 'manifest',
    mediaType: type,
    config: parseDescriptor(document.config, 'config'),
    layers: parseList(document.layers, 'layers', MAX_LAYERS),
    ...(typeof document.artifactType === 'string' && { artifactType: document.artifactType }),
  };
}

/**
 * The index's image for a platform: the first that matches, as the specification asks. Entries of another kind never
 * match: attestations are for `unknown/unknown`, and SOCI's are for the image's own platform, with a type of theirs.
 * @see https://github.com/awslabs/soci-snapshotter/blob/main/soci/soci_convert.go
 */
export function findPlatform(index: ImageIndex, platform: Platform): Descriptor | undefined {
  return index.manifests.find(
    (entry) => isImage(entry) && entry.platform !== undefined && isSamePlatform(entry.platform, platform),
  );
}

/**
 * The same.
 * @throws ProviderError `NotFound` that lists the platforms there are.
 */
export function selectPlatform(index: ImageIndex, platform: Platform): Descriptor {
  const found = findPlatform(index, platform);
  if (found !== undefined) return found;
  const there = platformsOf(index);
  throw new ProviderError(
    'NotFound',
    `The image has no variant for ${formatPlatform(platform)}; it has ${there.length === 0 ? 'none that names a platform' : there.join(', ')}`,
  );
}

/** The platforms that an index has images for, each once, attestations left out. */
export function platformsOf(index: ImageIndex): readonly string[] {
  const named = index.manifests
    .filter(isImage)
    .flatMap(({ platform }) =>
      platform === undefined || platform.os === 'unknown' ? [] : [formatPlatform(platform)],
    );
  return [...new Set(named)];
}

/** Some tools write the type of an image's config there, others nothing. */
function isImage({ artifactType = '' }: Descriptor): boolean {
  return artifactType === '' || isImageConfigType(artifactType);
}

/**
 * Reads the platform out of an image's config.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 * @throws ProviderError `GeneralServiceException` where the config is no JSON object; `InvalidRequest` without a platform.
 */
export function platformOfConfig(bytes: Uint8Array): Platform {
  const { os, architecture, variant } = parseDocument(bytes, 'config');
  if (!isPlatformComponent(os) || !isPlatformComponent(architecture)) {
    throw new ProviderError('InvalidRequest', "The image's config names no os and architecture");
  }
  return { os, architecture, ...(isPlatformComponent(variant) && { variant }) };
}

function parseDocument(bytes: Uint8Array, what = 'manifest'): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw new ProviderError('GeneralServiceException', `The image's ${what} is no JSON`, { cause });
  }
  if (isRecord(document)) return document;
  throw new ProviderError('GeneralServiceException', `The image's ${what} is no JSON object`);
}

/**
 * The media type that counts. Where the registry and the document say different things, or the document could be
 * read both ways, two clients would see two images under one digest; such a document is refused.
 * @see https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh
 */
function decideType(document: Record<string, unknown>, served: string | undefined): string {
  const written = typeof document.mediaType === 'string' ? document.mediaType : undefined;
  const named = served === undefined || isVagueType(served) ? written : served;
  const type = named ?? typeByFields(document);
  if (isSchema1Type(type) || document.schemaVersion === 1) {
    throw new ProviderError(
      'InvalidRequest',
      "The image has Docker's schema 1, which is no longer in use; push it again with a current tool",
    );
  }
  if (!isIndexType(type) && !isManifestType(type)) {
    throw new ProviderError(
      'InvalidRequest',
      `The manifest's media type is ${quoteType(type)}; an OCI or Docker schema 2 image or index is allowed`,
    );
  }
  if (written !== undefined && written !== type) {
    throw malformed(`it is served as ${quoteType(type)} and says of itself that it is ${quoteType(written)}`);
  }
  if ('manifests' in document && ('layers' in document || 'config' in document)) {
    throw malformed('it is an image and an index at once');
  }
  return type;
}

function typeByFields(document: Record<string, unknown>): string {
  if ('manifests' in document) return 'application/vnd.oci.image.index.v1+json';
  if ('config' in document && 'layers' in document) return 'application/vnd.oci.image.manifest.v1+json';
  return 'unknown';
}

/** Types that servers give to whatever they don't know. */
function isVagueType(mediaType: string): boolean {
  return ['application/json', 'application/octet-stream', 'text/plain'].includes(mediaType);
}

function parseList(value: unknown, field: string, limit: number): readonly Descriptor[] {
  if (!Array.isArray(value)) throw malformed(`its ${field} are no list`);
  if (value.length > limit) {
    throw new ProviderError(
      'ServiceLimitExceeded',
      `The image's manifest has ${value.length} ${field}; ${limit} are allowed`,
    );
  }
  return value.map((entry, position) => parseDescriptor(entry, `${field}[${position}]`));
}

function quoteType(mediaType: string): string {
  return JSON.stringify(mediaType.slice(0, 127));
}

function malformed(what: string): ProviderError {
  return new ProviderError('GeneralServiceException', `The image's manifest is malformed: ${what}`);
}
