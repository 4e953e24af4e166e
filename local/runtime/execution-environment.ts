import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { transformSync } from 'esbuild';
import { killGroup } from '../process-group.ts';
import {
  DEFAULT_MEMORY_MB,
  type FunctionConfiguration,
  functionEnvironment,
  nodeOptions,
} from './function-configuration.ts';
import type { Death, FunctionError, LogLine } from './invocation.ts';
import { findPeakMemory } from './peak-memory.ts';
import { type NextInvocation, RuntimeApi } from './runtime-api.ts';

/** What came of an event, or of an init. */
export type Outcome =
  | { readonly kind: 'idle' }
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError }
  | { readonly kind: 'died'; readonly death: Death };

const BYTES_PER_MB = 1024 * 1024;
/** How often the memory is looked at while the process works. */
const MEMORY_LOOK_MS = 10;
/** What is kept of one process's output, in lines; more is dropped at the beginning. */
const KEPT_LINES = 100_000;

/** What was written before the next event was asked for is in the pipe by then, and read in so many turns. */
const TURNS_FOR_OUTPUT = 2;

/** Ended with this process, however it ends. */
const living = new Set<ChildProcess>();
process.once('exit', () => {
  for (const { pid } of living) killGroup(pid, 'SIGKILL');
});

/** The runtime's program, without its types: so it starts as quickly, and in as little memory, as JavaScript does. */
const bootstrap = transformSync(readFileSync(join(import.meta.dirname, 'bootstrap.ts'), 'utf8'), {
  loader: 'ts',
}).code;

/** One process of a function, from its init to its end: Lambda's execution environment. One event at a time. */
export class ExecutionEnvironment {
  readonly #configuration: FunctionConfiguration;
  readonly #child: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #lines: LogLine[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  readonly #closed: Promise<void>;
  #peakMemoryBytes = 0;
  #orderedDeath: Death | undefined;
  #death: Death | undefined;
  #isFrozen = false;
  /** What was told since the last event was handed over, the process's init first. */
  #told: Outcome | undefined;
  #expected = Promise.withResolvers<Outcome>();
  #memoryWatch: NodeJS.Timeout | undefined;

  private constructor(configuration: FunctionConfiguration, api: RuntimeApi) {
    this.#configuration = configuration;
    this.#api = api;
    api.subscribe({
      onIdle: () => void this.#onIdle(),
      onResponse: (_, payload) => this.#onResponse(payload),
      onError: (_, error) => this.#tell({ kind: 'failed', error }),
      onInitError: (error) => this.#tell({ kind: 'failed', error }),
    });
    const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    this.#child = spawn(
      process.execPath,
      [...nodeOptions(configuration), '--input-type=module', '--eval', bootstrap],
      {
        cwd: configuration.taskRoot,
        env: functionEnvironment(configuration, api.address, logStream),
        // It leads a group, so that nothing it starts outlives it.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    living.add(this.#child);
    this.#watchMemory();
    const streams = (['stdout', 'stderr'] as const).map((stream) => this.#collect(stream));
    this.#closed = new Promise((resolve) => {
      const onEnd = (exitCode: number | null, signal: NodeJS.Signals | null) => {
        this.#unwatchMemory();
        living.delete(this.#child);
        // What it started dies with it.
        killGroup(this.#child.pid, 'SIGKILL');
        this.#death = this.#orderedDeath ?? { cause: 'exit', exitCode, signal };
        // What it wrote last belongs to what it died of.
        void Promise.all(streams).then(() => {
          this.#settle();
          resolve();
        });
      };
      this.#child.once('exit', onEnd);
      this.#child.once('error', () => onEnd(1, null));
    });
  }

  /** Starts the process; `outcome` tells how its init ends. */
  static async start(configuration: FunctionConfiguration): Promise<ExecutionEnvironment> {
    return new ExecutionEnvironment(configuration, await RuntimeApi.start());
  }

  /**
   * How the init, or the event handed over last, ends: when the process is idle again, or dead. An error that was
   * told before it died counts more than its death.
   */
  get outcome(): Promise<Outcome> {
    return this.#expected.promise;
  }

  get isAlive(): boolean {
    return this.#death === undefined && this.#orderedDeath === undefined;
  }

  get peakMemoryBytes(): number {
    return this.#peakMemoryBytes;
  }

  /** Everything it wrote so far. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** Hands an event over; `outcome` is its own from now on. */
  offer(invocation: NextInvocation): void {
    this.#told = undefined;
    this.#expected = Promise.withResolvers();
    if (this.#death !== undefined) {
      this.#settle();
      return;
    }
    if (this.#isFrozen) {
      this.#isFrozen = false;
      killGroup(this.#child.pid, 'SIGCONT');
    }
    this.#watchMemory();
    this.#api.offer(invocation);
  }

  /** Calls back for every further line. @returns what ends that. */
  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Kills the process. @param death What its end is put down to. Default: the signal itself. */
  kill(death?: Death): void {
    if (!this.isAlive) return;
    this.#orderedDeath = death ?? { cause: 'exit', exitCode: null, signal: 'SIGKILL' };
    killGroup(this.#child.pid, 'SIGKILL');
  }

  /** Ends the process and its Runtime API; resolves when nothing is left of them. */
  async stop(): Promise<void> {
    this.kill();
    await this.#closed;
    await this.#api.stop();
  }

  #collect(name: 'stdout' | 'stderr'): Promise<void> {
    const stream = this.#child[name];
    if (!stream) return Promise.resolve();
    const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('line', (text) => {
      this.#lines.push({ stream: name, text });
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      for (const listener of this.#listeners) listener(text);
    });
    return new Promise((resolve) => lines.once('close', resolve));
  }

  #tell(outcome: Outcome): void {
    this.#told ??= outcome;
  }

  /** Memory that was taken and given back between two looks still counts: on AWS there is no answer after that. */
  #onResponse(payload: string): void {
    this.#lookAtMemory();
    if (this.isAlive) this.#tell({ kind: 'returned', payload });
  }

  async #onIdle(): Promise<void> {
    this.#lookAtMemory();
    this.#unwatchMemory();
    this.#tell({ kind: 'idle' });
    if (this.#configuration.freezes === true && this.isAlive) {
      this.#isFrozen = true;
      killGroup(this.#child.pid, 'SIGSTOP');
    }
    for (let turn = 0; turn < TURNS_FOR_OUTPUT; turn += 1) await setImmediate();
    this.#settle();
  }

  #settle(): void {
    if (this.#told !== undefined) this.#expected.resolve(this.#told);
    else if (this.#death !== undefined) this.#expected.resolve({ kind: 'died', death: this.#death });
  }

  #watchMemory(): void {
    this.#memoryWatch ??= setInterval(() => this.#lookAtMemory(), MEMORY_LOOK_MS).unref();
  }

  #unwatchMemory(): void {
    clearInterval(this.#memoryWatch);
    this.#memoryWatch = undefined;
  }

  #lookAtMemory(): void {
    const peak = this.#child.pid === undefined ? undefined : findPeakMemory(this.#child.pid);
    if (peak === undefined) return;
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, peak);
    const limitBytes = (this.#configuration.memoryMb ?? DEFAULT_MEMORY_MB) * BYTES_PER_MB;
    if (peak > limitBytes) this.kill({ cause: 'memory' });
  }
}
