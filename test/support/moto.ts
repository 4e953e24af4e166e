import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { getWitness } from './witness.ts';

/** It is up in 2 s; a busy machine takes longer. */
const READY_LIMIT_MS = 60_000;
/** How much of its log is told where it does not start, in lines. */
const TOLD_LOG_LINES = 20;

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
  const program = getWitness('moto_server');
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-moto-'));
  const child = spawn(program, ['-H', '127.0.0.1', '-p', '0'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    process.off('exit', killAtExit);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const origin = await originOf(child);
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
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where it listens, from its log. */
async function originOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('moto has no log');
  const lines = createInterface({ input: child.stderr });
  const log: string[] = [];
  const found = Promise.withResolvers<string>();
  lines.on('line', (line) => {
    log.push(line);
    if (log.length > TOLD_LOG_LINES) log.shift();
    const origin = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (origin !== undefined) found.resolve(origin);
  });
  const origin = await Promise.race([
    found.promise,
    once(lines, 'close').then(() => undefined),
    once(AbortSignal.timeout(READY_LIMIT_MS), 'abort').then(() => undefined),
  ]);
  if (origin === undefined) throw new Error(`moto did not start:\n${log.join('\n')}`);
  return origin;
}
