import { isIP } from 'node:net';
import type { Outbound } from '../network/outbound.ts';
import { isRecord } from '../oci/descriptor.ts';
import { hostOfRegistry } from '../oci/reference.ts';
import { readBounded, readErrorBody } from './bounded-body.ts';
import type { Challenge } from './challenge.ts';
import type { Login } from './credentials.ts';
import { printable } from './foreign-text.ts';
import { errorOfBreak, errorOfRefusal, malformedAnswer, type Operation } from './registry-error.ts';
import { parseRetryAfter, type Timing } from './retry-policy.ts';

/** Tokens are a few KiB; some list every scope. */
const MAX_TOKEN_BODY_BYTES = 256 * 1024;
const MAX_ERROR_BODY_BYTES = 64 * 1024;
/** A header that servers and proxies still take. */
const MAX_TOKEN_LENGTH = 64 * 1024;
/** What a token's lifetime is where its server names none. */
const DEFAULT_TOKEN_SECONDS = 60;
/** A token is not used in its last seconds: it must still hold when the request arrives. */
const TOKEN_MARGIN_MS = 10_000;

/** What goes into an Authorization header, and until when (milliseconds since 1970). */
export interface TimedAuthorization {
  readonly header: string;
  readonly expiresAt: number;
}

export interface TokenRequest {
  readonly challenge: Challenge;
  readonly scopes: readonly string[];
  /** As references name it. */
  readonly registry: string;
  /** Sent to the registry's own realm alone. Default: a token for anybody is asked for. */
  readonly login: Login | undefined;
  /** What the token is for, for errors. */
  readonly during: Operation;
  readonly outbound: Outbound;
  readonly timing: Timing;
  /** Takes our secrets out of what the server says. */
  readonly withoutSecrets: (text: string) => string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks a bearer challenge's realm for a token, in one try.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @throws RegistryError; `InvalidCredentials` where the login is refused.
 */
export async function fetchToken(options: TokenRequest): Promise<TimedAuthorization> {
  const { challenge, registry, during, outbound, timing, signal } = options;
  const realm = realmOf(challenge, during);
  const operation = { ...during, action: `getting a token from ${realm.host}` };
  const login = isOwnRealm(realm, registry) ? options.login : undefined;
  const askedAt = timing.now();
  try {
    const response = await outbound.request(tokenUrl(realm, challenge, options.scopes), {
      method: 'GET',
      headers: login === undefined ? {} : { authorization: basicAuthorization(login) },
      ...(signal && { signal }),
    });
    if (response.statusCode !== 200) {
      throw errorOfRefusal(operation, {
        status: response.statusCode,
        body: options.withoutSecrets(await readErrorBody(response.body, MAX_ERROR_BODY_BYTES)),
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

/** @see https://www.rfc-editor.org/rfc/rfc7617 */
export function basicAuthorization({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/**
 * Whether a realm belongs to a registry, so that the registry's login may be sent there: its host is the registry's, is
 * below it, or stands with it under one domain, as auth.docker.io does with registry-1.docker.io.
 */
export function isOwnRealm(realm: URL, registry: string): boolean {
  const host = new URL(`https://${hostOfRegistry(registry)}`).hostname;
  const asked = realm.hostname;
  if (asked === host) return true;
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return false;
  if (asked.endsWith(`.${host}`)) return true;
  const domain = host.slice(host.indexOf('.') + 1);
  return domain.includes('.') && (asked === domain || asked.endsWith(`.${domain}`));
}

function realmOf(challenge: Challenge, operation: Operation): URL {
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

/** The realm's own query stays. */
function tokenUrl(realm: URL, challenge: Challenge, scopes: readonly string[]): URL {
  const url = new URL(realm);
  const service = challenge.parameters.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of withScopesOf(challenge, scopes)) url.searchParams.append('scope', scope);
  return url;
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

function parseToken(body: Buffer, askedAt: number, operation: Operation): TimedAuthorization {
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
