import type { Answer, Exchange } from './exchange.ts';
import { damaged } from './manifest-endpoint.ts';
import { Refusal } from './refusal.ts';
import type { RegistryContext } from './registry-personality.ts';
import type { StoredRepository } from './registry-store.ts';

/**
 * Blobs are read here; they come in through uploads.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs
 */
export function answerBlob(
  { personality, redirectTo }: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
  digest: string,
): Answer {
  const stored = repository.blobs.get(digest);
  if (stored === undefined) throw new Refusal('BLOB_UNKNOWN', `There is no blob ${digest}`);
  const bytes = personality.quirks.includes('damaged-blobs') ? damaged(stored) : stored;
  const named = { 'docker-content-digest': digest };
  // ECR and Docker Hub answer HEAD themselves.
  if (exchange.method === 'GET' && redirectTo !== undefined) {
    return { status: 307, headers: { ...named, location: redirectTo(digest, bytes) } };
  }
  const { status, headers, body } = rangeOf(bytes, exchange.request.headers.range);
  return { status, headers: { ...headers, ...named }, body };
}

/**
 * The bytes that a Range header asks for: one range, with or without an end.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range
 */
export function rangeOf(bytes: Buffer, header: string | undefined): Required<Answer> {
  const type = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  // Another unit, or several ranges, is ignored, as the standard allows.
  if (match === null) return { status: 200, headers: type, body: bytes };
  const first = Number(match[1]);
  const last = Math.min(match[2] === '' ? bytes.length - 1 : Number(match[2]), bytes.length - 1);
  if (first > last) {
    return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` }, body: Buffer.alloc(0) };
  }
  return {
    status: 206,
    headers: { ...type, 'content-range': `bytes ${first}-${last}/${bytes.length}` },
    body: bytes.subarray(first, last + 1),
  };
}
