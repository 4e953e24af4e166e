import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from './local-error.ts';
import { killGroup } from './process-group.ts';

const HOST = '127.0.0.1';
const ROOT = join(import.meta.dirname, '..');

/** MiniStack is up in about 2 s; a machine that is ten times slower still makes it. */
const READY_LIMIT_MS = 60_000;
const READY_POLL_MS = 100;
const HEALTH_REQUEST_LIMIT_MS = 2_000;
/** How much of its log is shown where it doesn't start, in lines. */
const SHOWN_LOG_LINES = 15;

/** What of our own environment MiniStack and its functions see: nothing that belongs to another account. */
const INHERITED_VARIABLES = ['HOME', 'LANG', 'LC_ALL', 'TZ', 'USER', 'NODE_EXTRA_CA_CERTS'];

export interface MiniStackOptions {
  /** A folder that is MiniStack's alone: its log, and what its functions leave. It is made where it is missing. */
  readonly folder: string;
  /** Default: a free one. */
  readonly port?: number;
  /** What becomes of a second that a state machine waits, in seconds: an hour of theirs shall not be one of ours. Default: 1. */
  readonly waitScale?: number;
  /** The Python that has MiniStack. Default: the one of the project's .venv. */
  readonly python?: string;
  /** Called as soon as there is a process, before it answers. */
  readonly onSpawn?: (pid: number, endpoint: URL) => void;
}

/** An account on this machine. */
export interface MiniStack {
  readonly endpoint: URL;
  readonly logFile: string;
  /** Ends MiniStack with all of its functions, and removes its folder. */
  stop(): Promise<void>;
  /** Lets this process end without it: whoever called keeps it running. */
  release(): void;
}

/**
 * Starts MiniStack on loopback, and waits until it answers.
 * @throws LocalError where there is no MiniStack, where the port is taken, or where it doesn't come up in 60 s.
 */
export async function startMiniStack(options: MiniStackOptions): Promise<MiniStack> {
  const python = options.python ?? join(ROOT, '.venv', 'bin', 'python');
  if (!existsSync(python)) {
    throw new LocalError(`MiniStack is not installed in .venv: run node local/setup.mjs local`);
  }
  const port = await freePort(options.port ?? 0);
  const temporary = join(options.folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const logFile = join(options.folder, 'ministack.log');
  const log = await open(logFile, 'w');
  // A group of its own: one signal reaches MiniStack and the functions it started.
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: options.folder,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: environment(port, temporary, options.waitScale ?? 1),
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const endpoint = new URL(`http://${HOST}:${port}`);
  if (child.pid !== undefined) options.onSpawn?.(child.pid, endpoint);
  await log.close();
  // For an end that leaves no time to wait: an exception nobody caught, process.exit.
  const killAtExit = () => killGroup(child.pid, 'SIGKILL');
  process.once('exit', killAtExit);

  const stop = async () => {
    await endGroup(child, ended);
    process.off('exit', killAtExit);
    await rm(options.folder, { recursive: true, force: true });
  };
  if (!(await isReady(endpoint, child))) {
    const tail = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-SHOWN_LOG_LINES).join('\n');
    await stop();
    throw new LocalError(`MiniStack did not start on port ${port}; the end of its log is above`, tail);
  }
  return {
    endpoint,
    logFile,
    stop,
    release: () => {
      process.off('exit', killAtExit);
      child.unref();
    },
  };
}

/** Whether a MiniStack answers at this address. */
export async function isHealthy(endpoint: URL): Promise<boolean> {
  try {
    const response = await fetch(new URL('/_ministack/health', endpoint), {
      signal: AbortSignal.timeout(HEALTH_REQUEST_LIMIT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function environment(port: number, temporary: string, waitScale: number): NodeJS.ProcessEnv {
  const inherited = INHERITED_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    // Functions run under the `node` that is found first.
    PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
    // A function without the AWS SDK in it gets the runtime's: here the real one, in place of MiniStack's own stubs.
    NODE_PATH: join(ROOT, 'node_modules'),
    TMPDIR: temporary,
    STATE_DIR: join(temporary, 'state'),
    S3_DATA_DIR: join(temporary, 's3'),
    GATEWAY_PORT: String(port),
    BIND_HOST: HOST,
    MINISTACK_HOST: HOST,
    SFN_WAIT_SCALE: String(waitScale),
    // Its MQTT broker would listen on a fixed port.
    IOT_MTLS_ENABLED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/**
 * The port itself where it is free; with 0 one that the system picks. MiniStack takes no listening socket, so that
 * another process could come first: then it does not start, and says so.
 */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, HOST, resolve);
    });
  } catch (cause) {
    throw new LocalError(
      `port ${wanted} can't be used (${(cause as NodeJS.ErrnoException).code}): name another one with --port, or leave it out for a free one`,
      undefined,
      { cause },
    );
  }
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : wanted;
}

async function isReady(endpoint: URL, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + READY_LIMIT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return false;
    if (await isHealthy(endpoint)) return true;
    await sleep(READY_POLL_MS);
  }
  return false;
}

/** How long MiniStack may take to end by itself. */
const END_LIMIT_MS = 3_000;

/** Asks the whole group to end, and ends what is left of it. */
async function endGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    killGroup(child.pid, 'SIGTERM');
    await Promise.race([ended, sleep(END_LIMIT_MS, undefined, { ref: false })]);
  }
  killGroup(child.pid, 'SIGKILL');
  await ended;
}
