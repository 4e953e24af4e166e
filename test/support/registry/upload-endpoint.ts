import { randomUUID } from 'node:crypto';
import type { Answer, Exchange } from './exchange.ts';
import { isDigest } from './manifest-document.ts';
import { Refusal } from './refusal.ts';
import type { RegistryContext } from './registry-personality.ts';
import { digestOf, type StoredRepository, type UploadSession } from './registry-store.ts';

/**
 * Starts an upload, or mounts a blob of another repository.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
export async function answerUploads(
  context: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
): Promise<Answer> {
  const { bytes } = await exchange.body();
  // The specification lets a registry take a blob in one POST, or open a session instead, which most do.
  if (bytes.length > 0 && !exchange.url.searchParams.has('digest')) {
    exchange.violate('sends content without saying what it is');
  }
  const mounted = mount(context, exchange, repository);
  if (mounted !== undefined) return mounted;
  const session: UploadSession = {
    id: randomUUID(),
    state: '',
    received: [],
    size: 0,
    chunks: 0,
    isBusy: false,
  };
  repository.uploads.set(session.id, session);
  return { status: 202, headers: progressOf(context, exchange, repository, session) };
}

function mount(
  { store, personality }: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
): Answer | undefined {
  const digest = exchange.url.searchParams.get('mount');
  const from = exchange.url.searchParams.get('from');
  if (digest === null) return undefined;
  if (!isDigest(digest)) throw new Refusal('DIGEST_INVALID', `${digest} is no digest`);
  const bytes = store.findRepository(from ?? '')?.blobs.get(digest);
  if (!personality.mounts || bytes === undefined) return undefined;
  repository.putBlob(bytes);
  return completed(exchange, repository, digest, personality.relativeLocations);
}

/** Goes on with an upload that was started. */
export async function answerUpload(
  context: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
  id: string,
): Promise<Answer> {
  const session = repository.uploads.get(id);
  if (session === undefined) throw new Refusal('BLOB_UPLOAD_UNKNOWN', 'There is no such upload');
  if (context.personality.changesUploadAddress && exchange.url.searchParams.get('_state') !== session.state) {
    exchange.violate('does not use the address that the answer before named');
    throw new Refusal('BLOB_UPLOAD_INVALID', 'The address of the upload is not its last');
  }
  if (session.isBusy) {
    exchange.violate('uses an upload that another request is using');
    throw new Refusal('BLOB_UPLOAD_INVALID', 'The upload is in use');
  }
  session.isBusy = true;
  try {
    switch (exchange.method) {
      case 'PATCH':
        return await append(context, exchange, repository, session);
      case 'PUT':
        return await complete(context, exchange, repository, session);
      case 'DELETE':
        repository.uploads.delete(id);
        return { status: 204 };
      default:
        return { status: 204, headers: progressOf(context, exchange, repository, session) };
    }
  } finally {
    session.isBusy = false;
  }
}

async function append(
  context: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
  session: UploadSession,
): Promise<Answer> {
  checkRange(exchange, session);
  await receive(context, exchange, session);
  session.chunks += 1;
  return { status: 202, headers: progressOf(context, exchange, repository, session) };
}

async function complete(
  context: RegistryContext,
  exchange: Exchange,
  repository: StoredRepository,
  session: UploadSession,
): Promise<Answer> {
  const digest = exchange.url.searchParams.get('digest');
  if (digest === null || !isDigest(digest)) throw new Refusal('DIGEST_INVALID', `${digest} is no digest`);
  const { length } = await receive(context, exchange, session);
  // Whatever comes of it, a session ends with its PUT.
  repository.uploads.delete(session.id);
  const bytes = Buffer.concat(session.received);
  if (bytes.length === 0 && !context.personality.takesEmptyBlobs) {
    exchange.violate('uploads an empty blob');
    throw new Refusal(
      'BLOB_UPLOAD_INVALID',
      `The upload with id '${session.id}' cannot be completed because it does not have any parts`,
      { status: 400 },
    );
  }
  if (digestOf(bytes) !== digest) {
    throw new Refusal(
      'DIGEST_INVALID',
      `The ${bytes.length} bytes (${length} in the end) have another digest`,
    );
  }
  repository.putBlob(bytes);
  return completed(exchange, repository, digest, context.personality.relativeLocations);
}

/** Reads the request's content into the session. @throws Refusal where the connection broke; what came then stays. */
async function receive(
  { personality }: RegistryContext,
  exchange: Exchange,
  session: UploadSession,
): Promise<Buffer> {
  const { headers } = exchange.request;
  const { bytes, complete } = await exchange.body();
  if (bytes.length > 0 && headers['content-type'] !== 'application/octet-stream') {
    exchange.violate(`sends content with the Content-Type ${headers['content-type']}`);
  }
  if (bytes.length > 0 && exchange.method === 'PUT' && headers['content-length'] === undefined) {
    exchange.violate('sends content without a Content-Length');
  }
  const isDropped = personality.dropsLaterChunks && session.chunks > 0;
  if (!isDropped) session.received.push(bytes);
  session.size += bytes.length;
  if (!complete)
    throw new Refusal('BLOB_UPLOAD_INVALID', 'The content did not come to its end', { status: 400 });
  return bytes;
}

/** A chunk that names its place must start where the one before ended, and be as long as it says. */
function checkRange(exchange: Exchange, session: UploadSession): void {
  const { 'content-range': range, 'content-length': length } = exchange.request.headers;
  if (range === undefined) return;
  const match = /^(\d+)-(\d+)$/.exec(range);
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  if (match === null || end < start || (length !== undefined && Number(length) !== end - start + 1)) {
    exchange.violate(`sends the Content-Range ${range} with the Content-Length ${length}`);
    throw new Refusal('SIZE_INVALID', `The Content-Range ${range} and the Content-Length differ`);
  }
  if (start !== session.size) {
    throw new Refusal('BLOB_UPLOAD_INVALID', `The next byte is number ${session.size}`, { status: 416 });
  }
}

function progressOf(
  { personality }: RegistryContext,
  { url }: Exchange,
  { name }: StoredRepository,
  session: UploadSession,
): Record<string, string> {
  session.state = randomUUID();
  const query = personality.changesUploadAddress ? `?_state=${session.state}` : '';
  const location = `/v2/${name}/blobs/uploads/${session.id}${query}`;
  return {
    location: personality.relativeLocations ? location : new URL(location, url).href,
    // Of nothing it says 0-0 as well.
    range: `0-${Math.max(session.size - 1, 0)}`,
    'docker-upload-uuid': session.id,
  };
}

function completed(
  { url }: Exchange,
  { name }: StoredRepository,
  digest: string,
  isRelative: boolean,
): Answer {
  const location = `/v2/${name}/blobs/${digest}`;
  return {
    status: 201,
    headers: {
      location: isRelative ? location : new URL(location, url).href,
      'docker-content-digest': digest,
    },
  };
}
