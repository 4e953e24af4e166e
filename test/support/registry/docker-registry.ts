import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServerProcess } from '../server-process.ts';
import { getWitness } from '../witness.ts';
import type { TlsCertificate } from './tls-certificate.ts';

const run = promisify(execFile);

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
 * @throws Error where it, or htpasswd for a login, is missing, or where it is not up in 60 s.
 */
export async function startDockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const {
    address: host,
    pid,
    stop,
  } = await startServerProcess({
    program: getWitness('docker-registry'),
    prepare: async (folder) => ['serve', await writeConfiguration(folder, options)],
    ready: /listening on (127\.0\.0\.1:\d+)/,
  });
  const origin = `${options.tls ? 'https' : 'http'}://${host}`;
  return { origin, host, pid, stop, [Symbol.asyncDispose]: stop };
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
