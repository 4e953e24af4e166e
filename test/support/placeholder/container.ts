import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getWitness, type WitnessOptions, witness } from '../witness.ts';
import { binaryPath, isNative, type PlaceholderPlatform } from './binary.ts';

const OWN_PLATFORM: PlaceholderPlatform = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
/** Namespaces as a container has them; the user's too, so that it takes no root. */
const NAMESPACES = ['--map-root-user', '--net', '--pid', '--fork', '--mount-proc', '--kill-child'];
const LIMIT_MS = 20_000;

/** Why no container can be made here, if so. */
export function containers(): WitnessOptions {
  if (!isNative(OWN_PLATFORM)) return { skip: `there are no namespaces on ${process.platform}` };
  const missing = witness('unshare', 'busybox');
  if (missing.skip !== undefined) return missing;
  const { status, stderr } = spawnSync('unshare', [...NAMESPACES, 'true'], { encoding: 'utf8' });
  if (status === 0) return {};
  const reason = `this system gives no namespaces: ${stderr.trim()}`;
  if (process.env.CI === 'true') throw new Error(reason);
  return { skip: reason };
}

/** Namespaces with a loopback of their own, in which a program is the first process, and others can be put beside it. */
export class Container {
  readonly #child: ChildProcess;
  readonly #folder: string;
  #output = '';
  #wake: () => void = () => undefined;

  /** @param command For BusyBox's shell; the placeholder's names are in `$names`. It must `exec` what is to be first. */
  constructor(command: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'deploytime-container-'));
    mkdirSync(join(this.#folder, 'names'));
    copyFileSync(binaryPath(OWN_PLATFORM), this.name('placeholder'));
    for (const name of ['sh', 'curl', 'wget']) linkSync(this.name('placeholder'), this.name(name));
    const busybox = getWitness('busybox');
    const script = `names=${join(this.#folder, 'names')}; ${busybox} ip link set lo up; ${command}`;
    this.#child = spawn('unshare', [...NAMESPACES, busybox, 'sh', '-c', script], {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#wake();
    });
  }

  /** The path of one of the placeholder's names. */
  name(name: string): string {
    return join(this.#folder, 'names', name);
  }

  get output(): string {
    return this.#output;
  }

  async outputs(pattern: RegExp): Promise<void> {
    const limit = AbortSignal.timeout(LIMIT_MS);
    while (!pattern.test(this.#output)) {
      if (limit.aborted) throw new Error(`no ${pattern} in ${this.#output}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 100);
      });
    }
  }

  /** The first process, seen from outside. */
  get pid(): number {
    const { pid } = this.#child;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  }

  /** Puts a program into the running container, as a health check is. */
  run(
    program: string,
    ...args: readonly string[]
  ): { readonly code: number | null; readonly stdout: string } {
    const into = [
      '--target',
      String(this.pid),
      '--user',
      '--preserve-credentials',
      '--net',
      '--pid',
      '--mount',
    ];
    const { status, stdout } = spawnSync('nsenter', [...into, program, ...args], {
      env: {},
      encoding: 'utf8',
      timeout: LIMIT_MS,
    });
    return { code: status, stdout };
  }

  /** What BusyBox's own client gets. */
  get(url: string): string {
    return this.run(getWitness('busybox'), 'wget', '-q', '-O', '-', url).stdout;
  }

  /** Ends the first process as a container's end does. */
  async terminate(): Promise<void> {
    process.kill(this.pid, 'SIGTERM');
    await once(this.#child, 'exit');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
