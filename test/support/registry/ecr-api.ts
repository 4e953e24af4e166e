import type { IncomingMessage, ServerResponse } from 'node:http';
import { EcrApiError } from './ecr-api-error.ts';
import { batchDeleteImage, batchGetImage, describeImages, type EcrRepository, pageOf } from './ecr-images.ts';
import { type EcrAction, type EcrInputs, isEcrAction, parseEcrInput } from './ecr-input.ts';
import { EcrTokens } from './ecr-tokens.ts';
import { readBody, startLoopbackServer } from './loopback-server.ts';
import type { RegistryStore, StoredRepository } from './registry-store.ts';

const TARGET_PREFIX = 'AmazonEC2ContainerRegistry_V20150921.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';
/** No call of ours comes near it. */
const MAX_REQUEST_BYTES = 1024 * 1024;

export interface EcrApiOptions {
  /** Default `111122223333`. */
  readonly accountId?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Those that the registry side takes. Default: its own. */
  readonly tokens?: EcrTokens;
  /** Account → its registry, for those whose repositories let this account in. Default: none. */
  readonly others?: ReadonlyMap<string, RegistryStore>;
  /** How long a token holds, in seconds. Default: ECR's 12 hours. */
  readonly tokenSeconds?: number;
}

/** What calls are answered instead. */
export interface EcrFault {
  /** `ThrottlingException`, `AccessDeniedException`, `ServerException` (500) or another. */
  readonly code: string;
  /** Default: any. */
  readonly action?: EcrAction;
  /** How many calls. Default 1. */
  readonly times?: number;
}

/** A call as it was answered. */
export interface EcrCall {
  readonly action: string;
  /** As it was sent; undefined where it could not be read. */
  readonly input: unknown;
  /** The exception it was answered with. */
  error: string | undefined;
}

/** Amazon ECR's API over a registry's store, for `new ECRClient({ endpoint: api.origin, … })`. */
export interface EcrApi extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly accountId: string;
  readonly region: string;
  /** The registry's host as references have it; its store's server is elsewhere. */
  readonly registryHost: string;
  readonly tokens: EcrTokens;
  /** In the order of arrival. */
  readonly calls: readonly EcrCall[];
  /** A sentence for each thing that no client of AWS should do. */
  readonly violations: readonly string[];
  fail(fault: EcrFault): void;
  /** Does something, such as somebody else's push, right before the next call of that action is carried out. */
  before(action: EcrAction, callback: () => unknown): void;
  close(): Promise<void>;
}

/**
 * Knows the actions of EcrInputs and refuses the others, and every field that is not in the API reference. It checks
 * that a request is signed for ECR in the Region, not whether the signature is right.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html
 */
