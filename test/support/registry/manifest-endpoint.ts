import { createHash } from 'node:crypto';
import type { Answer, Exchange } from './exchange.ts';
import {
  isIndexType,
  MANIFEST_TYPES,
  ManifestDocumentError,
  parseManifestDocument,
} from './manifest-document.ts';
import { Refusal } from './refusal.ts';
import type { Quirk, RegistryContext } from './registry-personality.ts';
import { digestOf, type StoredManifest, type StoredRepository } from './registry-store.ts';

/** The specification asks for this much at least, and nobody takes more. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * Manifests: read, put, delete.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests
 */
export async function answerManifest(
  context: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
  reference: string,
): Promise<Answer> {
  switch (exchange.method) {
    case 'PUT':
      return await put(context, exchange, repository, reference);
    case 'DELETE':
      return remove(context, repository, reference);
    default:
      return get(context, exchange, repository, reference);
  }
}

function get(
  { personality }: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
  reference: string,
): Answer {
  const manifest = repository.findManifest(reference);
  const accept = exchange.request.headers.accept;
  if (accept === undefined) exchange.violate('asks for a manifest without an Accept header');
  if (manifest === undefined) throw new Refusal('MANIFEST_UNKNOWN', `There is no manifest ${reference}`);
  if (!accepts(accept, manifest.mediaType)) {
    throw new Refusal('MANIFEST_UNKNOWN', `The manifest is ${manifest.mediaType}, which is not accepted`);
  }
  return withQuirks(manifest, reference, personality.quirks);
}

/** Whether an Accept header allows a type. Registries don't weigh its q values. */
function accepts(header: string | undefined, mediaType: string): boolean {
  const ranges = (header ?? '').split(',').map((range) => range.split(';', 1)[0]?.trim());
  return ranges.some((range) => range === mediaType || range === '*/*' || range === 'application/*');
}

function withQuirks(manifest: StoredManifest, reference: string, quirks: readonly Quirk[]): Answer {
  const has = (quirk: Quirk): boolean => quirks.includes(quirk);
  let { bytes, mediaType } = manifest;
  if (has('schema-1-manifests') && !reference.includes(':')) {
    bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 1, name: 'app', tag: reference, fsLayers: [], history: [] }),
    );
    mediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
  }
  if (has('oversized-manifests')) {
    bytes = Buffer.concat([
      bytes,
      Buffer.alloc(MAX_MANIFEST_BYTES + 1 - Math.min(bytes.length, MAX_MANIFEST_BYTES), ' '),
    ]);
  }
  const named = has('wrong-content-digest') ? digestOf(Buffer.from('something else')) : digestOf(bytes);
  // The digest is that of the whole: only what goes over the wire is damaged.
  if (has('damaged-manifests')) bytes = damaged(bytes);
  return {
    status: 200,
    headers: {
      ...(!has('no-content-type') && { 'content-type': mediaType }),
      ...(!has('no-content-digest') && { 'docker-content-digest': named }),
      etag: `"${createHash('sha256').update(bytes).digest('hex')}"`,
    },
    body: bytes,
  };
}

/** The same bytes but for one in the middle, which stays a printable character. */
export function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  if (copy.length > 0) copy[middle] = copy[middle] === 0x30 ? 0x31 : 0x30;
  return copy;
}

async function put(
  { personality }: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
  reference: string,
): Promise<Answer> {
  const { bytes, complete } = await exchange.body();
  if (!complete) throw new Refusal('MANIFEST_INVALID', 'The manifest did not come to its end');
  if (bytes.length > MAX_MANIFEST_BYTES) {
    exchange.violate(`puts a manifest of ${bytes.length} bytes`);
    throw new Refusal('SIZE_INVALID', `A manifest may have ${MAX_MANIFEST_BYTES} bytes`, { status: 413 });
  }
  const isDigestReference = reference.includes(':');
  if (isDigestReference && digestOf(bytes) !== reference) {
    throw new Refusal('DIGEST_INVALID', 'The manifest has another digest than its address');
  }
  const mediaType = checkDocument(exchange, repository, bytes);
  if (!isDigestReference && repository.immutable && repository.tags.has(reference)) {
    // Also where it is the same manifest: ECR makes no difference.
    throw new Refusal(
      'TAG_INVALID',
      `The image tag '${reference}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
  const stored = repository.putManifest(bytes, mediaType, isDigestReference ? undefined : reference);
  const location = `/v2/${repository.name}/manifests/${stored.digest}`;
  return {
    status: 201,
    headers: {
      location: personality.relativeLocations ? location : new URL(location, exchange.url).href,
      'docker-content-digest': stored.digest,
      ...(stored.document.subject !== undefined && { 'oci-subject': stored.document.subject.digest }),
    },
  };
}

/** @returns The manifest's media type. */
function checkDocument(exchange: Exchange, repository: StoredRepository, bytes: Buffer): string {
  const contentType = exchange.request.headers['content-type'];
  if (contentType === undefined || !MANIFEST_TYPES.includes(contentType)) {
    exchange.violate(`puts a manifest with the Content-Type ${contentType}`);
    throw new Refusal('MANIFEST_INVALID', `A manifest can't have the type ${contentType}`);
  }
  const document = parse(bytes);
  if (document.mediaType !== undefined && document.mediaType !== contentType) {
    exchange.violate(`puts as ${contentType} what says that it is ${document.mediaType}`);
    throw new Refusal('MANIFEST_INVALID', `The manifest says that it is ${document.mediaType}`);
  }
  if (document.mediaType === undefined && contentType.startsWith('application/vnd.docker.')) {
    throw new Refusal('MANIFEST_INVALID', "Docker's manifests name their media type");
  }
  if (isIndexType(contentType) !== (document.manifests !== undefined)) {
    throw new Refusal('MANIFEST_INVALID', `The manifest has not the fields of ${contentType}`);
  }
  const missing = repository.missing(document).map(({ digest, size }) => `${digest} of ${size} bytes`);
  if (missing.length > 0) {
    exchange.violate(`puts a manifest before ${missing.join(' and ')}`);
    throw new Refusal('MANIFEST_BLOB_UNKNOWN', `The repository lacks ${missing.join(' and ')}`);
  }
  return contentType;
}

function parse(bytes: Buffer) {
  try {
    return parseManifestDocument(bytes);
  } catch (error) {
    if (!(error instanceof ManifestDocumentError)) throw error;
    throw new Refusal('MANIFEST_INVALID', `The manifest is not valid: ${error.message}`);
  }
}

function remove({ personality }: RegistryContext, repository: StoredRepository, reference: string): Answer {
  if (!personality.deletesManifests) throw new Refusal('UNSUPPORTED', 'Nothing is deleted here');
  const isThere = reference.includes(':')
    ? repository.removeManifest(reference)
    : repository.removeTag(reference);
  if (!isThere) throw new Refusal('MANIFEST_UNKNOWN', `There is no manifest ${reference}`);
  return { status: 202 };
}
