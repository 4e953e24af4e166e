import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, startLoopbackServer } from '../registry/loopback-server.ts';
import { type Rate, TokenBucket } from '../ssm/token-bucket.ts';
import { type ArchiveHost, startArchiveHost } from './archive-host.ts';
import { LayerShelf, type ShelvedVersion } from './layer-shelf.ts';
import { type LayerCall, type LayersAction, LayersApiError, parseCall } from './layers-call.ts';

/** A 50 MB archive in Base64, and its frame. */
const MAX_REQUEST_BYTES = 70 * 1024 * 1024;

export interface LayersApiOptions {
  /** Default `111122223333`. */
  readonly accountId?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Whether archives are at a host of S3's. Default: true; otherwise at the server's own, over plain HTTP. */
  readonly secureArchives?: boolean;
  /** In which order versions are listed: Lambda's documentation promises none. Default: the newest first. */
  readonly order?: 'newest first' | 'oldest first';
  /** The most versions in a page. Default: what was asked for, 50 at most. */
  readonly pageSize?: number;
  /** What all calls share; what is over it is throttled. Default: nothing is. */
  readonly rate?: Rate;
}

/** What calls are answered instead. */
export interface LayersFault {
  /** `TooManyRequestsException` (429), `AccessDeniedException` (403), `ServiceException` (500) or another (400). */
  readonly code: string;
  /** Default: any. */
  readonly action?: LayersAction;
  /** How many calls. Default 1. */
  readonly times?: number;
}

/** A call as it was answered. */
export interface AnsweredCall {
  readonly action: string;
  readonly subject: string;
  /** The exception it was answered with. */
  readonly error: string | undefined;
}

/** Lambda's API of layers, for `new LambdaClient({ endpoint: api.origin, … })`, and the host of their archives. */
export interface LayersApi extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly shelf: LayerShelf;
  readonly archives: ArchiveHost;
  /** In the order of arrival. */
  readonly calls: readonly AnsweredCall[];
  /** A sentence for each thing that no client of AWS should do, at the API or the archives' host. */
  violations(): string[];
  fail(fault: LayersFault): void;
  close(): Promise<void>;
}

/**
 * Knows four actions, and refuses the others and every parameter that is not in the API reference. It checks that a
 * request is signed for Lambda in the Region, not whether the signature is right. Other accounts' layers are got where
 * they are shared, and never listed: a layer's policy can allow no more.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
 */
export async function startLayersApi(options: LayersApiOptions = {}): Promise<LayersApi> {
  const { accountId = '111122223333', region = 'us-east-1', order = 'newest first', rate } = options;
  const shelf = new LayerShelf({ accountId, region });
  const bucket = rate && new TokenBucket(rate, Date.now());
  const archives = await startArchiveHost({ region, secure: options.secureArchives ?? true });
  const calls: AnsweredCall[] = [];
  const violations: string[] = [];
  const faults: { code: string; action: LayersAction | undefined; left: number }[] = [];

  const server = await startLoopbackServer(async (request, response) => {
    const { bytes, complete } = await readBody(request, MAX_REQUEST_BYTES);
    if (!complete) return;
    let call: LayerCall | undefined;
    try {
      call = parseCall(request, bytes, region);
      if (bucket?.take(Date.now()) === false)
        throw new LayersApiError('TooManyRequestsException', 'Rate exceeded');
      failOnPurpose(call.action);
      const [status, body] = carryOut(call);
      calls.push({ action: call.action, subject: call.subject, error: undefined });
      answer(response, status, body);
    } catch (error) {
      if (!(error instanceof LayersApiError)) throw error;
      calls.push({ action: call?.action ?? '', subject: call?.subject ?? '', error: error.code });
      if (call === undefined) violations.push(`${request.method} ${request.url}: ${error.message}`);
      refuse(request, response, error);
    }
  });

  function failOnPurpose(action: LayersAction): void {
    const fault = faults.find((planned) => planned.left > 0 && (planned.action ?? action) === action);
    if (fault === undefined) return;
    fault.left -= 1;
    throw new LayersApiError(fault.code, `${fault.code} for lambda:${action}, as the test wants it`);
  }

  function carryOut(call: LayerCall): [status: number, body: object | undefined] {
    switch (call.action) {
      case 'PublishLayerVersion': {
        const version = shelf.publish(call.subject, call.archive);
        return [201, describe(version, true)];
      }
      case 'DeleteLayerVersion':
        shelf.remove(`${layerArnOf(call.subject)}:${call.version}`);
        return [204, undefined];
      case 'GetLayerVersionByArn':
        return [200, describe(getVersion(call.subject), true)];
      case 'ListLayerVersions':
        return [200, list(call)];
    }
  }

  function getVersion(arn: string): ShelvedVersion {
    const version = shelf.find(arn);
    const isOwn = arn.includes(`:${accountId}:layer:`);
    if (!isOwn && !version?.sharedWith.includes(accountId)) throw denied('GetLayerVersion', arn);
    if (version !== undefined) return version;
    throw new LayersApiError('ResourceNotFoundException', 'The resource you requested does not exist.');
  }

  function list({ subject, marker, maxItems }: LayerCall & { action: 'ListLayerVersions' }): object {
    const layerArn = layerArnOf(subject);
    if (!layerArn.includes(`:${accountId}:layer:`)) throw denied('ListLayerVersions', layerArn);
    const newestFirst = shelf.list(layerArn);
    const versions = order === 'newest first' ? newestFirst : newestFirst.toReversed();
    const start = marker === undefined ? 0 : Number(marker);
    const end = start + Math.min(maxItems, options.pageSize ?? maxItems);
    return {
      LayerVersions: versions.slice(start, end).map((version) => describe(version, false)),
      ...(end < versions.length && { NextMarker: String(end) }),
    };
  }

  function layerArnOf(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : shelf.arnOf(nameOrArn);
  }

  function describe(version: ShelvedVersion, withContent: boolean): object {
    return {
      LayerVersionArn: version.arn,
      Version: version.version,
      CreatedDate: version.createdDate,
      ...(withContent && {
        LayerArn: version.layerArn,
        Content: {
          Location: archives.issue(version),
          CodeSha256: version.codeSha256,
          CodeSize: version.archive.length,
        },
      }),
    };
  }

  const close = async (): Promise<void> => {
    await Promise.all([server.close(), archives.close()]);
  };
  return {
    origin: server.origin,
    shelf,
    archives,
    calls,
    violations: () => [...violations, ...archives.violations],
    fail: ({ code, action, times = 1 }) => void faults.push({ code, action, left: times }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function denied(action: string, arn: string): LayersApiError {
  return new LayersApiError(
    'AccessDeniedException',
    `User: arn:aws:sts::111122223333:assumed-role/role/function is not authorized to perform: lambda:${action} on resource: ${arn} because no resource-based policy allows the lambda:${action} action`,
  );
}

const STATUSES: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ServiceException: 500,
  TooManyRequestsException: 429,
};

function refuse(request: IncomingMessage, response: ServerResponse, { code, message }: LayersApiError): void {
  const status = STATUSES[code] ?? 400;
  response.setHeader('x-amzn-errortype', code);
  // Lambda spells it differently where its front door answers.
  const body = status === 403 ? { Message: message } : { Type: status < 500 ? 'User' : 'Service', message };
  answer(response, status, body);
  request.resume();
}

function answer(response: ServerResponse, status: number, body: object | undefined): void {
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}
