import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from './loopback-server.ts';
import { Refusal } from './refusal.ts';
import type { LoggedRequest, RequestLog, ServerRole } from './request-log.ts';

/** A request with all that is needed to answer it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  /** With the host that the client named. */
  readonly url: URL;
  readonly logged: LoggedRequest;
  /** Notes what the client did wrong; the answer is another matter. */
  violate(what: string): void;
  /** Reads the body; once. `complete` is false where the connection broke before its end. */
  body(): Promise<{ readonly bytes: Buffer; readonly complete: boolean }>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Left out in an answer to HEAD, whose headers are those of the same GET. */
  readonly body?: Buffer;
}

/** What every registry says of itself. */
const API_VERSION = { 'docker-distribution-api-version': 'registry/2.0' };

/** Turns a function from exchanges to answers into a server's listener: logs, and answers what it throws. */
export function serve(
  role: ServerRole,
  log: RequestLog,
  protocol: 'http' | 'https',
  handle: (exchange: Exchange) => Answer | Promise<Answer>,
): RequestListener {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', `${protocol}://${request.headers.host ?? '127.0.0.1'}`);
    const logged = log.add(role, request, url);
    const violate = (what: string): void => log.violate(logged, what);
    let answer: Answer;
    try {
      answer = await handle({
        request,
        method: request.method ?? '',
        url,
        logged,
        violate,
        body: async () => {
          const body = await readBody(request);
          logged.receivedBytes = body.bytes.length;
          return body;
        },
      });
    } catch (error) {
      if (!(error instanceof Refusal)) log.violations.push(`${role} failed: ${String(error)}`);
      answer = answerOf(error);
    }
    // What nobody read is still to be taken from the connection, so that the next request can come through it.
    if (!request.readableEnded) request.resume();
    logged.receivedBytes ??= 0;
    if (!response.destroyed) logged.status = answer.status;
    write(response, answer, request.method === 'HEAD');
  };
}

function write(response: ServerResponse, { status, headers, body }: Answer, isHead: boolean): void {
  const length = status === 204 ? {} : { 'content-length': String(body?.length ?? 0) };
  response.writeHead(status, { ...API_VERSION, ...length, ...headers });
  response.end(isHead ? undefined : body);
}

function answerOf(error: unknown): Answer {
  if (!(error instanceof Refusal)) return { status: 500 };
  const errors = [{ code: error.code, message: error.message }];
  return {
    status: error.status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...error.headers },
    body: Buffer.from(JSON.stringify({ errors })),
  };
}
