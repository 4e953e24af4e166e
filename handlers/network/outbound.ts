import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { ProviderError } from '../errors.ts';
import { kindOfAddress } from './address.ts';

/** Where this service may connect to. Everything else is refused before a byte is sent. */
export interface OutboundRules {
  /**
   * Host (with its port, if the reference has one) → base URL that connections for it really go to.
   * Only the connection is redirected: the Host header, references and answers keep the real host.
   * A base URL may be plain HTTP and private. Default: none.
   */
  readonly redirectedHosts?: ReadonlyMap<string, URL>;
  /** Hosts (with port) that may be reached over plain HTTP and at private addresses: the endpoint override's. */
  readonly trustedHosts?: ReadonlySet<string>;
  /**
   * Host names that may resolve to a private address, as a VPC endpoint's does: AWS's own names only, since
   * whoever controls a name controls its address. Default: none.
   */
  readonly mayBePrivate?: (hostname: string) => boolean;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer | Readable;
  readonly signal?: AbortSignal;
  /** As OutboundTimeouts.headersMs, for this request. */
  readonly headersMs?: number;
}

/** Time limits of one exchange, in milliseconds. */
export interface OutboundTimeouts {
  /** To establish the connection, TLS included. Default 10 000. */
  readonly connectMs?: number;
  /** Between the end of the request and the headers of the response. Default 60 000. */
  readonly headersMs?: number;
  /** Between two chunks of a response's body: a stall. Default 30 000. */
  readonly idleMs?: number;
}

/** Idle connections are kept this long: registries and S3 close theirs later than that. */
const KEEP_ALIVE_MS = 4_000;
/** Connections to one origin at a time. */
const CONNECTIONS_PER_ORIGIN = 8;

/**
 * The one door to the network for requests that don't go through the AWS SDK: HTTPS only, no address inside
 * (checked after name resolution, on the very address that is connected to), connections reused.
 * It follows no redirect: whoever asks decides where to go next, and comes through this door again.
 */
export class Outbound {
  readonly #rules: OutboundRules;
  readonly #guarded: Agent;
  readonly #trusted: Agent;

  constructor(rules: OutboundRules = {}, timeouts: OutboundTimeouts = {}) {
    this.#rules = rules;
    const options: Agent.Options = {
      connections: CONNECTIONS_PER_ORIGIN,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: timeouts.headersMs ?? 60_000,
      bodyTimeout: timeouts.idleMs ?? 30_000,
      // HTTP/1.1: one body a connection, so that a stalled blob holds up no other.
      allowH2: false,
    };
    const connect = { timeout: timeouts.connectMs ?? 10_000 };
    this.#guarded = new Agent({ ...options, connect: { ...connect, lookup: this.#guardedLookup } });
    this.#trusted = new Agent({ ...options, connect });
  }

  /**
   * Sends one request. The caller must read or destroy the response's body.
   * @throws ProviderError `InvalidRequest` for a URL this service does not connect to; undici's errors otherwise.
   */
  async request(url: URL, request: OutboundRequest): Promise<Dispatcher.ResponseData> {
    const { method, headers, body, signal, headersMs } = request;
    const base = this.#rules.redirectedHosts?.get(url.host);
    const trusted = base !== undefined || this.#rules.trustedHosts?.has(url.host) === true;
    if (!trusted) this.#check(url);
    const target = base ?? url;
    const path = base === undefined ? url.pathname : base.pathname.replace(/\/$/, '') + url.pathname;
    return (trusted ? this.#trusted : this.#guarded).request({
      origin: target.origin,
      path: path + url.search,
      method,
      headers: { ...headers, host: url.host },
      // undici would close the connection after each HEAD, for servers that send a body with it: registries don't.
      reset: false,
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
      ...(headersMs !== undefined && { headersTimeout: headersMs }),
    });
  }

  /** Closes every connection at once; for the end of a process. */
  async close(): Promise<void> {
    await Promise.all([this.#guarded.destroy(), this.#trusted.destroy()]);
  }

  #check(url: URL): void {
    if (url.protocol !== 'https:') {
      throw new ProviderError(
        'InvalidRequest',
        `${url.protocol}//${url.host} is not reached over HTTPS: only https URLs are allowed`,
      );
    }
    // A literal address is connected to without a look-up.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0) this.#checkAddress(url.hostname, literal);
  }

  #checkAddress(hostname: string, address: string): void {
    const kind = kindOfAddress(address);
    if (kind === 'public' || (kind === 'private' && this.#rules.mayBePrivate?.(hostname) === true)) return;
    throw new ProviderError(
      'InvalidRequest',
      `${hostname} leads to ${address}, which is no public address: loopback, link-local and private addresses are refused`,
    );
  }

  readonly #guardedLookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      try {
        for (const { address } of addresses) this.#checkAddress(hostname, address);
      } catch (refusal) {
        callback(refusal as NodeJS.ErrnoException, '', 0);
        return;
      }
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}
