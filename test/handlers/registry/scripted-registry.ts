import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Outbound, type OutboundTimeouts } from '../../../handlers/network/outbound.ts';
import {
  DEFAULT_RETRY_POLICY,
  type RetryPolicy,
  type Timing,
} from '../../../handlers/registry/retry-policy.ts';

/** A request as it arrived, body included. */
export interface ReceivedRequest {
  readonly method: string;
  /** `https://<the name it was sent to>/path?query`: several names lead to the one server. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** A function may answer by hand: break off, stall, cut. */
export type Script = (
  request: ReceivedRequest,
) => ScriptedAnswer | ((response: ServerResponse) => void) | Promise<ScriptedAnswer>;

export interface ScriptedRegistry extends AsyncDisposable {
  readonly outbound: Outbound;
  readonly requests: readonly ReceivedRequest[];
}

/** The names that lead to the server; anything else is refused. */
const HOSTS = [
  'registry.example',
  'auth.registry.example',
  'sibling.example',
  'storage.elsewhere.test',
  'realm.elsewhere.test',
  'registry-1.docker.io',
  'auth.docker.io',
  'docker-storage.test',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
];

/** A server on loopback that answers as a test writes it, and a way out that leads to it by several names. */
export async function startScriptedRegistry(
  script: Script,
  timeouts?: OutboundTimeouts,
): Promise<ScriptedRegistry> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => {});
    incoming.on('end', async () => {
      const request = {
        method: incoming.method ?? '',
        url: new URL(incoming.url ?? '/', `https://${incoming.headers.host}`),
        headers: incoming.headers,
        body: Buffer.concat(chunks),
      };
      requests.push(request);
      const answer = await script(request);
      if (typeof answer === 'function') return answer(response);
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const outbound = new Outbound({ redirectedHosts: new Map(HOSTS.map((host) => [host, base])) }, timeouts);
  return {
    outbound,
    requests,
    async [Symbol.asyncDispose]() {
      await outbound.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The usual policy, with waits that take no time; those asked for are kept. */
export function instantTiming(): Timing & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: Date.now,
    random: () => 1,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  };
}

export const SINGLE_TRY: RetryPolicy = { ...DEFAULT_RETRY_POLICY, attempts: 1, attemptsOnWrongContent: 1 };
