import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getWitness, type WitnessOptions, witness } from '../witness.ts';

/**
 * AWS ships its Runtime Interface Emulator inside its own SAM CLI, whose package index entry is pinned here.
 * @see https://github.com/aws/aws-lambda-runtime-interface-emulator
 */
const PACKAGE = 'aws-sam-cli==1.170.0';
const WHEEL = 'aws_sam_cli-1.170.0-py3-none-any.whl';
const WHEEL_SHA256 = '24ebaf5ecba38dc1758089968cb89ab61e124b84e92a344fc7a2771a47f4d0bf';
const CACHE = join(import.meta.dirname, '..', '..', '..', '.cache', 'aws-sam-cli-1.170.0');
const PROGRAM = `aws-lambda-rie-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`;
const DOWNLOAD_LIMIT_MS = 4 * 60_000;
const READY_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;

const EXTRACT = `import sys, zipfile
zipfile.ZipFile(sys.argv[1]).extract("samcli/local/rapid/" + sys.argv[2], sys.argv[3])`;

/** Whether the emulator can be had here: it is Linux's, and the package index must be reached once. */
export async function emulator(): Promise<WitnessOptions> {
  if (process.platform !== 'linux') return { skip: `AWS's emulator does not run on ${process.platform}` };
  const missing = witness('python3');
  if (missing.skip !== undefined) return missing;
  try {
    await emulatorPath();
    return {};
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    return { skip: `${PACKAGE} can't be had: ${error instanceof Error ? error.message : error}` };
  }
}

async function emulatorPath(): Promise<string> {
  const path = join(CACHE, PROGRAM);
  if (existsSync(path)) return path;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'download-'));
  try {
    const python = getWitness('python3');
    const limit = { timeout: DOWNLOAD_LIMIT_MS };
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-input', '--no-deps', '--only-binary=:all:'];
    await promisify(execFile)(python, [...pip, '--dest', folder, PACKAGE], limit);
    const wheel = join(folder, WHEEL);
    const sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex');
    if (sha256 !== WHEEL_SHA256) throw new Error(`${WHEEL} has SHA-256 ${sha256}`);
    await promisify(execFile)(python, ['-c', EXTRACT, wheel, PROGRAM, folder], limit);
    const program = join(folder, 'samcli', 'local', 'rapid', PROGRAM);
    await chmod(program, 0o755);
    await rename(program, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return path;
}

/** AWS's emulator with a runtime in it. */
export class InterfaceEmulator {
  readonly #child: ChildProcess;
  readonly #port: number;
  #output = '';

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  /** @param runtime The program that takes the invocations. */
  static async start(
    runtime: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<InterfaceEmulator> {
    const [port, apiPort] = [await freePort(), await freePort()];
    const args = [
      ['--runtime-interface-emulator-address', `127.0.0.1:${port}`],
      ['--runtime-api-address', `127.0.0.1:${apiPort}`],
      [runtime],
    ].flat();
    const child = spawn(await emulatorPath(), args, {
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new InterfaceEmulator(child, port);
  }

  /** What the emulator and the runtime have written. */
  get output(): string {
    return this.#output;
  }

  /** Invokes as `aws lambda invoke` does. */
  async invoke(payload: string): Promise<unknown> {
    const url = `http://127.0.0.1:${this.#port}/2015-03-31/functions/function/invocations`;
    const limit = AbortSignal.timeout(READY_LIMIT_MS);
    for (;;) {
      try {
        const response = await fetch(url, { method: 'POST', body: payload, signal: limit });
        return await response.json();
      } catch (error) {
        // It is up in a moment.
        if (limit.aborted || this.#child.exitCode !== null) throw new Error(this.#output, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** It ends the runtime that it started, which is in a process group of its own. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await once(this.#child, 'close');
    clearTimeout(timer);
  }
}

/** The emulator takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
