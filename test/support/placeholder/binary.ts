import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { getWitness, type WitnessOptions, witness } from '../witness.ts';

export type PlaceholderPlatform = 'linux/amd64' | 'linux/arm64';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'placeholder');
/** The largest resident memory that a placeholder may ever have, in KiB. */
export const MEMORY_LIMIT_KIB = 1024;
/** A placeholder is up in a millisecond; a busy machine takes longer. */
const LINE_LIMIT_MS = 20_000;

export function binaryPath(platform: PlaceholderPlatform): string {
  return join(FOLDER, 'binaries', `placeholder-${platform.replace('/', '-')}`);
}

/** Whether this machine runs the platform's binary by itself. */
export function isNative(platform: PlaceholderPlatform): boolean {
  const own = process.arch === 'x64' ? 'linux/amd64' : process.arch === 'arm64' ? 'linux/arm64' : undefined;
  return process.platform === 'linux' && platform === own;
}

/** Why a platform's tests can't run here, if so: what this machine does not run, QEMU does for arm64. */
export function runnable(platform: PlaceholderPlatform): WitnessOptions {
  if (isNative(platform)) return {};
  if (process.platform !== 'linux' || platform === 'linux/amd64') {
    return { skip: `a ${platform} program does not run on ${process.platform}/${process.arch}` };
  }
  return witness('qemu-aarch64');
}

export interface PlaceholderOptions {
  readonly platform: PlaceholderPlatform;
  /** All that it sees. */
  readonly environment: Readonly<Record<string, string>>;
  /** How it is called. Default: `/placeholder`. */
  readonly name?: string;
  readonly args?: readonly string[];
}

/** A running placeholder. */
export class Placeholder {
  readonly #child: ChildProcess;
  readonly #platform: PlaceholderPlatform;
  readonly #lines: string[] = [];
  readonly #ended: Promise<number | string>;
  #wake: () => void = () => undefined;

  constructor({ platform, environment, name = '/placeholder', args = [] }: PlaceholderOptions) {
    const path = binaryPath(platform);
    const [command, ...rest] = isNative(platform)
      ? [path, ...args]
      : [getWitness('qemu-aarch64'), '-0', name, path, ...args];
    this.#platform = platform;
    this.#child = spawn(command ?? '', rest, {
      ...(isNative(platform) && { argv0: name }),
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'exit').then(([code, signal]) => code ?? signal);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) throw new Error('a stream is missing');
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line);
        this.#wake();
      });
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** All that it has written. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The exit code, or the signal that ended it. */
  get ended(): Promise<number | string> {
    return this.#ended;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The first group of the pattern in the first line that has it. */
  async line(pattern: RegExp): Promise<string> {
    const limit = AbortSignal.timeout(LINE_LIMIT_MS);
    for (;;) {
      const found = this.#lines.map((line) => pattern.exec(line)).find((match) => match !== null);
      if (found) return found[1] ?? found[0];
      if (limit.aborted || !this.isRunning) throw new Error(`no ${pattern} in:\n${this.#lines.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 100);
      });
    }
  }

  /** The port it listens on. */
  async port(): Promise<number> {
    return Number(await this.line(/listening on port (\d+)/));
  }

  /** The largest resident memory so far in KiB, or undefined where it is QEMU's. */
  peakMemoryKib(): number | undefined {
    if (!isNative(this.#platform)) return undefined;
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
  }

  /** How long it has computed so far, in ticks of 10 ms. */
  computedTicks(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
