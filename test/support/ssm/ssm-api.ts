import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, startLoopbackServer } from '../registry/loopback-server.ts';
import { SsmApiError } from './ssm-api-error.ts';
import { isSsmAction, parseSsmInput, type SsmAction, type SsmInputs } from './ssm-input.ts';
import { SsmParameters } from './ssm-parameters.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

const TARGET_PREFIX = 'AmazonSSM.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';
/** No call of ours comes near it. */
const MAX_REQUEST_BYTES = 64 * 1024;

export interface SsmApiOptions {
  /** Default `111122223333`. */
  readonly accountId?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Account → its parameters, for those that are shared with this account. Default: none. */
  readonly others?: ReadonlyMap<string, SsmParameters>;
  /** What is over it is throttled. Default: nothing is. */
  readonly rate?: Rate;
}

/** What calls are answered instead. */
export interface SsmFault {
  /** `ThrottlingException`, `AccessDeniedException`, `InternalServerError` (500) or another. */
  readonly code: string;
  /** Default: any. */
  readonly action?: SsmAction;
  /** How many calls. Default 1. */
  readonly times?: number;
}

/** A call as it was answered. */
export interface SsmCall {
  readonly action: string;
  /** As it was sent; undefined where it could not be read. */
  readonly input: unknown;
  /** The exception it was answered with. */
  error: string | undefined;
}

/** Systems Manager's parameters, for `new SSMClient({ endpoint: api.origin, … })`. */
export interface SsmApi extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly accountId: string;
  readonly parameters: SsmParameters;
  /** In the order of arrival. */
  readonly calls: readonly SsmCall[];
  /** A sentence for each thing that no client of AWS should do. */
  readonly violations: readonly string[];
  fail(fault: SsmFault): void;
  /** Does something, such as another release, right before the next call of that action is carried out. */
  before(action: SsmAction, callback: () => unknown): void;
  /** Makes each call wait until it is released. */
  hold(): { readonly reached: Promise<void>; readonly release: () => void };
  close(): Promise<void>;
}

/**
 * Knows the actions of SsmInputs and refuses the others, and every field that is not in the API reference. It checks
 * that a request is signed for SSM in the Region, not whether the signature is right.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html
 */
export async function startSsmApi(options: SsmApiOptions = {}): Promise<SsmApi> {
  const { accountId = '111122223333', region = 'us-east-1', rate } = options;
  const parameters = new SsmParameters(accountId, region);
  const bucket = rate && new TokenBucket(rate, Date.now());
  const calls: SsmCall[] = [];
  const violations: string[] = [];
  const faults: { code: string; action: SsmAction | undefined; left: number }[] = [];
  const callbacks: { action: SsmAction; callback: () => unknown }[] = [];
  let gate: { arrive: () => void; released: Promise<void>; release: () => void } | undefined;

  const server = await startLoopbackServer(async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const action = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : target;
    const { bytes, complete } = await readBody(request, MAX_REQUEST_BYTES);
    if (!complete) return;
    gate?.arrive();
    await gate?.released;
    const call: SsmCall = { action, input: findInput(bytes), error: undefined };
    calls.push(call);
    try {
      checkRequest(request, region);
      if (!target.startsWith(TARGET_PREFIX) || !isSsmAction(action)) {
        throw new SsmApiError('UnknownOperationException', `There is no action ${action}`);
      }
      answer(response, 200, await carryOut(action, bytes));
    } catch (error) {
      if (!(error instanceof SsmApiError)) throw error;
      call.error = error.code;
      if (MISTAKES.has(error.code) && !(error instanceof InjectedError)) {
        violations.push(`${action || 'a call'} is refused: ${error.message}`);
      }
      answer(response, error.status, { __type: error.code, message: error.message });
    }
  });

  async function carryOut(action: SsmAction, body: Buffer): Promise<object> {
    if (bucket?.take(Date.now()) === false) throw new SsmApiError('ThrottlingException', 'Rate exceeded');
    const fault = faults.find(
      ({ action: only, left }) => left > 0 && (only === undefined || only === action),
    );
    if (fault) {
      fault.left -= 1;
      throw new InjectedError(fault.code, `${fault.code} for ssm:${action}, as the test wants it`);
    }
    const index = callbacks.findIndex((planned) => planned.action === action);
    if (index !== -1) await callbacks.splice(index, 1)[0]?.callback();
    switch (action) {
      case 'GetParameter':
        return getParameter(parseSsmInput(action, body));
      case 'PutParameter':
        return parameters.putParameter(parseSsmInput(action, body));
      case 'LabelParameterVersion':
        return parameters.labelVersion(parseSsmInput(action, body));
      case 'DeleteParameter':
        return parameters.deleteParameter(parseSsmInput(action, body));
    }
  }

  function getParameter(input: SsmInputs['GetParameter']): object {
    const owner = /^arn:aws:ssm:[a-z0-9-]+:(\d{12}):/.exec(input.Name)?.[1] ?? accountId;
    return (options.others?.get(owner) ?? parameters).getParameter(input);
  }

  const close = (): Promise<void> => {
    gate?.release();
    return server.close();
  };
  return {
    origin: server.origin,
    accountId,
    parameters,
    calls,
    violations,
    fail: ({ code, action, times = 1 }) => void faults.push({ code, action, left: times }),
    before: (action, callback) => void callbacks.push({ action, callback }),
    hold: () => {
      const arrival = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      gate = { arrive: arrival.resolve, released: release.promise, release: release.resolve };
      return { reached: arrival.promise, release: release.resolve };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** An error that a test asked for is nobody's mistake. */
class InjectedError extends SsmApiError {}

/** What says that the client is wrong, not that the world is another than it thought. */
const MISTAKES: ReadonlySet<string> = new Set([
  'ValidationException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
]);

/** @throws SsmApiError for what no client of AWS sends. */
function checkRequest({ method, url, headers }: IncomingMessage, region: string): void {
  if (method !== 'POST' || url !== '/') {
    throw new SsmApiError('UnknownOperationException', `${method} ${url} is no call`);
  }
  if (headers['content-type'] !== CONTENT_TYPE) {
    throw new SsmApiError('SerializationException', `The content-type is ${headers['content-type']}`);
  }
  const { authorization = '' } = headers;
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) {
    throw new SsmApiError('MissingAuthenticationTokenException', 'The request is not signed');
  }
  if (!authorization.includes(`/${region}/ssm/aws4_request`)) {
    throw new SsmApiError('InvalidSignatureException', `The request is not signed for SSM in ${region}`);
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
