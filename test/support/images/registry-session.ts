/** A repository, and how to get in. */
export interface RepositoryAddress {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  readonly repository: string;
  /** Default: none is sent. Used for Basic challenges and at the realm of Bearer ones. */
  readonly login?: { readonly username: string; readonly password: string } | undefined;
  /** Where the hosts really are that the registry names in challenges and redirects. Default: where they say. */
  readonly redirectedHosts?: ReadonlyMap<string, URL>;
}

/** A registry on this machine that takes longer has stopped. */
const REQUEST_LIMIT_MS = 60_000;
const SHOWN_BODY_CHARACTERS = 500;
/** From a registry to its storage is one. */
const MAX_REDIRECTS = 3;

/** A request to a registry in a test: `path` is below the repository, or a whole URL that the registry named. */
export interface SessionRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Any other status is an error. */
  readonly expected: readonly number[];
}

/** Talks to one repository over plain `fetch`, knowing nothing of the code that it is a witness for. */
export class RegistrySession {
  readonly #address: RepositoryAddress;
  #authorization: string | undefined;

  constructor(address: RepositoryAddress) {
    this.#address = address;
  }

  /** @throws Error with the registry's answer. */
  async send(request: SessionRequest): Promise<Response> {
    let response = await this.#fetch(request);
    if (response.status === 401 && this.#authorization === undefined) {
      await response.body?.cancel();
      this.#authorization = await this.#answerChallenge(response.headers.get('www-authenticate') ?? '');
      response = await this.#fetch(request);
    }
    if (request.expected.includes(response.status)) return response;
    const body = (await response.text()).slice(0, SHOWN_BODY_CHARACTERS);
    throw new Error(`${request.method} ${request.path}: ${response.status} ${body}`);
  }

  /** Follows redirects, taking the login to the registry alone. */
  async #fetch({ method, path, headers, body }: SessionRequest): Promise<Response> {
    const { origin, repository } = this.#address;
    let url = this.#redirected(new URL(path, `${origin}/v2/${repository}/`));
    for (let redirects = 0; ; redirects += 1) {
      const isOwn = url.origin === origin && this.#authorization !== undefined;
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...(isOwn && { authorization: this.#authorization }) },
        ...(body !== undefined && { body: new Uint8Array(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      });
      const location = response.headers.get('location');
      const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
      if (!isRedirect || redirects === MAX_REDIRECTS) return response;
      await response.body?.cancel();
      url = this.#redirected(new URL(location, url));
    }
  }

  #redirected(url: URL): URL {
    const base = this.#address.redirectedHosts?.get(url.host);
    return base === undefined ? url : new URL(url.pathname + url.search, base);
  }

  async #answerChallenge(challenge: string): Promise<string> {
    const { login, repository } = this.#address;
    const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    if (/^Basic /i.test(challenge)) {
      if (basic === undefined) throw new Error('The registry wants a login');
      return basic;
    }
    const url = new URL(/realm="([^"]+)"/.exec(challenge)?.[1] ?? '');
    url.searchParams.set('service', /service="([^"]+)"/.exec(challenge)?.[1] ?? '');
    url.searchParams.set('scope', `repository:${repository}:${basic === undefined ? 'pull' : 'pull,push'}`);
    const response = await fetch(this.#redirected(url), {
      ...(basic !== undefined && { headers: { authorization: basic } }),
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
    if (!response.ok) throw new Error(`The realm answered ${response.status}`);
    const { token } = (await response.json()) as { token: string };
    return `Bearer ${token}`;
  }
}
