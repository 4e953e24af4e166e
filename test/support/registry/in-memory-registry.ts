import type { RepositoryAddress } from '../images/registry-session.ts';
import { answerBlob } from './blob-endpoint.ts';
import { BlobStorage } from './blob-storage.ts';
import { EcrTokens } from './ecr-tokens.ts';
import { type Answer, type Exchange, serve } from './exchange.ts';
import { type LoopbackServer, type ServerIdentity, startLoopbackServer } from './loopback-server.ts';
import { answerManifest } from './manifest-endpoint.ts';
import { Refusal } from './refusal.ts';
import {
  BasicAuth,
  BearerAuth,
  EcrAuth,
  NoAuth,
  type RegistryAuth,
  type RegistryLogin,
} from './registry-auth.ts';
import {
  DOCKER_PERSONALITY,
  ECR_PERSONALITY,
  type RateLimit,
  type RegistryContext,
  type RegistryPersonality,
} from './registry-personality.ts';
import { allowsMethod, findRoute, type RegistryRoute, unknownParameters } from './registry-route.ts';
import { RegistryStore, type StoredRepository } from './registry-store.ts';
import { type LoggedRequest, RequestLog, type ServerRole } from './request-log.ts';
import { answerTags } from './tags-endpoint.ts';
import { TOKEN_PATH, TokenRealm } from './token-realm.ts';
import { answerUpload, answerUploads } from './upload-endpoint.ts';

export type AuthOptions =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'basic' } & RegistryLogin)
  | {
      readonly kind: 'bearer';
      /** Default: there is no login that is right. */
      readonly login?: RegistryLogin;
      /** Anybody may pull, with a token for nothing, as at Docker Hub. Default: false. */
      readonly anonymousPull?: boolean;
      /** Default: 300. */
      readonly tokenSeconds?: number;
    }
  /** The tokens of `registry.ecrTokens`. */
  | { readonly kind: 'ecr' };

export interface InMemoryRegistryOptions extends Partial<RegistryPersonality> {
  /** Default: none; with `ecr`, ECR's. */
  readonly auth?: AuthOptions;
  /** Behaves as Amazon ECR. What else is said here goes over it. Default: false. */
  readonly ecr?: boolean;
  /** A blob's GET is sent on to a storage server on another port. Default: as `ecr`. */
  readonly redirectBlobs?: boolean;
  /** Repositories that are made without options have immutable tags. Default: false. */
  readonly immutable?: boolean;
  /** Default: no limit. */
  readonly rateLimit?: RateLimit;
  /** The certificate of all its servers. Default: plain HTTP. */
  readonly tls?: ServerIdentity;
  /**
   * How clients call the servers, where it is not their addresses: the realm's and the storage's name stand in
   * challenges and redirects, as https. `redirectedHosts` leads from the names to the servers.
   */
  readonly names?: Readonly<Partial<Record<ServerRole, string>>>;
  /** What it holds from the start. Default: nothing. */
  readonly store?: RegistryStore;
  /** The time that tokens and signed addresses go by, in milliseconds. Default: the system's. */
  readonly now?: () => number;
}

