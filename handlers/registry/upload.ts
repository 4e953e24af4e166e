import type { Readable } from 'node:stream';
import type { Descriptor } from '../oci/descriptor.ts';
import { discard } from './bounded-body.ts';
import type { RegistryClient, RegistryResponse } from './registry-client.ts';
import { type Operation, RegistryError, stalled } from './registry-error.ts';

/** Time limits of one upload, in milliseconds. */
export interface UploadTimeouts {
  /** How long the destination may take nothing. Default 30 000. */
  readonly stallMs?: number;
  /**
   * How long the answer may take once everything is sent, for a small blob; a large one, which the registry hashes
   * before it answers, gets the time for that besides. Default 60 000.
   */
  readonly completionMs?: number;
}

const DEFAULT_STALL_MS = 30_000;
const DEFAULT_COMPLETION_MS = 60_000;
/** A registry that hashes and stores more slowly than this is not waited for: 50 MiB a second. */
const COMPLETION_BYTES_PER_MS = (50 * 1024 * 1024) / 1_000;

export interface UploadOptions {
  /** The address of a session that is open. Default: a new one is opened. */
  readonly session?: URL | undefined;
  readonly timeouts?: UploadTimeouts | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Uploads a blob in one try: opens a session, or goes on with one that a mount left, and sends everything in the one
 * PUT that also ends it. ECR drops what comes after a session's first chunk, so there are never two.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put
 * @see https://github.com/aws/containers-roadmap/issues/2831
 */
export async function uploadBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  open: () => Promise<Readable>,
  { session, timeouts = {}, signal }: UploadOptions,
): Promise<void> {
  const location = session ?? (await startUpload(client, descriptor, signal));
  const content = await open();
  // It may fail while nobody listens, between two requests; whoever reads it gets the error then.
  content.on('error', () => {});
  const action = `uploading the blob ${descriptor.digest}`;
  const stall = watchForStall(content, timeouts.stallMs ?? DEFAULT_STALL_MS, client.operation(action));
  try {
    const response = await client.send({
      action,
      method: 'PUT',
      url: withDigest(location, descriptor),
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(descriptor.size) },
      body: content,
      expected: [201],
      headersMs: (timeouts.completionMs ?? DEFAULT_COMPLETION_MS) + descriptor.size / COMPLETION_BYTES_PER_MS,
      signal: signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]),
    });
    await discard(response.body);
  } catch (error) {
    throw withRetryOfUpload(error);
  } finally {
    stall.end();
    content.destroy();
  }
}

/**
 * Asks for a blob of another repository of the same registry.
 * @returns true where it is there now; otherwise the address of the session that was opened instead, if there was one.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
export async function mountBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  fromRepository: string,
  signal?: AbortSignal,
): Promise<true | URL | undefined> {
  const action = `mounting the blob ${descriptor.digest} from ${fromRepository}`;
  const url = client.url('blobs/uploads/');
  url.search = new URLSearchParams({ mount: descriptor.digest, from: fromRepository }).toString();
  const response = await client.send({
    action,
    method: 'POST',
    url,
    headers: { 'content-length': '0' },
    // A refusal is no failure: what can't be mounted is copied.
    expected: [201, 202, 400, 403, 404, 405],
    alsoReads: [fromRepository],
    signal,
  });
  await discard(response.body);
  if (response.status === 201) return true;
  return response.status === 202 ? client.locationOf(response, action) : undefined;
}

async function startUpload(
  client: RegistryClient,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): Promise<URL> {
  const action = `starting the upload of the blob ${descriptor.digest}`;
  return await client.retry(async () => {
    const response: RegistryResponse = await client.send({
      action,
      method: 'POST',
      url: client.url('blobs/uploads/'),
      headers: { 'content-length': '0' },
      expected: [202],
      signal,
    });
    await discard(response.body);
    return client.locationOf(response, action);
  }, signal);
}

/**
 * Content is paused while the connection takes no more. A pause without an end is a stall, which no limit of the
 * response's sees: that one is longer, and begins when everything is sent.
 */
function watchForStall(
  content: Readable,
  stallMs: number,
  operation: Operation,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  let paused = false;
  const timer = setTimeout(() => {
    if (paused) controller.abort(stalled(operation, stallMs));
  }, stallMs);
  content.on('pause', () => {
    paused = true;
    timer.refresh();
  });
  content.on('resume', () => {
    paused = false;
  });
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}

/** The session's own query is left as it is: it may be signed. */
function withDigest(location: URL, { digest }: Descriptor): URL {
  const url = new URL(location);
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
  return url;
}

/** A session that is gone can be opened anew, and what arrived damaged can be sent once more. */
function withRetryOfUpload(error: unknown): unknown {
  if (!(error instanceof RegistryError)) return error;
  if (error.retry === 'never' && error.registryCodes.includes('BLOB_UPLOAD_UNKNOWN')) {
    return error.withRetry('transient');
  }
  return withRetryOfDamage(error);
}

/**
 * What a registry refuses since it arrived damaged can be sent once more; so can a manifest whose blobs it does not see
 * yet, although it has just taken them.
 */
export function withRetryOfDamage(error: unknown): unknown {
  if (!(error instanceof RegistryError) || error.retry !== 'never') return error;
  return error.registryCodes.some((code) => DAMAGE_CODES.includes(code))
    ? error.withRetry('wrong-content')
    : error;
}

const DAMAGE_CODES: readonly string[] = [
  'DIGEST_INVALID',
  'SIZE_INVALID',
  'BLOB_UPLOAD_INVALID',
  'MANIFEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
];
