import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { killGroup } from '../process-group.ts';

/** A program that was started, and ends with this process at the latest. */
export class RunningProgram implements AsyncDisposable {
  /** Resolves when it has ended, or could not be started. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #onLine: () => void = () => {};

  /** @param environment All that it gets. */
  constructor(path: string, environment: Readonly<Record<string, string>>) {
    this.#child = spawn(path, [], { env: environment, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const kill = (): void => killGroup(this.#child.pid, 'SIGKILL');
    process.once('exit', kill);
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        process.off('exit', kill);
        this.#onLine();
        resolve();
      };
      this.#child.once('error', end).once('close', end);
    });
    if (this.#child.stderr) {
      createInterface({ input: this.#child.stderr }).on('line', (line) => {
        this.#lines.push(line);
        this.#onLine();
      });
    }
  }

  /** Resolves to the first line that it writes like this; undefined where it ends, or the time does, before that. */
  async line(pattern: RegExp, limitMs: number): Promise<RegExpExecArray | undefined> {
    const { promise, resolve } = Promise.withResolvers<RegExpExecArray | undefined>();
    const timer = setTimeout(() => resolve(undefined), limitMs);
    const look = (): void => {
      for (const line of this.#lines) {
        const found = pattern.exec(line);
        if (found !== null) resolve(found);
      }
      if (this.#child.exitCode !== null || this.#child.pid === undefined) resolve(undefined);
    };
    this.#onLine = look;
    look();
    return await promise.finally(() => clearTimeout(timer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    killGroup(this.#child.pid, 'SIGKILL');
    await this.ended;
  }
}
