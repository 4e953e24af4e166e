import { isIP } from 'node:net';
import { ProviderError } from '../errors.ts';
import type { Outbound } from '../network/outbound.ts';
import { isRecord } from '../oci/descriptor.ts';
import { hostOfRegistry } from '../oci/reference.ts';
import { readBounded, readErrorBody } from './bounded-body.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials, Login } from './credentials.ts';
import {
  errorOfBreak,
  errorOfRefusal,
  malformedAnswer,
  type Operation,
  printable,
} from './registry-error.ts';
import { parseRetryAfter, type RetryPolicy, type Timing, withRetries } from './retry-policy.ts';

/** Tokens are a few KiB; some list every scope. */
const MAX_TOKEN_BODY_BYTES = 256 * 1024;
const MAX_ERROR_BODY_BYTES = 64 * 1024;
/** A header that servers and proxies still take. */
const MAX_TOKEN_LENGTH = 64 * 1024;
/** What a token's lifetime is where its server names none. */
const DEFAULT_TOKEN_SECONDS = 60;
/** A token is not used in its last seconds: it must still hold when the request arrives. */
const TOKEN_MARGIN_MS = 10_000;

/** What goes into the Authorization header, and whether it was fetched for this very request. */
export interface Authorization {
  readonly header: string;
  readonly fresh: boolean;
}

interface CachedAuthorization {
  readonly header: string;
  readonly expiresAt: number;
}

export interface AuthenticatorOptions {
  /** Host, and port where there is one, as references name it. */
  readonly registry: string;
  readonly outbound: Outbound;
  readonly credentials: Credentials;
  readonly retryPolicy: RetryPolicy;
  readonly timing: Timing;
}

/**
 * Logs in at one registry as it asks for it: not at all, with the login itself (Basic), or with a token that its realm
 * gives for the login, or for nothing (Bearer). Tokens are kept for each scope until they expire.
 * The realm is the registry's own where its host is the registry's, is below it, or stands with it under one domain,
 * as auth.docker.io does with registry-1.docker.io. A login is sent to no other; a token is asked there without it.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #cache = new Map<string, CachedAuthorization>();
  readonly #pending = new Map<string, Promise<CachedAuthorization>>();
  #challenge: Challenge | undefined;
  #login: Login | undefined;
  #rejected: Login | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** Whether a login of ours stands behind what is sent. */
  get hasLogin(): boolean {
    return this.#login !== undefined;
  }

  /**
   * The authorization for these scopes; undefined while the registry has not asked for one.
   * @throws ProviderError `InvalidCredentials` where the registry wants a login and there is none, or it is refused.
   */
  async authorize(
    scopes: readonly string[],
    operation: Operation,
    signal?: AbortSignal,
  ): Promise<Authorization | undefined> {
    const challenge = this.#challenge;
    if (challenge === undefined) return undefined;
    const key = scopes.join(' ');
    const cached = this.#cache.get(key);
    if (cached !== undefined && cached.expiresAt > this.#options.timing.now()) {
      return { header: cached.header, fresh: false };
    }
    // Requests that run at the same time wait for one token together.
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#obtain(challenge, scopes, operation, signal).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    const obtained = await pending;
    this.#cache.set(key, obtained);
    return { header: obtained.header, fresh: true };
  }

  /**
   * Takes note of a 401.
   * @param used What the refused request carried.
   * @returns Whether another authorization may help: the request carried none, or one that was kept, or a login that
   * may have been replaced meanwhile. An expired login is refused by ECR without a challenge.
   */
  learn(
    header: string | string[] | undefined,
    used: Authorization | undefined,
    scopes: readonly string[],
  ): boolean {
    const challenges = parseChallenges(header);
    const supported =
      challenges.find(({ scheme }) => scheme === 'bearer') ??
      challenges.find(({ scheme }) => scheme === 'basic');
    this.#challenge = supported ?? this.#challenge;
    if (used === undefined) return supported !== undefined;
    this.#rejected = this.#login;
    const key = scopes.join(' ');
    // Another request may have renewed it already.
    if (this.#cache.get(key)?.header === used.header) this.#cache.delete(key);
    return this.#challenge?.scheme === 'basic' || !used.fresh;
  }

  /** The text without any login or token of ours, should the other side repeat one. */
  withoutSecrets(text: string): string {
    const login = this.#login;
    const headers = [...this.#cache.values()].map(({ header }) => header);
    const secrets = [...headers, ...(login === undefined ? [] : [basic(login)])].map((header) =>
      header.slice(header.indexOf(' ') + 1),
    );
    return [...secrets, login?.password ?? '']
      .filter((secret) => secret !== '')
      .reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text);
  }

  async #obtain(
    challenge: Challenge,
    scopes: readonly string[],
    operation: Operation,
    signal?: AbortSignal,
  ): Promise<CachedAuthorization> {
    const { credentials, registry } = this.#options;
    this.#login = await credentials.find(registry, { signal, rejected: this.#rejected });
    this.#rejected = undefined;
    if (challenge.scheme === 'bearer') {
      return await withRetries(() => this.#fetchToken(challenge, scopes, operation, signal), {
        policy: this.#options.retryPolicy,
        timing: this.#options.timing,
        signal,
      });
    }
    if (this.#login !== undefined) return { header: basic(this.#login), expiresAt: Number.POSITIVE_INFINITY };
    throw new ProviderError(
      'InvalidCredentials',
      operation.role === 'source'
        ? `Source ${operation.subject}: ${registry} wants a login: name a secret in SourceCredentials`
        : `Destination ${operation.subject}: ${registry} wants a login and there is none for it`,
    );
  }

  async #fetchToken(
    challenge: Challenge,
    scopes: readonly string[],
    during: Operation,
    signal?: AbortSignal,
  ): Promise<CachedAuthorization> {
    const { outbound, registry, timing } = this.#options;
    const realm = this.#realm(challenge, during);
    const operation = { ...during, action: `getting a token from ${realm.host}` };
    const login = isOwnRealm(realm, registry) ? this.#login : undefined;
    const url = new URL(realm);
    const service = challenge.parameters.get('service');
    if (service !== undefined) url.searchParams.set('service', service);
    for (const scope of withScopesOf(challenge, scopes)) url.searchParams.append('scope', scope);

    const askedAt = timing.now();
    const headers = login === undefined ? {} : { authorization: basic(login) };
    const request = { method: 'GET', headers, ...(signal && { signal }) } as const;
    try {
      const response = await outbound.request(url, request);
      if (response.statusCode !== 200) {
        throw errorOfRefusal(operation, {
          status: response.statusCode,
          body: this.withoutSecrets(await readErrorBody(response.body, MAX_ERROR_BODY_BYTES)),
          retryAfterMs: parseRetryAfter(response.headers['retry-after'], timing.now()),
          authenticated: login !== undefined,
        });
      }
      const body = await readBounded(response.body, MAX_TOKEN_BODY_BYTES);
      if (body === undefined) {
        throw malformedAnswer(operation, `its answer has more than ${MAX_TOKEN_BODY_BYTES} bytes`);
      }
      return parseToken(body, askedAt, operation);
    } catch (error) {
      signal?.throwIfAborted();
      throw errorOfBreak(operation, realm.host, error);
    }
  }

  #realm(challenge: Challenge, operation: Operation): URL {
    const text = challenge.parameters.get('realm') ?? '';
    if (URL.canParse(text)) {
      const realm = new URL(text);
      if (realm.username === '' && realm.password === '') return realm;
    }
    throw malformedAnswer(
      { ...operation, action: 'getting a token' },
      `the registry names "${printable(text)}" as its realm, which is no URL`,
    );
  }
}

