import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { getWitness } from '../witness.ts';
import type { TlsCertificate } from './tls-certificate.ts';

const run = promisify(execFile);

/** It is up in a tenth of a second; a busy machine takes longer. */
const READY_LIMIT_MS = 30_000;
/** How much of its log is told where it does not start, in lines. */
const TOLD_LOG_LINES = 20;
const REALM = 'deploytime-test';

export interface DockerRegistryOptions {
  /** HTTP basic, for every request. Default: everybody may do everything. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Default: plain HTTP. */
  readonly tls?: Pick<TlsCertificate, 'certFile' | 'keyFile'>;
}

/** A registry as Docker ships it, in a process of its own, empty at its start. */
export interface DockerRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, or https. */
  readonly origin: string;
  /** `127.0.0.1:<port>`, as image references have it. */
  readonly host: string;
  readonly pid: number;
  /** Ends it at once, and removes all that it stored. */
  stop(): Promise<void>;
}

/**
 * Starts Debian's docker-registry on a free port of 127.0.0.1.
 * @throws Error where it, or htpasswd for a login, is missing, or where it is not up in 30 s.
 */
export async function startDockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const program = getWitness('docker-registry');
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-registry-'));
  try {
    const configFile = await writeConfiguration(folder, options);
    return await serve(program, configFile, { folder, scheme: options.tls ? 'https' : 'http' });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function serve(
  program: string,
  configFile: string,
  { folder, scheme }: { folder: string; scheme: string },
): Promise<DockerRegistry> {
  // Without our environment: REGISTRY_… variables would change the configuration.
  const child = spawn(program, ['serve', configFile], {
    cwd: folder,
    env: {},
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
    const host = await hostOf(child);
    const { pid = 0 } = child;
    return { origin: `${scheme}://${host}`, host, pid, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where it listens, from its log. */
async function hostOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('docker-registry has no log');
  const lines = createInterface({ input: child.stderr });
  const log: string[] = [];
  const found = Promise.withResolvers<string>();
  lines.on('line', (line) => {
    // Read to the end, so that it never waits for us; kept as far as it may be told.
    log.push(line);
    if (log.length > TOLD_LOG_LINES) log.shift();
    const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (host !== undefined) found.resolve(host);
  });
  const timeout = AbortSignal.timeout(READY_LIMIT_MS);
  const host = await Promise.race([
    found.promise,
    once(lines, 'close').then(() => undefined),
    once(timeout, 'abort').then(() => undefined),
  ]);
  if (host === undefined) throw new Error(`docker-registry did not start:\n${log.join('\n')}`);
  return host;
}

/** JSON is YAML too. */
async function writeConfiguration(folder: string, { login, tls }: DockerRegistryOptions): Promise<string> {
  const configFile = join(folder, 'config.yml');
  const configuration = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: {
      addr: '127.0.0.1:0',
      secret: 'of no use to anybody',
      ...(tls && { tls: { certificate: tls.certFile, key: tls.keyFile } }),
    },
    ...(login && { auth: { htpasswd: { realm: REALM, path: await writePasswords(folder, login) } } }),
  };
  await writeFile(configFile, JSON.stringify(configuration));
  return configFile;
}

async function writePasswords(
  folder: string,
  { username, password }: { username: string; password: string },
): Promise<string> {
  const path = join(folder, 'htpasswd');
  const { stdout } = await run(getWitness('htpasswd'), ['-Bbn', username, password]);
  await writeFile(path, stdout);
  return path;
}
