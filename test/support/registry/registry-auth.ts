import type { EcrTokens } from './ecr-tokens.ts';
import type { Exchange } from './exchange.ts';
import { Refusal } from './refusal.ts';
import type { RegistryRoute } from './registry-route.ts';
import type { TokenRealm } from './token-realm.ts';

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** Who may do what at a registry. */
export interface RegistryAuth {
  /** @throws Refusal with a challenge, or for good. */
  check(exchange: Exchange, route: RegistryRoute): void;
}

export class NoAuth implements RegistryAuth {
  check({ logged, violate }: Exchange): void {
    if (logged.authorization !== 'none') violate('carries a login that nobody asked for');
  }
}

/** The login itself with each request. */
export class BasicAuth implements RegistryAuth {
  readonly #login: RegistryLogin;

  constructor(login: RegistryLogin) {
    this.#login = login;
  }

  check({ request }: Exchange): void {
    const login = parseBasic(request.headers.authorization);
    if (login?.username === this.#login.username && login.password === this.#login.password) return;
    throw new Refusal('UNAUTHORIZED', 'authentication required', {
      headers: { 'www-authenticate': 'Basic realm="In-memory registry"' },
    });
  }
}

/**
 * ECR's: user `AWS`, and a token of GetAuthorizationToken as the password. A token that is over is refused without a
 * challenge, so that a client must know by itself what to do.
 * @see https://github.com/flipt-io/flipt/issues/3043
 */
export class EcrAuth implements RegistryAuth {
  readonly #tokens: EcrTokens;

  constructor(tokens: EcrTokens) {
    this.#tokens = tokens;
  }

  check({ request, url }: Exchange): void {
    const login = parseBasic(request.headers.authorization);
    if (login === undefined) {
      throw new Refusal('UNAUTHORIZED', 'Not Authorized', {
        headers: { 'www-authenticate': `Basic realm="${url.origin}/",service="ecr.amazonaws.com"` },
      });
    }
    const state = login.username === 'AWS' ? this.#tokens.check(login.password) : 'unknown';
    if (state === 'valid') return;
    throw new Refusal(
      'DENIED',
      state === 'expired'
        ? 'Your authorization token has expired. Reauthenticate and try again.'
        : 'Your authorization token is not valid.',
    );
  }
}

/**
 * A token of a realm, for what the request does.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export class BearerAuth implements RegistryAuth {
  readonly #realm: TokenRealm;

  constructor(realm: TokenRealm) {
    this.#realm = realm;
  }

  check({ request, method, url }: Exchange, route: RegistryRoute): void {
    const scopes = scopesOf(route, method, url.searchParams);
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const grants = token === undefined ? undefined : this.#realm.findGrants(token);
    if (grants !== undefined && scopes.every((scope) => grants.has(scope))) return;
    const parameters = {
      realm: this.#realm.url,
      service: this.#realm.service,
      ...(scopes.length > 0 && { scope: challengeScopes(scopes) }),
      ...(token !== undefined && { error: grants === undefined ? 'invalid_token' : 'insufficient_scope' }),
    };
    const challenge = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
    throw new Refusal('UNAUTHORIZED', 'authentication required', {
      headers: { 'www-authenticate': `Bearer ${challenge.join(',')}` },
    });
  }
}

/** Undefined for anything but a Basic login. */
export function parseBasic(header: string | undefined): RegistryLogin | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [username = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { username, password: rest.join(':') };
}

/** Single grants that a request needs: `repository:app:pull`. */
function scopesOf(route: RegistryRoute, method: string, query: URLSearchParams): string[] {
  if (route.kind === 'base') return [];
  const actions =
    method === 'GET' || method === 'HEAD' ? ['pull'] : method === 'DELETE' ? ['delete'] : ['pull', 'push'];
  const from = route.kind === 'uploads' ? query.get('from') : null;
  return [
    ...actions.map((action) => `repository:${route.name}:${action}`),
    ...(from === null ? [] : [`repository:${from}:pull`]),
  ];
}

/** As a challenge writes them: `repository:app:pull,push repository:base:pull`. */
function challengeScopes(scopes: readonly string[]): string {
  const actions = new Map<string, string[]>();
  for (const scope of scopes) {
    const end = scope.lastIndexOf(':');
    const resource = scope.slice(0, end);
    actions.set(resource, [...(actions.get(resource) ?? []), scope.slice(end + 1)]);
  }
  return [...actions].map(([resource, names]) => `${resource}:${names.join(',')}`).join(' ');
}
