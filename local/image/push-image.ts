import { LocalError } from '../local-error.ts';
import { type Image, MANIFEST_MEDIA_TYPE } from './image.ts';

/** A repository of a registry that is spoken to directly. */
export interface PushDestination {
  /** The registry's address, e.g. an account's endpoint. */
  readonly registry: URL;
  readonly repository: string;
  /** The Authorization header. Default: none is sent. */
  readonly authorization?: string;
  /** Ends an exchange that is under way. */
  readonly signal?: AbortSignal;
}

/** An exchange with a registry on this machine that takes longer has stopped. */
const REQUEST_LIMIT_MS = 30_000;
const SHOWN_BODY_CHARACTERS = 300;

/**
 * Puts an image under a tag: blobs that are missing first, each in one request, then the manifest.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push
 * @throws LocalError with the registry's answer where it refuses.
 */
export async function pushImage(destination: PushDestination, tag: string, image: Image): Promise<void> {
  const path = `/v2/${destination.repository}`;
  for (const { digest, bytes } of image.blobs) {
    const present = await send(destination, 'HEAD', `${path}/blobs/${digest}`);
    if (present.ok) continue;
    const session = await expect(201, 202, send(destination, 'POST', `${path}/blobs/uploads/`));
    const location = new URL(session.headers.get('location') ?? '', destination.registry);
    location.searchParams.set('digest', digest);
    await expect(201, 201, send(destination, 'PUT', location.pathname + location.search, bytes));
  }
  await expect(
    201,
    201,
    send(destination, 'PUT', `${path}/manifests/${tag}`, image.manifest.bytes, MANIFEST_MEDIA_TYPE),
  );
}

function send(
  { registry, authorization, signal }: PushDestination,
  method: string,
  path: string,
  body?: Buffer,
  contentType = 'application/octet-stream',
): Promise<Response> {
  return fetch(new URL(path, registry), {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { 'content-type': contentType }),
    },
    ...(body !== undefined && { body: new Uint8Array(body) }),
    signal: AbortSignal.any([AbortSignal.timeout(REQUEST_LIMIT_MS), ...(signal ? [signal] : [])]),
  });
}

async function expect(lowest: number, highest: number, request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (response.status >= lowest && response.status <= highest) {
    await response.body?.cancel();
    return response;
  }
  const body = (await response.text()).slice(0, SHOWN_BODY_CHARACTERS);
  throw new LocalError(
    `the account's registry answered ${response.status} to a push of the example image`,
    body,
  );
}
