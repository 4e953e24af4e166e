import { randomBytes } from 'node:crypto';
import type { Answer, Exchange } from './exchange.ts';
import { parseBasic, type RegistryLogin } from './registry-auth.ts';

/** Where the realm listens. */
export const TOKEN_PATH = '/token';
const PARAMETERS = ['service', 'scope', 'account', 'client_id', 'offline_token'];

export interface TokenRealmOptions {
  /** Who may push and pull; undefined: nobody has a login. */
  readonly login?: RegistryLogin | undefined;
  /** Whether anybody may pull. */
  readonly anonymousPull: boolean;
  readonly service: string;
  readonly tokenSeconds: number;
  readonly now: () => number;
}

/**
 * Gives out tokens for one registry, as Docker Hub's realm does: what a client may not do is left out of its token,
 * and only a login that is wrong is refused.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export class TokenRealm {
  readonly service: string;
  /** As the registry names it in its challenges. Set once its server listens. */
  url = '';
  readonly #options: TokenRealmOptions;
  readonly #tokens = new Map<string, { readonly grants: ReadonlySet<string>; expiresAt: number }>();

  constructor(options: TokenRealmOptions) {
    this.service = options.service;
    this.#options = options;
  }

  /** What a token allows, as `repository:app:pull`; undefined where it is unknown or over. */
  findGrants(token: string): ReadonlySet<string> | undefined {
    const issued = this.#tokens.get(token);
    return issued !== undefined && issued.expiresAt > this.#options.now() ? issued.grants : undefined;
  }

  /** From now on every token that was given out is refused. */
  expireAll(): void {
    this.#tokens.clear();
  }

  answer(exchange: Exchange): Answer {
    const { method, url, request, violate } = exchange;
    if (url.pathname !== TOKEN_PATH || method !== 'GET') {
      violate('is no request for a token');
      return { status: url.pathname === TOKEN_PATH ? 405 : 404 };
    }
    for (const name of url.searchParams.keys()) {
      if (!PARAMETERS.includes(name)) violate(`has the unknown parameter ${name}`);
    }
    if (url.searchParams.get('service') !== this.service) {
      violate('names another service than the challenge');
      return { status: 400 };
    }
    const hasLogin = request.headers.authorization !== undefined;
    if (hasLogin && !this.#isRight(parseBasic(request.headers.authorization))) {
      return json(
        401,
        { details: 'incorrect username or password' },
        { 'www-authenticate': 'Basic realm="realm"' },
      );
    }
    const asked = this.#parseScopes(exchange);
    const grants = asked.filter(
      (grant) => hasLogin || (this.#options.anonymousPull && grant.endsWith(':pull')),
    );
    return json(200, this.#issue(new Set(grants)));
  }

  #isRight(login: RegistryLogin | undefined): boolean {
    const { login: right } = this.#options;
    return right !== undefined && login?.username === right.username && login.password === right.password;
  }

  /** Scopes may be repeated, and hold several each. */
  #parseScopes({ url, violate }: Exchange): string[] {
    const scopes = url.searchParams.getAll('scope').flatMap((text) => text.split(' '));
    return scopes.flatMap((scope) => {
      const match = /^repository:([a-z0-9._/-]+):([a-z*]+(?:,[a-z*]+)*)$/.exec(scope);
      if (match === null) violate(`asks for the scope "${scope}"`);
      return (match?.[2] ?? '').split(',').map((action) => `repository:${match?.[1]}:${action}`);
    });
  }

  #issue(grants: ReadonlySet<string>): Record<string, unknown> {
    const { now, tokenSeconds } = this.#options;
    const token = randomBytes(32).toString('base64url');
    this.#tokens.set(token, { grants, expiresAt: now() + tokenSeconds * 1_000 });
    const issuedAt = new Date(now()).toISOString();
    return { token, access_token: token, expires_in: tokenSeconds, issued_at: issuedAt };
  }
}

function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}
