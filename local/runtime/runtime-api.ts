import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FunctionError } from './invocation.ts';

/** An event on its way into a function. */
export interface NextInvocation {
  readonly requestId: string;
  /** When the function is ended, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  /** The event as JSON. */
  readonly payload: string;
}

/** What a function's process tells. */
export interface RuntimeEvents {
  /** It asks for an event: its init, or the invocation before, is over. */
  readonly onIdle: () => void;
  readonly onResponse: (requestId: string, payload: string) => void;
  readonly onError: (requestId: string, error: FunctionError) => void;
  readonly onInitError: (error: FunctionError) => void;
}

const PREFIX = '/2018-06-01/runtime/';
/** The largest response of a synchronous invocation: 6 MB. */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/**
 * The HTTP interface between Lambda and one function's process, on loopback.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  #events: RuntimeEvents | undefined;
  #waiting: ServerResponse | undefined;
  #offered: NextInvocation | undefined;
  /** The invocation whose outcome is expected. */
  #open: string | undefined;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // A function may take its whole time before it asks for the next event.
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 0;
  }

  static async start(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    await new Promise<void>((resolve, reject) => {
      api.#server.once('error', reject);
      api.#server.listen(0, '127.0.0.1', resolve);
    });
    return api;
  }

  /** `127.0.0.1:<port>`, the form of AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Who listens; to be called before the process is started. */
  subscribe(events: RuntimeEvents): void {
    this.#events = events;
  }

  /** Hands an event to the process, at once or when it asks. One at a time. */
  offer(invocation: NextInvocation): void {
    this.#offered = invocation;
    this.#handOver();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #handOver(): void {
    const response = this.#waiting;
    const invocation = this.#offered;
    if (response === undefined || invocation === undefined) return;
    this.#waiting = undefined;
    this.#offered = undefined;
    this.#open = invocation.requestId;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(invocation.payload),
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': String(invocation.deadlineMs),
      'lambda-runtime-invoked-function-arn': invocation.functionArn,
      'lambda-runtime-trace-id': invocation.traceId,
    });
    response.end(invocation.payload);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const [, requestId, kind] =
      /^invocation\/([^/]+)\/(response|error)$/.exec(path.slice(PREFIX.length)) ?? [];
    if (!path.startsWith(PREFIX)) refuse(response, 404, 'InvalidPath', `There is no ${path}`);
    else if (request.method === 'GET' && path === `${PREFIX}invocation/next`) this.#next(response);
    else if (request.method !== 'POST')
      refuse(response, 403, 'InvalidMethod', `${request.method} is not allowed`);
    else await this.#receive(request, response, path, requestId, kind);
  }

  #next(response: ServerResponse): void {
    this.#waiting = response;
    response.once('close', () => {
      if (this.#waiting === response) this.#waiting = undefined;
    });
    this.#events?.onIdle();
    this.#handOver();
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    requestId: string | undefined,
    kind: string | undefined,
  ): Promise<void> {
    let body: string | undefined;
    try {
      body = await readBody(request);
    } catch {
      // The process died while it sent: its end tells the rest.
      return;
    }
    if (path === `${PREFIX}init/error`) {
      accept(response);
      this.#events?.onInitError(parseError(body, request));
      return;
    }
    if (requestId === undefined || requestId !== this.#open) {
      refuse(response, 400, 'InvalidRequestID', 'No invocation with this id is under way');
      return;
    }
    this.#open = undefined;
    if (kind === 'error') {
      accept(response);
      this.#events?.onError(requestId, parseError(body, request));
    } else if (body === undefined) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
      refuse(response, 413, 'RequestEntityTooLarge', errorMessage);
      this.#events?.onError(requestId, { errorType: 'Function.ResponseSizeTooLarge', errorMessage });
    } else {
      accept(response);
      this.#events?.onResponse(requestId, body);
    }
  }
}

/** @returns undefined where the body is larger than allowed. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_RESPONSE_BYTES) chunks.push(chunk);
  }
  return size > MAX_RESPONSE_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** A runtime that reports something else than an error object is still one that failed. */
function parseError(body: string | undefined, request: IncomingMessage): FunctionError {
  const errorType = String(request.headers['lambda-runtime-function-error-type'] ?? 'Runtime.Unknown');
  try {
    const error = JSON.parse(body ?? '') as Partial<FunctionError>;
    return {
      errorType: String(error.errorType ?? errorType),
      errorMessage: String(error.errorMessage ?? ''),
      ...(Array.isArray(error.trace) && { trace: error.trace.map(String) }),
    };
  } catch {
    return { errorType, errorMessage: body ?? '' };
  }
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errorType, errorMessage }));
}
