import { ProviderError } from '../errors.ts';
import { type Digest, isDigest } from './digest.ts';
import { isPlatformComponent, type Platform } from './platform.ts';

/**
 * Names content: what it is, its digest and its size in bytes.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  /** In an index: what the manifest runs on. */
  readonly platform?: Platform;
  /** In an index: what the manifest is. Left out for most images; an artifact may have an image's platform. */
  readonly artifactType?: string;
  /** Where a layer that is not distributed by registries is kept. Never followed by this service. */
  readonly urls?: readonly string[];
}

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i;

/**
 * @param where How the value is called in an error, such as `layers[2]`.
 * @throws ProviderError `GeneralServiceException`, since a registry or a builder made it.
 */
export function parseDescriptor(value: unknown, where: string): Descriptor {
  if (!isRecord(value)) throw malformed(`${where} is no descriptor`);
  const { mediaType, digest, size, platform, artifactType, urls } = value;
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType)) {
    throw malformed(`${where} has no valid media type`);
  }
  if (!isDigest(digest)) throw malformed(`${where} has no sha256 digest; no other kind is taken`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw malformed(`${where} has no valid size`);
  }
  return {
    mediaType,
    digest,
    size,
    ...platformOf(platform),
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(Array.isArray(urls) && { urls: urls.filter((url) => typeof url === 'string') }),
  };
}

/** A platform that names no system, as some caches' entries have it, is as good as none. */
function platformOf(value: unknown): { platform?: Platform } {
  if (!isRecord(value)) return {};
  const { os, architecture, variant } = value;
  if (!isPlatformComponent(os) || !isPlatformComponent(architecture)) return {};
  return { platform: { os, architecture, ...(isPlatformComponent(variant) && { variant }) } };
}

/** Narrows parsed JSON to an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(what: string): ProviderError {
  return new ProviderError('GeneralServiceException', `The image's manifest is malformed: ${what}`);
}
