import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Larger than any answer; what is more than that is cut off, and no answer. */
const MAX_BODY_BYTES = 1024 * 1024;
/** How long CloudFormation's own URLs hold. */
export const URL_VALID_SECONDS = 7200;

/** How the next PUT goes wrong. Each is used up by one PUT. */
export type Fault =
  /** The body is read and refused with this status; nothing is stored. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is reset as soon as the headers are there; nothing is stored. */
  | { readonly kind: 'reset before body' }
  /** The body is stored, and the connection reset instead of the answer: the sender can't know. */
  | { readonly kind: 'reset after body' }
  /** The body is read, nothing is stored, and no answer ever comes. */
  | { readonly kind: 'stall' };

/** One PUT (or what came in its place) to an issued URL. */
export interface Put {
  readonly body: Buffer;
  /** `accepted` and `lost` bodies were stored; a `lost` one's sender did not hear of it. */
  readonly outcome: 'accepted' | 'lost' | 'refused' | 'faulted';
  /** Why S3 refused it, where that was its sender's mistake. */
  readonly refusal?: string;
  /** It came after every invocation for the request had ended, when Lambda would have frozen the function. */
  readonly late: boolean;
}

/** One ResponseURL and everything that was PUT to it. */
export interface IssuedUrl {
  readonly url: string;
  readonly puts: readonly Put[];
  /** The first stored body. Never rejects; stays pending where none comes. */
  readonly stored: Promise<Buffer>;
  /** To be called when every invocation for the request has ended: a later PUT is `late`. */
  readonly close: () => void;
  /** The request was delivered again. */
  readonly reopen: () => void;
}

export interface IssueOptions {
  readonly stackId: string;
  readonly logicalId: string;
  readonly requestId: string;
  readonly region: string;
  /** The time in X-Amz-Date. Default: now. */
  readonly signedAt?: Date;
}

interface Slot {
  readonly puts: Put[];
  readonly expiresAtMs: number;
  readonly store: (body: Buffer) => void;
  closed: boolean;
}

/**
 * The S3 endpoint behind the presigned ResponseURL, over real HTTP on loopback. It refuses what S3 refuses: another
 * method, a content-type (the signature covers an empty one), a chunked body, an expired or altered URL.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export interface ResponseServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly issue: (options: IssueOptions) => IssuedUrl;
  /** The next PUTs, whichever URL they go to, go wrong like this, one after the other. */
  readonly misbehave: (...faults: readonly Fault[]) => void;
  /** Requests to URLs that were never issued, as `PUT /path?…`. */
  readonly strays: readonly string[];
  readonly stop: () => Promise<void>;
}

export async function startResponseServer(): Promise<ResponseServer> {
  const slots = new Map<string, Slot>();
  const faults: Fault[] = [];
  const strays: string[] = [];

  const server = createServer((request, response) => {
    const slot = slots.get(request.url ?? '');
    if (!slot) {
      strays.push(`${request.method} ${request.url}`);
      refuse(response, 403, 'SignatureDoesNotMatch');
      return;
    }
    void receive(slot, request, response, faults);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    strays,
    misbehave: (...planned) => void faults.push(...planned),
    issue: (options) => {
      const { path, expiresAtMs } = presign(options);
      const puts: Put[] = [];
      const { promise, resolve } = Promise.withResolvers<Buffer>();
      const slot: Slot = { puts, expiresAtMs, store: resolve, closed: false };
      slots.set(path, slot);
      const setClosed = (closed: boolean) => (): void => {
        slot.closed = closed;
      };
      return { url: origin + path, puts, stored: promise, close: setClosed(true), reopen: setClosed(false) };
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function receive(
  slot: Slot,
  request: IncomingMessage,
  response: ServerResponse,
  faults: Fault[],
): Promise<void> {
  const record = (put: Omit<Put, 'late'>): void => void slot.puts.push({ ...put, late: slot.closed });
  const none = Buffer.alloc(0);
  const refusal = mistakeOf(request, slot);
  if (refusal) {
    record({ body: none, outcome: 'refused', refusal: refusal.sentence });
    request.resume();
    refuse(response, refusal.status, refusal.code);
    return;
  }
  const fault = faults.shift();
  if (fault?.kind === 'reset before body') {
    record({ body: none, outcome: 'faulted' });
    request.socket.resetAndDestroy();
    return;
  }
  let body: Buffer;
  try {
    body = await readBody(request);
  } catch {
    record({ body: none, outcome: 'refused', refusal: 'The body broke off before its content-length' });
    return;
  }
  if (fault === undefined || fault.kind === 'reset after body') {
    record({ body, outcome: fault ? 'lost' : 'accepted' });
    slot.store(body);
    if (fault) request.socket.resetAndDestroy();
    else response.writeHead(200, { etag: etag(body), 'content-length': 0 }).end();
    return;
  }
  record({ body, outcome: 'faulted' });
  if (fault.kind === 'status') refuse(response, fault.status, 'Injected');
}

/** What S3 would refuse this request for. */
function mistakeOf(
  request: IncomingMessage,
  slot: Slot,
): { status: number; code: string; sentence: string } | undefined {
  const { headers, method } = request;
  if (method !== 'PUT') {
    return {
      status: 403,
      code: 'SignatureDoesNotMatch',
      sentence: `The method was ${method}, and the URL is signed for PUT`,
    };
  }
  if (headers['transfer-encoding'] !== undefined) {
    return { status: 501, code: 'NotImplemented', sentence: 'The body was sent chunked, without its length' };
  }
  if (headers['content-length'] === undefined) {
    return { status: 411, code: 'MissingContentLength', sentence: 'The content-length was missing' };
  }
  if (headers['content-type']) {
    return {
      status: 403,
      code: 'SignatureDoesNotMatch',
      sentence: `The content-type was ${headers['content-type']}, and the URL is signed for an empty one`,
    };
  }
  if (Date.now() > slot.expiresAtMs) {
    return { status: 403, code: 'AccessDenied', sentence: 'The response URL had expired' };
  }
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
  response.writeHead(status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function etag(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

/** Path and query in CloudFormation's form: the key is `<stack id>|<logical id>|<request id>`, wholly escaped. */
function presign(options: IssueOptions): { path: string; expiresAtMs: number } {
  const signedAt = options.signedAt ?? new Date();
  const timestamp = `${signedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const scope = `${timestamp.slice(0, 8)}/${options.region}/s3/aws4_request`;
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': timestamp,
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Expires': String(URL_VALID_SECONDS),
    'X-Amz-Security-Token': randomBytes(48).toString('base64'),
    'X-Amz-Credential': `ASIA${randomBytes(8).toString('hex').toUpperCase()}/${scope}`,
    'X-Amz-Signature': randomBytes(32).toString('hex'),
  });
  const key = `${options.stackId}|${options.logicalId}|${options.requestId}`;
  const expiresAtMs = signedAt.getTime() + URL_VALID_SECONDS * 1000;
  return { path: `/${encodeURIComponent(key)}?${query}`, expiresAtMs };
}