export async function startEcrApi(store: RegistryStore, options: EcrApiOptions = {}): Promise<EcrApi> {
  const { accountId = '111122223333', region = 'us-east-1', tokens = new EcrTokens() } = options;
  const registryHost = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
  const calls: EcrCall[] = [];
  const violations: string[] = [];
  const faults: { code: string; action: EcrAction | undefined; left: number }[] = [];
  const callbacks: { action: EcrAction; callback: () => unknown }[] = [];

  const server = await startLoopbackServer(async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const action = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : target;
    const { bytes, complete } = await readBody(request, MAX_REQUEST_BYTES);
    if (!complete) return;
    const call: EcrCall = { action, input: findInput(bytes), error: undefined };
    calls.push(call);
    const violate = (what: string): void => void violations.push(`${action || 'a call'} ${what}`);
    try {
      checkRequest(request, region);
      if (!target.startsWith(TARGET_PREFIX) || !isEcrAction(action)) {
        throw new EcrApiError('UnknownOperationException', `There is no action ${action}`);
      }
      answer(response, 200, await carryOut(action, bytes, violate));
    } catch (error) {
      if (!(error instanceof EcrApiError)) throw error;
      call.error = error.code;
      if (MISTAKES.has(error.code) && !(error instanceof InjectedError))
        violate(`is refused: ${error.message}`);
      answer(response, error.status, { __type: error.code, message: error.message });
    }
  });

  async function carryOut(action: EcrAction, body: Buffer, violate: (what: string) => void): Promise<object> {
    const fault = faults.find(
      ({ action: only, left }) => left > 0 && (only === undefined || only === action),
    );
    if (fault) {
      fault.left -= 1;
      throw new InjectedError(fault.code, `${fault.code} for ecr:${action}, as the test wants it`);
    }
    const index = callbacks.findIndex((planned) => planned.action === action);
    if (index !== -1) await callbacks.splice(index, 1)[0]?.callback();
    switch (action) {
      case 'GetAuthorizationToken':
        parseEcrInput(action, body);
        return authorizationToken();
      case 'DescribeRepositories':
        return describeRepositories(parseEcrInput(action, body));
      case 'DescribeImages': {
        const input = parseEcrInput(action, body);
        return describeImages(getRepository(input), input);
      }
      case 'BatchGetImage': {
        const input = parseEcrInput(action, body);
        return batchGetImage(getRepository(input), input, violate);
      }
      case 'BatchDeleteImage': {
        const input = parseEcrInput(action, body);
        return batchDeleteImage(getRepository(input), input);
      }
    }
  }

  function authorizationToken(): object {
    const { password, expiresAt } = tokens.issue(options.tokenSeconds);
    return {
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
          expiresAt: expiresAt.getTime() / 1_000,
          proxyEndpoint: `https://${registryHost}`,
        },
      ],
    };
  }

  function describeRepositories(input: EcrInputs['DescribeRepositories']): object {
    const { registryId, repositoryNames } = input;
    const named = repositoryNames?.map(
      (repositoryName) =>
        getRepository({ repositoryName, ...(registryId !== undefined && { registryId }) }).stored,
    );
    const { page, nextToken } = pageOf(named ?? [...store.repositories.values()], input);
    return { repositories: page.map(describe), ...(nextToken !== undefined && { nextToken }) };
  }

  function describe({ name, immutable }: StoredRepository): object {
    return {
      repositoryArn: `arn:aws:ecr:${region}:${accountId}:repository/${name}`,
      registryId: accountId,
      repositoryName: name,
      repositoryUri: `${registryHost}/${name}`,
      imageTagMutability: immutable ? 'IMMUTABLE' : 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    };
  }

  function getRepository(input: { registryId?: string; repositoryName: string }): EcrRepository {
    const { registryId = accountId, repositoryName } = input;
    const registry = registryId === accountId ? store : options.others?.get(registryId);
    const stored = registry?.findRepository(repositoryName);
    if (stored !== undefined) return { registryId, stored };
    throw new EcrApiError(
      'RepositoryNotFoundException',
      `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
    );
  }

  return {
    origin: server.origin,
    accountId,
    region,
    registryHost,
    tokens,
    calls,
    violations,
    fail: ({ code, action, times = 1 }) => void faults.push({ code, action, left: times }),
    before: (action, callback) => void callbacks.push({ action, callback }),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

/** An error that a test asked for is nobody's mistake. */
class InjectedError extends EcrApiError {}

/** What says that the client is wrong, not that the world is another than it thought. */
const MISTAKES: ReadonlySet<string> = new Set([
  'InvalidParameterException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
]);

/** @throws EcrApiError for what no client of AWS sends. */
function checkRequest({ method, url, headers }: IncomingMessage, region: string): void {
  if (method !== 'POST' || url !== '/') {
    throw new EcrApiError('UnknownOperationException', `${method} ${url} is no call`);
  }
  if (headers['content-type'] !== CONTENT_TYPE) {
    throw new EcrApiError('SerializationException', `The content-type is ${headers['content-type']}`);
  }
  const { authorization = '' } = headers;
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) {
    throw new EcrApiError('MissingAuthenticationTokenException', 'The request is not signed');
  }
  if (!authorization.includes(`/${region}/ecr/aws4_request`)) {
    throw new EcrApiError('InvalidSignatureException', `The request is not signed for ECR in ${region}`);
  }
}

function findInput(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': CONTENT_TYPE, 'content-length': bytes.length });
  response.end(bytes);
}
