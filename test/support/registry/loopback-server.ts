import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A certificate and its key, as PEM. */
export interface ServerIdentity {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

/** A server on a free port of 127.0.0.1. */
export interface LoopbackServer {
  /** `http://127.0.0.1:port`, or https. */
  readonly origin: string;
  close(): Promise<void>;
}

/** @param tls Default: plain HTTP. */
export async function startLoopbackServer(
  listener: RequestListener,
  tls?: ServerIdentity,
): Promise<LoopbackServer> {
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** No test uploads more in one request. */
const MAX_BODY_BYTES = 1024 ** 3;

export class BodyError extends Error {}

/**
 * Reads a request's body as it arrives.
 * @returns Where the connection broke before the end, what came until then and `complete: false`.
 * @throws BodyError over the bound.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number = MAX_BODY_BYTES,
): Promise<{ readonly bytes: Buffer; readonly complete: boolean }> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > maxBytes) throw new BodyError(`The body has more than ${maxBytes} bytes`);
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof BodyError) throw error;
    return { bytes: Buffer.concat(parts), complete: false };
  }
  return { bytes: Buffer.concat(parts), complete: request.complete };
}
