import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hold } from '../cloudformation/lifecycle-suite.ts';

/** A server in front of another one, that can hold up what it passes on. */
export interface HeldServer {
  readonly origin: string;
  /** Requests whose path matches wait from now on, until the hold is released. */
  readonly hold: () => Hold;
  readonly stop: () => Promise<void>;
}

/** @param upstream `http://127.0.0.1:<port>` @param path Which requests may be held up. */
export async function startHeldServer(upstream: URL, path: RegExp): Promise<HeldServer> {
  let gate: { readonly arrive: () => void; readonly released: Promise<void> } | undefined;
  const releases: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    if (gate !== undefined && path.test(request.url ?? '')) {
      gate.arrive();
      await gate.released;
    }
    const passed = send(
      new URL(request.url ?? '/', upstream),
      { method: request.method, headers: request.headers },
      (answer) => {
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