/** Whether a realm belongs to a registry, so that the registry's login may be sent there. */
export function isOwnRealm(realm: URL, registry: string): boolean {
  const host = new URL(`https://${hostOfRegistry(registry)}`).hostname;
  const asked = realm.hostname;
  if (asked === host) return true;
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return false;
  if (asked.endsWith(`.${host}`)) return true;
  const domain = host.slice(host.indexOf('.') + 1);
  return domain.includes('.') && (asked === domain || asked.endsWith(`.${domain}`));
}

/** Our scopes, and the challenge's own where it asks for something else than we would. */
function withScopesOf(challenge: Challenge, scopes: readonly string[]): readonly string[] {
  const asked = (challenge.parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const named = new Set(scopes.map(resourceOfScope));
  return [...scopes, ...asked.filter((scope) => !named.has(resourceOfScope(scope)))];
}

/** `repository:library/busybox` of `repository:library/busybox:pull`. */
function resourceOfScope(scope: string): string {
  return scope.slice(0, scope.lastIndexOf(':'));
}

function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function parseToken(body: Buffer, askedAt: number, operation: Operation): CachedAuthorization {
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's own message would quote the token.
    throw malformedAnswer(operation, 'its answer is no JSON', 'transient');
  }
  const answer = isRecord(document) ? document : {};
  const token = answer.token ?? answer.access_token;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || token.length > MAX_TOKEN_LENGTH) {
    throw malformedAnswer(operation, 'its answer holds no usable token');
  }
  const seconds =
    typeof answer.expires_in === 'number' && answer.expires_in > 0
      ? answer.expires_in
      : DEFAULT_TOKEN_SECONDS;
  return { header: `Bearer ${token}`, expiresAt: askedAt + seconds * 1_000 - TOKEN_MARGIN_MS };
}
