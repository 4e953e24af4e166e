import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server is up in a second or two; a busy machine takes longer. */
const READY_LIMIT_MS = 60_000;
/** How much of its log is told where it does not start, in lines. */
const TOLD_LOG_LINES = 20;

export interface ServerProcessOptions {
  readonly program: string;
  /** Its arguments, given the folder that is its alone. May put files there. */
  readonly prepare: (folder: string) => Promise<readonly string[]> | readonly string[];
  /** All that it sees. Default: nothing. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The line of its standard error that says it is up; the first group is where. */
  readonly ready: RegExp;
}

export interface ServerProcess {
  readonly pid: number;
  /** What the first group of `ready` took. */
  readonly address: string;
  /** Ends it at once, and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a server that picks its own port, in a process and a folder of its own, and waits until it is up.
 * @throws Error with the end of its log where it is not up in 60 s.
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const name = basename(options.program);
  const folder = await mkdtemp(join(tmpdir(), `deploytime-${name}-`));
  let stop = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const child = spawn(options.program, await options.prepare(folder), {
      cwd: folder,
      env: { ...options.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    // For an end that leaves no time to wait.
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    stop = async () => {
      child.kill('SIGKILL');
      await ended;
      process.off('exit', killAtExit);
      await rm(folder, { recursive: true, force: true });
    };
    return { address: await addressOf(child, name, options.ready), pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function addressOf(child: ChildProcess, name: string, ready: RegExp): Promise<string> {
  if (child.stderr === null) throw new Error(`${name} has no log`);
  const lines = createInterface({ input: child.stderr });
  const log: string[] = [];
  const found = Promise.withResolvers<string>();
  lines.on('line', (line) => {
    // Read to the end, so that it never waits for us; kept as far as it may be told.
    log.push(line);
    if (log.length > TOLD_LOG_LINES) log.shift();
    const address = ready.exec(line)?.[1];
    if (address !== undefined) found.resolve(address);
  });
  const address = await Promise.race([
    found.promise,
    once(lines, 'close').then(() => undefined),
    once(AbortSignal.timeout(READY_LIMIT_MS), 'abort').then(() => undefined),
  ]);
  if (address === undefined) throw new Error(`${name} did not start:\n${log.join('\n')}`);
  return address;
}
