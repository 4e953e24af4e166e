/** A repository, and how to get in. */
export interface RepositoryAddress {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  readonly repository: string;
  /** Default: none is sent. Used for Basic challenges and at the realm of Bearer ones. */
  readonly login?: { readonly username: string; readonly password: string };
}

/** A registry on this machine that takes longer has stopped. */
const REQUEST_LIMIT_MS = 60_000;
const SHOWN_BODY_CHARACTERS = 500;

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

  #fetch({ method, path, headers, body }: SessionRequest): Promise<Response> {
    const { origin, repository } = this.#address;
    // A path of the registry's own begins with a slash, or is a URL; fetch drops the login where it leaves the host.
    const url = new URL(path, `${origin}/v2/${repository}/`);
    return fetch(url, {
      method,
      headers: {
        ...headers,
        ...(this.#authorization !== undefined && { authorization: this.#authorization }),
      },
      ...(body !== undefined && { body: new Uint8Array(body) }),
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
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
    const response = await fetch(url, {
      ...(basic !== undefined && { headers: { authorization: basic } }),
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
    if (!response.ok) throw new Error(`The realm answered ${response.status}`);
    const { token } = (await response.json()) as { token: string };
    return `Bearer ${token}`;
  }
}
