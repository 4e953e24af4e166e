import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, request as requestHttps } from 'node:https';
import { type AddressInfo, isIP, type Socket } from 'node:net';
import { type Fault, type FaultKind, firstHalf, flippedBit } from './fault.ts';

export interface FaultProxyOptions {
  /** The registry's origin: `http://127.0.0.1:<port>` or https. */
  readonly upstream: string;
  /** PEM of the certificate that an https upstream's is checked against. Default: the system's authorities. */
  readonly upstreamCa?: string;
  /** PEM: the proxy itself speaks TLS. Default: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * Origins in Location and in a challenge's realm → what the client reads in their place, so that a realm's or a
   * blob storage's requests can come through a proxy too. The upstream's own origin becomes the proxy's anyway.
   */
  readonly rewrite?: Readonly<Record<string, string>>;
}

/** One request as it went through. */
export interface ProxiedRequest {
  /** From 1, in the order of arrival. */
  readonly number: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the body, as far as it came. */
  requestBytes: number;
  /** What the registry answered; undefined where it was not asked or did not answer. */
  status: number | undefined;
  /** Of the registry's answer. */
  answerBytes: number;
  /**
   * The fault that was injected. Undefined also where one was planned that has no meaning for this exchange, such
   * as a cut of an answer without a body: the exchange then went through unharmed.
   */
  fault: FaultKind | undefined;
}

/** The number of a request, or what it is like. */
export type RequestMatch = number | ((request: ProxiedRequest) => boolean);

/** A proxy in front of a registry that records every request and spoils those that a test names. */
export interface FaultProxy extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, or https. */
  readonly origin: string;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly requests: readonly ProxiedRequest[];
  /** The first request that matches goes wrong; each plan is used up by one request. */
  fail(match: RequestMatch, fault: Fault): void;
  /**
   * Once the registry has carried out the first request that matches, calls `callback`, and only when that is done
   * does the client get the answer: whoever kills the client there knows what had been done.
   */
  after(match: RequestMatch, callback: () => unknown): void;
  /** Forgets all plans and all requests; the next request is number 1. */
  reset(): void;
  close(): Promise<void>;
}

interface Plan<T> {
  readonly match: RequestMatch;
  readonly value: T;
}

