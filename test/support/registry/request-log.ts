import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Which of a registry's servers a request came to. */
export type ServerRole = 'registry' | 'realm' | 'storage';

export type AuthorizationKind = 'none' | 'basic' | 'bearer' | 'other';

/** A request as it arrived, and how it was answered. */
export interface LoggedRequest {
  readonly role: ServerRole;
  readonly method: string;
  /** As in the request line, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly authorization: AuthorizationKind;
  /** Numbers the connections of this registry in the order of their first request: equal ones were reused. */
  readonly connection: number;
  /** Bytes of the body that arrived; undefined while the request is being served. */
  receivedBytes: number | undefined;
  /** Undefined while the request is being served, and for ever where its client went away before. */
  status: number | undefined;
}

/** Every request that a registry got, in order of arrival, and everything that a client did wrong. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  /** A sentence each, with the request in front. */
  readonly violations: string[] = [];
  readonly #connections = new Map<Socket, number>();

  add(role: ServerRole, request: IncomingMessage, url: URL): LoggedRequest {
    const { headers, method = '', socket } = request;
    const connection = this.#connections.get(socket) ?? this.#connections.size + 1;
    this.#connections.set(socket, connection);
    const logged: LoggedRequest = {
      role,
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      authorization: kindOf(headers.authorization),
      connection,
      receivedBytes: undefined,
      status: undefined,
    };
    this.requests.push(logged);
    return logged;
  }

  violate({ role, method, path }: LoggedRequest, what: string): void {
    this.violations.push(`${method} ${path} at the ${role} ${what}`);
  }

  /** How many requests of a method came to paths like this. Default: those to the registry itself. */
  count(method: string, path: RegExp, role: ServerRole = 'registry'): number {
    return this.requests.filter(
      (request) => request.role === role && request.method === method && path.test(request.path),
    ).length;
  }
}

function kindOf(header: string | undefined): AuthorizationKind {
  if (header === undefined) return 'none';
  const scheme = header.split(' ', 1)[0]?.toLowerCase();
  return scheme === 'basic' || scheme === 'bearer' ? scheme : 'other';
}
