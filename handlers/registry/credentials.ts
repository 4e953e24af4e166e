import { ECRClient, type ECRClientConfig, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { ProviderError } from '../errors.ts';
import { AWS_TIMEOUTS } from '../network/aws-timeouts.ts';
import { isRecord } from '../oci/descriptor.ts';
import { normalizeRegistry } from '../oci/reference.ts';
import { errorOfAws } from './aws-error.ts';
import { findEcrRegistry } from './ecr-registry.ts';
import type { RequestOptions } from './repository.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface FindLoginOptions extends RequestOptions {
  /** A login that the registry refused: a kept one that equals it is not given again. Default: none. */
  readonly rejected?: Login | undefined;
}

/** Where logins come from. */
export interface Credentials {
  /** The login for a registry; undefined: there is none, and the registry is read as anybody may. */
  find(registry: string, options?: FindLoginOptions): Promise<Login | undefined>;
}

/** No login anywhere. */
export const ANONYMOUS: Credentials = { find: async () => undefined };

/** ECR's tokens live for 12 hours; one is renewed this much before its end, so that it outlives the copy it begins. */
const RENEW_BEFORE_MS = 20 * 60 * 1_000;

/**
 * Logins at private ECR registries, with this function's role: of this account and Region, and of others that let it
 * read. A token is of a Region and serves every registry there; it is kept until shortly before it expires.
 * For any other registry it has none.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 */
export class EcrCredentials implements Credentials {
  readonly #createClient: (configuration: ECRClientConfig) => ECRClient;
  readonly #now: () => number;
  readonly #cache = new Map<string, { login: Login; expiresAt: number }>();

  constructor(
    options: { createClient?: (configuration: ECRClientConfig) => ECRClient; now?: () => number } = {},
  ) {
    this.#createClient = options.createClient ?? ((configuration) => new ECRClient(configuration));
    this.#now = options.now ?? Date.now;
  }

  async find(registry: string, options: FindLoginOptions = {}): Promise<Login | undefined> {
    const ecr = findEcrRegistry(registry);
    if (ecr === undefined) return undefined;
    const key = `${ecr.region}${ecr.fips ? '-fips' : ''}`;
    const cached = this.#cache.get(key);
    const isRejected = cached !== undefined && cached.login.password === options.rejected?.password;
    if (cached !== undefined && !isRejected && cached.expiresAt > this.#now()) return cached.login;

    const { region, fips } = ecr;
    const client = this.#createClient({ region, useFipsEndpoint: fips, requestHandler: AWS_TIMEOUTS });
    try {
      const { authorizationData } = await client.send(
        new GetAuthorizationTokenCommand({}),
        options.signal === undefined ? {} : { abortSignal: options.signal },
      );
      const [data] = authorizationData ?? [];
      const login = parseAuthorizationToken(data?.authorizationToken, region);
      const expiresAt = (data?.expiresAt?.getTime() ?? 0) - RENEW_BEFORE_MS;
      this.#cache.set(key, { login, expiresAt });
      return login;
    } catch (error) {
      const operation = `give a token in ${region}`;
      throw errorOfAws(error, { service: 'ECR', region, operation, signal: options.signal });
    } finally {
      client.destroy();
    }
  }
}

/** The token is Base64 of `AWS:<password>`. */
function parseAuthorizationToken(token: string | undefined, region: string): Login {
  const [username, ...rest] = Buffer.from(token ?? '', 'base64')
    .toString('utf8')
    .split(':');
  const password = rest.join(':');
  if (username !== undefined && username !== '' && password !== '') return { username, password };
  throw new ProviderError('GeneralServiceException', `Amazon ECR in ${region} gave no usable token`);
}

/** What `SourceCredentials` must look like. Values never stand in a message. */
const SECRET_SHAPE = '{"registry": "…", "username": "…", "password": "…"}';
/** The tag that a secret must carry; the role's policy asks for it. */
const SECRET_TAG = 'deploytime:source-credentials=true';

/**
 * The login that a Secrets Manager secret holds, as JSON with `registry`, `username` and `password`. It is for that
 * registry alone.
 */
export class SecretCredentials implements Credentials {
  readonly #secretArn: string;
  readonly #createClient: (configuration: SecretsManagerClientConfig) => SecretsManagerClient;

  constructor(
    secretArn: string,
    options: { createClient?: (configuration: SecretsManagerClientConfig) => SecretsManagerClient } = {},
  ) {
    this.#secretArn = secretArn;
    this.#createClient = options.createClient ?? ((configuration) => new SecretsManagerClient(configuration));
  }

  /** @throws ProviderError `InvalidCredentials` where the secret has another shape or is for another registry. */
  async find(registry: string, options: FindLoginOptions = {}): Promise<Login | undefined> {
    const secret = await this.#read(options.signal);
    if (normalizeRegistry(secret.registry) !== normalizeRegistry(registry)) {
      throw this.#invalid(`is for another registry than Source's, which is ${registry}`);
    }
    return { username: secret.username, password: secret.password };
  }

  async #read(signal?: AbortSignal): Promise<Login & { registry: string }> {
    const [, , , region] = this.#secretArn.split(':');
    const client = this.#createClient({
      ...(region !== undefined && { region }),
      requestHandler: AWS_TIMEOUTS,
    });
    let text: string | undefined;
    try {
      const answer = await client.send(
        new GetSecretValueCommand({ SecretId: this.#secretArn }),
        signal === undefined ? {} : { abortSignal: signal },
      );
      text = answer.SecretString;
    } catch (error) {
      throw errorOfAws(error, {
        service: 'Secrets Manager',
        region: region ?? 'this Region',
        operation: `give the secret ${this.#secretArn} of SourceCredentials`,
        hints: {
          AccessDenied: `the secret must carry the tag ${SECRET_TAG}, and its key must let this function decrypt it`,
        },
        signal,
      });
    } finally {
      client.destroy();
    }
    if (text === undefined) throw this.#invalid('is binary');
    return this.#parse(text);
  }

  #parse(text: string): Login & { registry: string } {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's message quotes what it read, so it goes no further.
      throw this.#invalid(`is no JSON (${text.length} characters)`);
    }
    if (!isRecord(value)) throw this.#invalid('is no JSON object');
    const { registry, username, password } = value;
    for (const [name, part] of Object.entries({ registry, username, password })) {
      if (typeof part !== 'string' || part === '') throw this.#invalid(`has no text under "${name}"`);
    }
    const login = { registry: String(registry), username: String(username), password: String(password) };
    // A colon would end the user name in a Basic login (RFC 7617).
    if (login.username.includes(':'))
      throw this.#invalid('has a ":" in its username, which no login can have');
    return login;
  }

  #invalid(what: string): ProviderError {
    return new ProviderError(
      'InvalidCredentials',
      `The secret ${this.#secretArn} of SourceCredentials ${what}; ${SECRET_SHAPE} is allowed`,
    );
  }
}