export interface InMemoryRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:port`, without a slash. */
  readonly origin: string;
  /** Its name, or `127.0.0.1:port`. */
  readonly host: string;
  readonly origins: Readonly<Record<ServerRole, string>>;
  /** From each server's name to its address, as `Outbound` and the functions' environment take it. */
  readonly redirectedHosts: ReadonlyMap<string, URL>;
  readonly store: RegistryStore;
  readonly log: RequestLog;
  /** The log's. */
  readonly requests: readonly LoggedRequest[];
  readonly violations: readonly string[];
  readonly ecrTokens: EcrTokens;
  /** Where tokens come from, with bearer authentication; otherwise nobody asks it. */
  readonly realm: TokenRealm;
  /** For `pushImage` and `pullImage`: with the login that the registry takes, if it takes one. */
  address(repository: string): RepositoryAddress;
  /** Closes every connection. Calling it twice does no harm. */
  close(): Promise<void>;
}

const DEFAULT_TOKEN_SECONDS = 300;

/**
 * Starts a registry on loopback that holds everything in memory and is strict about what clients send.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
export async function startInMemoryRegistry(
  options: InMemoryRegistryOptions = {},
): Promise<InMemoryRegistry> {
  const { ecr = false, names = {}, now = Date.now, rateLimit, tls } = options;
  const store = options.store ?? new RegistryStore();
  const log = new RequestLog();
  const ecrTokens = new EcrTokens(now);
  const storage = new BlobStorage(now);
  const authOptions = options.auth ?? { kind: ecr ? 'ecr' : 'none' };
  const realm = createRealm(authOptions, now);
  const context: RegistryContext = {
    store,
    log,
    personality: personalityOf(options),
    auth: createAuth(authOptions, ecrTokens, realm),
    redirectTo: (options.redirectBlobs ?? ecr) ? (digest, bytes) => storage.sign(digest, bytes) : undefined,
  };

  const protocol = tls === undefined ? 'http' : 'https';
  const limited = limiter(rateLimit);
  const handlers: Record<ServerRole, (exchange: Exchange) => Answer | Promise<Answer>> = {
    registry: (exchange) => limited() ?? answer(context, exchange, options.immutable ?? false),
    realm: (exchange) => realm.answer(exchange),
    storage: (exchange) => storage.answer(exchange),
  };
  const start = (role: ServerRole): Promise<LoopbackServer> =>
    startLoopbackServer(serve(role, log, protocol, handlers[role]), tls);
  const servers = {
    registry: await start('registry'),
    realm: await start('realm'),
    storage: await start('storage'),
  };

  const originOf = (role: ServerRole): string =>
    names[role] === undefined ? servers[role].origin : `https://${names[role]}`;
  realm.url = `${originOf('realm')}${TOKEN_PATH}`;
  storage.origin = originOf('storage');
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(servers).map((server) => server.close()));
  };
  const redirectedHosts = new Map(
    (['registry', 'realm', 'storage'] as const).map((role) => [
      new URL(originOf(role)).host,
      new URL(servers[role].origin),
    ]),
  );
  return {
    origin: servers.registry.origin,
    host: new URL(originOf('registry')).host,
    origins: {
      registry: servers.registry.origin,
      realm: servers.realm.origin,
      storage: servers.storage.origin,
    },
    redirectedHosts,
    store,
    log,
    requests: log.requests,
    violations: log.violations,
    ecrTokens,
    realm,
    address: (repository) => ({
      origin: servers.registry.origin,
      repository,
      login: loginOf(authOptions, ecrTokens),
      redirectedHosts,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function personalityOf(options: InMemoryRegistryOptions): RegistryPersonality {
  const base = options.ecr === true ? ECR_PERSONALITY : DOCKER_PERSONALITY;
  return {
    createsRepositories: options.createsRepositories ?? base.createsRepositories,
    mounts: options.mounts ?? base.mounts,
    dropsLaterChunks: options.dropsLaterChunks ?? base.dropsLaterChunks,
    takesEmptyBlobs: options.takesEmptyBlobs ?? base.takesEmptyBlobs,
    changesUploadAddress: options.changesUploadAddress ?? base.changesUploadAddress,
    deletesManifests: options.deletesManifests ?? base.deletesManifests,
    relativeLocations: options.relativeLocations ?? base.relativeLocations,
    quirks: options.quirks ?? base.quirks,
  };
}

function createRealm(auth: AuthOptions, now: () => number): TokenRealm {
  const bearer = auth.kind === 'bearer' ? auth : undefined;
  return new TokenRealm({
    login: bearer?.login,
    anonymousPull: bearer?.anonymousPull ?? false,
    service: 'registry.example',
    tokenSeconds: bearer?.tokenSeconds ?? DEFAULT_TOKEN_SECONDS,
    now,
  });
}

function createAuth(options: AuthOptions, ecrTokens: EcrTokens, realm: TokenRealm): RegistryAuth {
  switch (options.kind) {
    case 'none':
      return new NoAuth();
    case 'basic':
      return new BasicAuth(options);
    case 'bearer':
      return new BearerAuth(realm);
    case 'ecr':
      return new EcrAuth(ecrTokens);
  }
}

function loginOf(options: AuthOptions, ecrTokens: EcrTokens): RegistryLogin | undefined {
  switch (options.kind) {
    case 'none':
      return undefined;
    case 'basic':
      return options;
    case 'bearer':
      return options.login;
    case 'ecr':
      return { username: 'AWS', password: ecrTokens.issue().password };
  }
}

function limiter(limit: RateLimit | undefined): () => undefined {
  const { after = 0, times, retryAfterSeconds } = limit ?? { times: 0 };
  let count = 0;
  return () => {
    count += 1;
    if (count <= after || count > after + times) return undefined;
    throw new Refusal('TOOMANYREQUESTS', 'Too many requests', {
      headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    });
  };
}

async function answer(context: RegistryContext, exchange: Exchange, immutable: boolean): Promise<Answer> {
  const { method, url } = exchange;
  const route = routeOf(exchange);
  if (route === undefined) {
    exchange.violate('is no address of the distribution API');
    return { status: 404 };
  }
  if (!allowsMethod(route, method)) {
    exchange.violate('is no method of this address');
    throw new Refusal('UNSUPPORTED', `${method} is not for ${url.pathname}`);
  }
  for (const name of unknownParameters(route, url.searchParams)) {
    exchange.violate(`has the unknown parameter ${name}`);
  }
  context.auth.check(exchange, route);
  if (route.kind === 'base') return { status: 200, body: Buffer.from('{}') };
  const repository = repositoryFor(context, route, method, immutable);
  switch (route.kind) {
    case 'manifest':
      return await answerManifest(context, exchange, repository, route.reference);
    case 'blob':
      return answerBlob(context, exchange, repository, route.digest);
    case 'uploads':
      return await answerUploads(context, exchange, repository);
    case 'upload':
      return await answerUpload(context, exchange, repository, route.id);
    case 'tags':
      return answerTags(exchange, repository);
  }
}

function routeOf({ url, violate }: Exchange): RegistryRoute | undefined {
  try {
    return findRoute(url.pathname);
  } catch (error) {
    if (error instanceof Refusal) violate(`can't be meant: ${error.message}`);
    throw error;
  }
}

function repositoryFor(
  { store, personality }: RegistryContext,
  { name }: Exclude<RegistryRoute, { kind: 'base' }>,
  method: string,
  immutable: boolean,
): StoredRepository {
  const repository = store.findRepository(name);
  if (repository !== undefined) return repository;
  const isPush = method === 'POST' || method === 'PUT';
  if (isPush && personality.createsRepositories) return store.createRepository(name, { immutable });
  throw new Refusal('NAME_UNKNOWN', `The repository with name '${name}' does not exist`);
}
