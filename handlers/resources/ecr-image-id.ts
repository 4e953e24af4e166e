import { createHash } from 'node:crypto';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { EcrImageProperties } from './ecr-image-properties.ts';
import { formatSource } from './ecr-image-source.ts';

/**
 * What the physical resource id of a Custom::EcrImage tells.
 *
 *     id     := <repository URI> ":" <tag> [ "@" <digest> ] [ "#" memory ]
 *     memory := [ asked ] [ "," before ]
 *     before := repository "." place "." <64 hex of its digest> "." asked
 *
 * `asked`, `repository` and `place` are fingerprints of 12 hex digits. The memory is what a rollback needs: it is an
 * Update with the properties swapped, and only the id tells whether the answer to them was given, and what it was.
 * At most 630 bytes.
 */
export interface EcrImageId {
  readonly repositoryUri: string;
  readonly tag: string;
  /** The image that this resource put there; without it the tag had one already, which was kept. */
  readonly digest?: Digest;
  /** Which properties that image is the answer to. */
  readonly asked?: string;
  readonly before?: ImageBefore;
}

/** The image that this resource put before: under the same tag, or at another place. */
export interface ImageBefore {
  /** Fingerprint of its repository's URI. */
  readonly repository: string;
  /** Fingerprint of its repository's URI and tag. */
  readonly place: string;
  readonly digest: Digest;
  readonly asked: string;
}

export function formatEcrImageId({ repositoryUri, tag, digest, asked, before }: EcrImageId): string {
  const remembered =
    before === undefined
      ? ''
      : `,${before.repository}.${before.place}.${before.digest.slice(DIGEST_PREFIX.length)}.${before.asked}`;
  const memory = `${asked ?? ''}${remembered}`;
  return `${repositoryUri}:${tag}${digest === undefined ? '' : `@${digest}`}${memory === '' ? '' : `#${memory}`}`;
}

/** Undefined for an id that is none of ours: CloudFormation makes one up where it never got an answer. */
export function parseEcrImageId(text: string): EcrImageId | undefined {
  const parts = ID.exec(text)?.groups;
  const { repositoryUri, tag, digest, asked, repository, place, hex, askedBefore } = parts ?? {};
  if (repositoryUri === undefined || tag === undefined) return undefined;
  if (digest !== undefined && !isDigest(digest)) return undefined;
  const hasBefore = repository && place && hex && askedBefore;
  return {
    repositoryUri,
    tag,
    ...(digest !== undefined && { digest }),
    ...(asked && { asked }),
    ...(hasBefore && {
      before: { repository, place, digest: `${DIGEST_PREFIX}${hex}` as const, asked: askedBefore },
    }),
  };
}

/** Which image is asked for: properties with another one may lead to another image. Defaults are written out. */
export function fingerprintOfAsked({
  Source,
  Platform,
}: Pick<EcrImageProperties, 'Source' | 'Platform'>): string {
  return fingerprint(JSON.stringify([formatSource(Source), Platform]));
}

export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, FINGERPRINT_LENGTH);
}

const DIGEST_PREFIX = 'sha256:';
const FINGERPRINT_LENGTH = 12;
const PRINT = `[0-9a-f]{${FINGERPRINT_LENGTH}}`;
const ID = new RegExp(
  '^(?<repositoryUri>[a-z0-9.-]+/[a-z0-9._/-]+):(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]*)(?:@(?<digest>[^#]+))?' +
    `(?:#(?<asked>${PRINT})?` +
    `(?:,(?<repository>${PRINT})\\.(?<place>${PRINT})\\.(?<hex>[0-9a-f]{64})\\.(?<askedBefore>${PRINT}))?)?$`,
);
