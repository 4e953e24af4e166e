import { ProviderError } from '../errors.ts';
import type { Outbound } from '../network/outbound.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials, Login } from './credentials.ts';
import { findEcrRegistry } from './ecr-registry.ts';
import type { Operation } from './registry-error.ts';
import { type RetryPolicy, type Timing, withRetries } from './retry-policy.ts';
import { basicAuthorization, fetchToken, type TimedAuthorization } from './token.ts';

/** What goes into the Authorization header, and whether it was fetched for this very request. */
export interface Authorization {
  readonly header: string;
  readonly fresh: boolean;
}

export interface AuthenticatorOptions {
  /** Host, and port where there is one, as references name it. */
  readonly registry: string;
  readonly outbound: Outbound;
  readonly credentials: Credentials;
  readonly retryPolicy: RetryPolicy;
  readonly timing: Timing;
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html#registry_auth_http */
const ECR_CHALLENGE: Challenge = { scheme: 'basic', parameters: new Map() };

/**
 * Logs in at one registry as it asks for it: not at all, with the login itself (Basic), or with a token that its realm
 * gives for the login, or for nothing (Bearer). Tokens are kept for each scope until they expire.
 * A login is sent to the registry and to its own realm; elsewhere a token is asked for without it.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #cache = new Map<string, TimedAuthorization>();
  readonly #pending = new Map<string, Promise<TimedAuthorization>>();
  #challenge: Challenge | undefined;
  #login: Login | undefined;
  #rejected: Login | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    // ECR asks always and for this: without waiting for it, the first requests are not sent twice.
    if (findEcrRegistry(options.registry) !== undefined) this.#challenge = ECR_CHALLENGE;
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
   * Takes note of a refused login.
   * @param used What the refused request carried.
   * @returns Whether another authorization may help: the request carried none, or one that was kept, or a login that
   * may have been replaced meanwhile. Not every refusal has a challenge: ECR's of an expired login has none.
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
    const secrets = [...headers, ...(login === undefined ? [] : [basicAuthorization(login)])].map((header) =>
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
  ): Promise<TimedAuthorization> {
    const { credentials, registry, outbound, timing, retryPolicy: policy } = this.#options;
    this.#login = await credentials.find(registry, { signal, rejected: this.#rejected });
    this.#rejected = undefined;
    const login = this.#login;
    if (challenge.scheme === 'bearer') {
      const withoutSecrets = (text: string): string => this.withoutSecrets(text);
      const request = {
        challenge,
        scopes,
        registry,
        login,
        during: operation,
        outbound,
        timing,
        withoutSecrets,
        signal,
      };
      return await withRetries(() => fetchToken(request), { policy, timing, signal });
    }
    if (login !== undefined)
      return { header: basicAuthorization(login), expiresAt: Number.POSITIVE_INFINITY };
    throw new ProviderError(
      'InvalidCredentials',
      operation.role === 'source'
        ? `Source ${operation.subject}: ${registry} wants a login: name a secret in SourceCredentials`
        : `Destination ${operation.subject}: ${registry} wants a login and there is none for it`,
    );
  }
}
