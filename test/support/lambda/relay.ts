import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hold } from '../cloudformation/lifecycle-suite.ts';

/** A server that passes everything on to another one. */
export interface Relay {
  readonly origin: string;
  /** Requests whose path matches `holds` wait from now on, until the hold is released. */
  readonly hold: () => Hold;
  readonly stop: () => Promise<void>;
}

export interface RelayOptions {
  /** Which paths may be held up. Default: any. */
  readonly holds?: RegExp;
  /** Called when a request, as `GET /v2/`, has been carried out, and its answer not been passed on yet. */
  readonly onAnswered?: (request: string) => void;
}

/** @param upstream `http://127.0.0.1:<port>` */
export async function startRelay(upstream: string, options: RelayOptions = {}): Promise<Relay> {
  const { holds = /^/, onAnswered } = options;
  let gate: { readonly arrive: () => void; readonly released: Promise<void> } | undefined;
  const releases: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    if (gate !== undefined && holds.test(request.url ?? '')) {
      gate.arrive();
      await gate.released;
    }
    const passed = send(
      new URL(request.url ?? '/', upstream),
      { method: request.method, headers: request.headers },
      (answer) => {
        onAnswered?.(`${request.method} ${request.url}`);
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      const arrival = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      gate = { arrive: arrival.resolve, released: release.promise };
      releases.push(release.resolve);
      return { reached: arrival.promise, release: release.resolve };
    },
    stop: async () => {
      for (const release of releases) release();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