/** Of one connection only (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-authorization', 'te', 'trailer', 'upgrade'];

/** Everything that answers one request needs to know. */
interface Exchange {
  readonly record: ProxiedRequest;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
  readonly callback: (() => unknown) | undefined;
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const upstream = new URL(options.upstream);
  const requests: ProxiedRequest[] = [];
  const faults: Plan<Fault>[] = [];
  const callbacks: Plan<() => unknown>[] = [];
  // A TLS socket can't be reset; the TCP socket beneath it can.
  const sockets = new Map<number | undefined, Socket>();
  let origin = '';

  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    const record: ProxiedRequest = {
      number: requests.length + 1,
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      requestBytes: 0,
      status: undefined,
      answerBytes: 0,
      fault: undefined,
    };
    requests.push(record);
    incoming.on('error', () => {});
    response.on('error', () => {});
    const exchange = {
      record,
      incoming,
      response,
      fault: take(faults, record),
      callback: take(callbacks, record),
    };
    if (exchange.fault?.kind === 'status') refuse(exchange, exchange.fault);
    else if (exchange.fault?.kind === 'reset before request') reset(exchange);
    else forward(exchange);
  };

  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort;
    sockets.set(port, socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(port));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  origin = `${options.tls ? 'https' : 'http'}://${host}`;

  function reset({ record, incoming, fault }: Exchange): void {
    record.fault = fault?.kind;
    sockets.get(incoming.socket.remotePort)?.resetAndDestroy();
  }

  function forward(exchange: Exchange): void {
    const { record, incoming, response, fault } = exchange;
    const send = upstream.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(upstream.origin + record.path, {
      method: record.method,
      headers: { ...withoutHopByHop(incoming.headers), 'x-forwarded-proto': options.tls ? 'https' : 'http' },
      // A connection of its own for each request: a kept one that the registry closes meanwhile would be a fault
      // that nobody planned.
      agent: false,
      ...(options.upstreamCa !== undefined && { ca: options.upstreamCa }),
      // The certificate is the upstream's, whatever name the client knows it by.
      servername: isIP(upstream.hostname) === 0 ? upstream.hostname : '',
    });
    outgoing.on('error', () => {
      // Also where we ended it ourselves.
      if (response.headersSent || response.destroyed) response.destroy();
      else
        response
          .writeHead(502, { 'content-type': 'text/plain' })
          .end('the registry behind the proxy failed\n');
    });
    outgoing.on('response', (answer) => void passOn(exchange, answer));
    response.on('close', () => {
      if (!response.writableFinished) outgoing.destroy();
    });
    incoming.on('data', (chunk: Buffer) => {
      record.requestBytes += chunk.length;
    });
    const length = lengthOf(incoming.headers);
    if (fault?.kind === 'reset during request') {
      const half = firstHalf(length, () => {
        record.fault = fault.kind;
        // Waits for the half to be out.
        outgoing.write('', () => {
          outgoing.destroy();
          reset(exchange);
        });
      });
      half.once('end', () => {
        if (record.fault === undefined) outgoing.end();
      });
      incoming.pipe(half).pipe(outgoing, { end: false });
    } else if (fault?.kind === 'corrupt request') {
      const flip = flippedBit(length, () => {
        record.fault = fault.kind;
      });
      incoming.pipe(flip).pipe(outgoing);
    } else incoming.pipe(outgoing);
  }

  async function passOn(exchange: Exchange, answer: IncomingMessage): Promise<void> {
    const { record, response, fault, callback } = exchange;
    record.status = answer.statusCode;
    answer.on('error', () => response.destroy());
    await callback?.();
    if (response.destroyed) return void answer.destroy();
    answer.on('data', (chunk: Buffer) => {
      record.answerBytes += chunk.length;
    });

    const kind = fault?.kind;
    if (kind === 'reset after request' || kind === 'stall before answer') {
      record.fault = kind;
      if (kind === 'reset after request') answer.on('end', () => reset(exchange));
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answerHeaders(exchange, answer));
    const length = lengthOf(answer.headers);
    if (kind === 'cut answer' || kind === 'stall during answer') {
      const half = firstHalf(length, () => {
        record.fault = kind;
        // Waits for the half to be out.
        if (kind === 'cut answer') response.write('', () => response.socket?.end());
      });
      half.once('end', () => {
        if (record.fault === undefined) response.end();
      });
      answer.pipe(half).pipe(response, { end: false });
    } else if (kind === 'corrupt answer') {
      const flip = flippedBit(length, () => {
        record.fault = kind;
      });
      answer.pipe(flip).pipe(response);
    } else answer.pipe(response);
  }

  function answerHeaders({ record, fault }: Exchange, answer: IncomingMessage): OutgoingHttpHeaders {
    const headers = withoutHopByHop(answer.headers);
    const readable = { ...options.rewrite, [upstream.origin]: origin };
    for (const [name, value] of Object.entries(headers)) {
      if (name !== 'location' && name !== 'www-authenticate') continue;
      headers[name] = Object.entries(readable).reduce(
        (text, [from, to]) => text.replaceAll(from, to),
        String(value),
      );
    }
    if (fault?.kind === 'corrupt digest' && headers['docker-content-digest'] !== undefined) {
      record.fault = fault.kind;
      headers['docker-content-digest'] = `sha256:${'0'.repeat(64)}`;
    }
    return headers;
  }

  const close = async (): Promise<void> => {
    server.closeAllConnections();
    for (const socket of sockets.values()) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    origin,
    host,
    requests,
    fail: (match, fault) => void faults.push({ match, value: fault }),
    after: (match, callback) => void callbacks.push({ match, value: callback }),
    reset: () => {
      for (const list of [requests, faults, callbacks]) list.length = 0;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function take<T>(plans: Plan<T>[], record: ProxiedRequest): T | undefined {
  const index = plans.findIndex(({ match }) =>
    typeof match === 'number' ? match === record.number : match(record),
  );
  return index === -1 ? undefined : plans.splice(index, 1)[0]?.value;
}

function refuse(
  { record, incoming, response }: Exchange,
  { status, retryAfter }: Extract<Fault, { kind: 'status' }>,
): void {
  record.fault = 'status';
  incoming.on('data', (chunk: Buffer) => {
    record.requestBytes += chunk.length;
  });
  incoming.on('end', () => {
    const code = status === 429 ? 'TOOMANYREQUESTS' : 'UNKNOWN';
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    });
    response.end(JSON.stringify({ errors: [{ code, message: 'injected by the fault proxy' }] }));
  });
}

function withoutHopByHop(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}
