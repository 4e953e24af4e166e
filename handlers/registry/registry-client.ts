import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Outbound, OutboundRequest } from '../network/outbound.ts';
import { hostOfRegistry } from '../oci/reference.ts';
import { Authenticator, type Authorization } from './authentication.ts';
import { discard, readErrorBody } from './bounded-body.ts';
import type { Credentials } from './credentials.ts';
import { findEcrRegistry } from './ecr-registry.ts';
import {
  describe,
  errorOfBreak,
  errorOfRefusal,
  malformedAnswer,
  type Operation,
  RegistryError,
  type Role,
} from './registry-error.ts';
import { parseRetryAfter, type RetryPolicy, type Timing, withRetries } from './retry-policy.ts';

/** An error's body is read this far. */
const MAX_ERROR_BODY_BYTES = 64 * 1024;
/** Redirects of one request: a registry sends on to its storage, and that perhaps to another Region. */
const MAX_REDIRECTS = 5;
/** Sendings of one request: without a login, with a kept token that turns out to be void, with a new one. */
const MAX_AUTHENTICATION_ROUNDS = 3;

/** Amazon ECR's own words: «Your authorization token has expired. Reauthenticate and try again.» */
const TOKEN_EXPIRED = /authorization token has expired/i;

const REDIRECT_STATUSES: readonly number[] = [301, 302, 303, 307, 308];

export interface RegistryRequest {
  /** In the -ing form, for errors. */
  readonly action: string;
  readonly method: OutboundRequest['method'];
  readonly url: URL;
  readonly headers?: Record<string, string>;
  /** A stream is sent once; the request can then not be repeated by itself. */
  readonly body?: Buffer | Readable;
  /** Statuses that the caller handles; any other is an error. */
  readonly expected: readonly number[];
  /** Repositories besides this one that the token must allow to read. Default: none. */
  readonly alsoReads?: readonly string[];
  /** Longest wait for the answer once the request is sent, in milliseconds. Default: the door's own. */
  readonly headersMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RegistryResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Must be read, discarded or destroyed. */
  readonly body: Readable;
  /** Whether another host than the registry answered in the end. */
  readonly redirected: boolean;
  /** Where it came from. */
  readonly url: URL;
}

export interface RegistryClientOptions {
  readonly registry: string;
  readonly repository: string;
  readonly role: Role;
  readonly outbound: Outbound;
  readonly credentials: Credentials;
  readonly retryPolicy: RetryPolicy;
  readonly timing: Timing;
}

