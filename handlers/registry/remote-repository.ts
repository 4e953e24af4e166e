import type { Readable } from 'node:stream';
import { ProviderError } from '../errors.ts';
import type { Outbound } from '../network/outbound.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, digestOf, isDigest } from '../oci/digest.ts';
import { MAX_MANIFEST_BYTES, type Manifest, parseManifest } from '../oci/manifest.ts';
import { MANIFEST_ACCEPT, mediaTypeOfHeader } from '../oci/media-type.ts';
import { BlobStream } from './blob-stream.ts';
import { discard, readBounded } from './bounded-body.ts';
import { ANONYMOUS, type Credentials } from './credentials.ts';
import { RegistryClient, type RegistryRequest, type RegistryResponse } from './registry-client.ts';
import { describe, errorOfBreak, RegistryError, type Role, wrongContent } from './registry-error.ts';
import type {
  DestinationRepository,
  ManifestContent,
  RequestOptions,
  SourceRepository,
} from './repository.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy, SYSTEM_TIMING, type Timing } from './retry-policy.ts';
import { mountBlob, type UploadTimeouts, uploadBlob, withRetryOfDamage } from './upload.ts';

/** An image's config is a few KiB; history and labels can make it larger. */
export const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

export interface RemoteRepositoryOptions {
  /** Host, and port where there is one, as a reference has it. */
  readonly registry: string;
  readonly repository: string;
  /** What errors call it, and what its token may do: a destination's may write. */
  readonly role: Role;
  readonly outbound: Outbound;
  /** Default: none. */
  readonly credentials?: Credentials;
  /** Default: DEFAULT_RETRY_POLICY. */
  readonly retryPolicy?: RetryPolicy;
  /** Default: the system's. */
  readonly timing?: Timing;
  /** Default: those of UploadTimeouts. */
  readonly uploadTimeouts?: UploadTimeouts;
}

