import { startServerProcess } from './server-process.ts';
import { getWitness } from './witness.ts';

/** moto's server: AWS's control planes as other people read their documentation. It checks no permissions. */
export interface Moto extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** All its resources are in this account. */
  readonly accountId: string;
  /** Forgets every resource. */
  reset(): Promise<void>;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/**
 * Starts moto's server on a free port of 127.0.0.1.
 * @see https://docs.getmoto.org/en/latest/docs/server_mode.html
 * @throws Error where it is missing, or not up in 60 s.
 */
export async function startMoto(): Promise<Moto> {
  const { address: origin, stop } = await startServerProcess({
    program: getWitness('moto_server'),
    prepare: () => ['-H', '127.0.0.1', '-p', '0'],
    environment: {
      PATH: process.env.PATH,
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      NO_COLOR: '1',
    },
    ready: /Running on (http:\/\/127\.0\.0\.1:\d+)/,
  });
  return {
    origin,
    accountId: '123456789012',
    reset: async () => {
      const response = await fetch(`${origin}/moto-api/reset`, { method: 'POST' });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`moto answered ${response.status} to a reset`);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