/**
 * Sends requests about one repository: authenticated as its registry asks, redirects followed, everything but the
 * expected statuses turned into an error. A login or token goes to the registry's own host alone.
 */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #authenticator: Authenticator;
  readonly #host: string;

  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#authenticator = new Authenticator(options);
    this.#host = new URL(`https://${hostOfRegistry(options.registry)}`).host;
  }

  /** The address of something in the repository: `manifests/latest`, `blobs/uploads/`. */
  url(path: string): URL {
    return new URL(`https://${this.#host}/v2/${this.#options.repository}/${path}`);
  }

  operation(action: string): Operation {
    const { role, registry, repository } = this.#options;
    return { role, subject: `${registry}/${repository}`, action };
  }

  /** Repeats an operation as the retry policy says. */
  async retry<T>(attempt: (number: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { retryPolicy: policy, timing } = this.#options;
    return await withRetries(attempt, { policy, timing, signal });
  }

  /** One try. Rejects with a RegistryError that says whether another may help, or with the signal's reason. */
  async send(request: RegistryRequest): Promise<RegistryResponse> {
    const { signal } = request;
    let host = request.url.host;
    try {
      let response = await this.#authenticated(request);
      for (let redirects = 0; this.#isRedirect(request, response); redirects += 1) {
        await discard(response.body);
        if (redirects === MAX_REDIRECTS) {
          throw malformedAnswer(this.operation(request.action), `more than ${MAX_REDIRECTS} redirects`);
        }
        const url = this.locationOf(response, request.action);
        host = url.host;
        response = await this.#exchange({ ...request, url }, undefined);
      }
      if (request.expected.includes(response.status)) return response;
      throw this.#errorOf(request, response, await readErrorBody(response.body, MAX_ERROR_BODY_BYTES));
    } catch (error) {
      signal?.throwIfAborted();
      throw errorOfBreak(this.operation(request.action), host, error);
    }
  }

  /** The Location that an answer names; it may be relative to the request. */
  locationOf({ headers, url }: RegistryResponse, action: string): URL {
    const { location } = headers;
    if (location !== undefined && URL.canParse(location, url.href)) {
      const target = new URL(location, url);
      if (target.username === '' && target.password === '') return target;
    }
    throw malformedAnswer(this.operation(action), 'the registry answered without a usable Location');
  }

  async #authenticated(request: RegistryRequest): Promise<RegistryResponse> {
    // An upload's address may be on another host, which is none of the registry's login's business.
    if (request.url.host !== this.#host) return await this.#exchange(request, undefined);
    const scopes = this.#scopes(request.alsoReads ?? []);
    const operation = this.operation(request.action);
    let authorization = await this.#authenticator.authorize(scopes, operation, request.signal);
    for (let round = 1; ; round += 1) {
      const { response, isLoginOver } = await this.#lookForExpiry(
        request,
        await this.#exchange(request, authorization),
      );
      if (!(response.status === 401 || isLoginOver) || round === MAX_AUTHENTICATION_ROUNDS) return response;
      const mayHelp = this.#authenticator.learn(response.headers['www-authenticate'], authorization, scopes);
      if (!mayHelp) return response;
      const refused = authorization?.header;
      const body = await readErrorBody(response.body, MAX_ERROR_BODY_BYTES);
      authorization = await this.#authenticator.authorize(scopes, operation, request.signal);
      // The same login once more would be refused once more.
      if (authorization?.header === refused) throw this.#errorOf(request, response, body);
      if (request.body instanceof Readable) {
        throw new RegistryError(
          'AccessDenied',
          `${describe(operation)} failed: the login was no longer valid`,
          {
            retry: 'transient',
            status: response.status,
          },
        );
      }
    }
  }

  /**
   * ECR refuses a token that has expired as it refuses what is not allowed, and says which only in the body; a HEAD's
   * answer has none, so that there it may be either.
   * @returns The response, to be read as if nobody had.
   */
  async #lookForExpiry(
    { method }: RegistryRequest,
    response: RegistryResponse,
  ): Promise<{ response: RegistryResponse; isLoginOver: boolean }> {
    if (response.status !== 403 || findEcrRegistry(this.#options.registry) === undefined) {
      return { response, isLoginOver: false };
    }
    const body = await readErrorBody(response.body, MAX_ERROR_BODY_BYTES);
    return {
      response: { ...response, body: Readable.from([Buffer.from(body)]) },
      isLoginOver: method === 'HEAD' || TOKEN_EXPIRED.test(body),
    };
  }

  async #exchange(
    request: RegistryRequest,
    authorization: Authorization | undefined,
  ): Promise<RegistryResponse> {
    const { method, url, headers, body, headersMs, signal } = request;
    const {
      statusCode,
      headers: received,
      body: content,
    } = await this.#options.outbound.request(url, {
      method,
      headers: {
        'user-agent': USER_AGENT,
        ...headers,
        ...(authorization !== undefined && { authorization: authorization.header }),
      },
      ...(body !== undefined && { body }),
      ...(headersMs !== undefined && { headersMs }),
      ...(signal !== undefined && { signal }),
    });
    return {
      status: statusCode,
      headers: received,
      body: content,
      redirected: url.host !== this.#host,
      url,
    };
  }

  #isRedirect({ method }: RegistryRequest, { status, headers }: RegistryResponse): boolean {
    return (
      (method === 'GET' || method === 'HEAD') &&
      REDIRECT_STATUSES.includes(status) &&
      headers.location !== undefined
    );
  }

  #errorOf(request: RegistryRequest, response: RegistryResponse, body: string): RegistryError {
    const { status, headers, url, redirected } = response;
    return errorOfRefusal(this.operation(redirected ? `${request.action} at ${url.host}` : request.action), {
      status,
      body: this.#authenticator.withoutSecrets(body),
      retryAfterMs: parseRetryAfter(headers['retry-after'], this.#options.timing.now()),
      authenticated: this.#authenticator.hasLogin,
    });
  }

  #scopes(alsoReads: readonly string[]): readonly string[] {
    const { role, repository } = this.#options;
    const own = `repository:${repository}:${role === 'source' ? 'pull' : 'pull,push'}`;
    return [own, ...alsoReads.map((name) => `repository:${name}:pull`)];
  }
}

const USER_AGENT = 'deploytime';