/**
 * A repository behind the distribution API, over HTTPS.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
export class RemoteRepository implements SourceRepository, DestinationRepository {
  readonly registry: string;
  readonly repository: string;
  readonly #client: RegistryClient;
  readonly #uploadTimeouts: UploadTimeouts | undefined;
  /** Upload sessions that were opened in place of a mount, to be used once. */
  readonly #sessions = new Map<Digest, URL>();

  constructor(options: RemoteRepositoryOptions) {
    this.registry = options.registry;
    this.repository = options.repository;
    this.#uploadTimeouts = options.uploadTimeouts;
    this.#client = new RegistryClient({
      ...options,
      credentials: options.credentials ?? ANONYMOUS,
      retryPolicy: options.retryPolicy ?? DEFAULT_RETRY_POLICY,
      timing: options.timing ?? SYSTEM_TIMING,
    });
  }

  async getManifest(reference: string, { signal }: RequestOptions = {}): Promise<ManifestContent> {
    const action = `reading the manifest ${reference}`;
    return await this.#client.retry(async () => {
      const response = await this.#client.send({
        action,
        method: 'GET',
        url: this.#client.url(`manifests/${reference}`),
        headers: { accept: MANIFEST_ACCEPT },
        expected: [200],
        signal,
      });
      return this.#manifestOf(response, await this.#read(response, MAX_MANIFEST_BYTES, action, signal), {
        reference,
        action,
      });
    }, signal);
  }

  async openBlob(descriptor: Descriptor, { signal }: RequestOptions = {}): Promise<Readable> {
    return await this.#client.retry(() => this.#openOnce(descriptor, signal), signal);
  }

  async getConfig(descriptor: Descriptor, { signal }: RequestOptions = {}): Promise<Buffer> {
    if (descriptor.size > MAX_CONFIG_BYTES) {
      throw new RegistryError(
        'ServiceLimitExceeded',
        `The image's config has ${descriptor.size} bytes; ${MAX_CONFIG_BYTES} are allowed`,
      );
    }
    return await this.#client.retry(async () => {
      const content = await this.#openOnce(descriptor, signal);
      return (await readBounded(content, MAX_CONFIG_BYTES)) ?? Buffer.alloc(0);
    }, signal);
  }

  async hasManifest(digest: Digest, { signal }: RequestOptions = {}): Promise<boolean> {
    return await this.#has({
      action: `looking for the manifest ${digest}`,
      method: 'HEAD',
      url: this.#client.url(`manifests/${digest}`),
      headers: { accept: MANIFEST_ACCEPT },
      expected: [200, 404],
      signal,
    });
  }

  async hasBlob({ digest }: Descriptor, { signal }: RequestOptions = {}): Promise<boolean> {
    return await this.#has({
      action: `looking for the blob ${digest}`,
      method: 'HEAD',
      url: this.#client.url(`blobs/${digest}`),
      expected: [200, 404],
      signal,
    });
  }

  async mountBlob(
    descriptor: Descriptor,
    fromRepository: string,
    { signal }: RequestOptions = {},
  ): Promise<boolean> {
    const outcome = await this.#client.retry(
      () => mountBlob(this.#client, descriptor, fromRepository, signal),
      signal,
    );
    if (outcome instanceof URL) this.#sessions.set(descriptor.digest, outcome);
    return outcome === true;
  }

  async pushBlob(
    descriptor: Descriptor,
    open: () => Promise<Readable>,
    { signal }: RequestOptions = {},
  ): Promise<void> {
    await this.#client.retry(async (attempt) => {
      // The try before may have come through without its answer.
      if (attempt > 1 && (await this.hasBlob(descriptor, { signal }))) return;
      const session = this.#sessions.get(descriptor.digest);
      this.#sessions.delete(descriptor.digest);
      await uploadBlob(this.#client, descriptor, open, { session, timeouts: this.#uploadTimeouts, signal });
    }, signal);
  }

  async pushManifest(
    reference: string,
    { descriptor, bytes }: ManifestContent,
    { signal }: RequestOptions = {},
  ): Promise<void> {
    const action = `putting the manifest ${reference}`;
    try {
      await this.#client.retry(async () => {
        const sending = this.#client.send({
          action,
          method: 'PUT',
          url: this.#client.url(`manifests/${reference}`),
          headers: { 'content-type': descriptor.mediaType, 'content-length': String(bytes.byteLength) },
          body: bytes,
          expected: [201],
          signal,
        });
        const response = await sending.catch((error: unknown) => {
          throw withRetryOfDamage(error);
        });
        await discard(response.body);
        const stored = response.headers['docker-content-digest'];
        if (stored !== undefined && stored !== descriptor.digest) {
          throw wrongContent(this.#client.operation(action), 'the registry stored it under another digest');
        }
      }, signal);
    } catch (error) {
      const refusal = immutableTag(error);
      if (refusal === undefined) throw error;
      // A try whose answer was lost has put it, or somebody else put the same.
      if (await this.#tagHolds(reference, descriptor.digest, signal)) return;
      throw refusal;
    }
  }

  async #openOnce(descriptor: Descriptor, signal: AbortSignal | undefined): Promise<Readable> {
    const action = `reading the blob ${descriptor.digest}`;
    const response = await this.#client.send({
      action,
      method: 'GET',
      url: this.#client.url(`blobs/${descriptor.digest}`),
      expected: [200],
      signal,
    });
    const operation = this.#client.operation(action);
    const length = response.headers['content-length'];
    if (length !== undefined && Number(length) !== descriptor.size) {
      response.body.on('error', () => {}).destroy();
      throw wrongContent(operation, `it has ${length} bytes instead of the ${descriptor.size} named`);
    }
    return new BlobStream(response.body, descriptor, {
      wrongContent: (what) => wrongContent(operation, what),
      broken: (error) => errorOfBreak(operation, response.url.host, error),
    });
  }

  async #has(request: RegistryRequest): Promise<boolean> {
    const { signal } = request;
    return await this.#client.retry(async () => {
      const response = await this.#client.send(request);
      await discard(response.body);
      return response.status === 200;
    }, signal);
  }

  async #read(
    response: RegistryResponse,
    limit: number,
    action: string,
    signal: AbortSignal | undefined,
  ): Promise<Buffer> {
    const operation = this.#client.operation(action);
    let bytes: Buffer | undefined;
    try {
      bytes = await readBounded(response.body, limit);
    } catch (error) {
      signal?.throwIfAborted();
      throw errorOfBreak(operation, response.url.host, error);
    }
    if (bytes !== undefined) return bytes;
    throw new RegistryError(
      'ServiceLimitExceeded',
      `${describe(operation)} failed: it has more than the ${limit} bytes allowed`,
    );
  }

  #manifestOf(
    { headers }: RegistryResponse,
    bytes: Buffer,
    { reference, action }: { reference: string; action: string },
  ): ManifestContent {
    const digest = digestOf(bytes);
    const named = headers['docker-content-digest'];
    // A digest in the reference is the user's; the header's is the registry's, and may be of a kind we don't know.
    const expected = isDigest(reference) ? reference : isDigest(named) ? named : digest;
    if (digest !== expected) {
      throw wrongContent(
        this.#client.operation(action),
        `the content has the digest ${digest} instead of ${expected}`,
      );
    }
    const manifest = this.#parse(bytes, headers, action);
    return {
      descriptor: { mediaType: manifest.mediaType, digest, size: bytes.byteLength },
      bytes,
      manifest,
    };
  }

  #parse(bytes: Buffer, headers: RegistryResponse['headers'], action: string): Manifest {
    try {
      return parseManifest(bytes, mediaTypeOfHeader(headers['content-type']));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const place = describe(this.#client.operation(action));
      throw new RegistryError(error.code, `${place} failed: ${error.message}`, { cause: error });
    }
  }

  async #tagHolds(tag: string, digest: Digest, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      return (await this.getManifest(tag, { signal })).descriptor.digest === digest;
    } catch {
      signal?.throwIfAborted();
      return false;
    }
  }
}

/**
 * ECR refuses to change an immutable tag with TAG_INVALID, or by the name of its API's exception; others with 409
 * or 412. The tags that we put are valid, so TAG_INVALID means nothing else.
 * @see https://github.com/cdklabs/cdk-ecr-deployment/issues/207
 */
function immutableTag(error: unknown): RegistryError | undefined {
  if (!(error instanceof RegistryError)) return undefined;
  const { status, registryCodes, message } = error;
  const refused =
    registryCodes.some((code) => /^(TAG_INVALID|ImageTagAlreadyExists.*)$/.test(code)) ||
    /ImageTagAlreadyExists/.test(message) ||
    status === 409 ||
    status === 412;
  if (!refused) return undefined;
  return new RegistryError('AlreadyExists', `${message}; the repository's tags are immutable`, {
    cause: error,
    ...(status !== undefined && { status }),
    registryCodes,
  });
}
