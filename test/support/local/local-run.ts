import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'local', 'main.ts');
/** How long the system may take to forget a killed process, in steps of 25 ms. */
const LEFTOVER_LOOKS = 200;

/** What a run of the command left and said. */
export interface LocalResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What can be done to a run from outside. */
export interface LocalChild {
  kill(signal: NodeJS.Signals): void;
  /** Reads no more of its output, as a pipe whose reader has gone. */
  closeOutput(): void;
}

export interface LocalRunOptions {
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with all output so far, whenever there is more. */
  readonly onOutput?: (stdout: string, child: LocalChild) => void;
  /** The same for what it writes to stderr. */
  readonly onErrorOutput?: (stderr: string, child: LocalChild) => void;
}

/** The local run as somebody starts it, with a home of its own, where everything that it leaves behind can be found. */
export interface LocalPlace extends AsyncDisposable {
  /** Runs it to its end. */
  run(args: readonly string[], options?: LocalRunOptions): Promise<LocalResult>;
  /** Files and folders that are there now, and processes that were started from here and run. */
  leftovers(): Promise<{ readonly files: readonly string[]; readonly processes: readonly string[] }>;
}

export async function openLocalPlace(): Promise<LocalPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-place-'));
  const { AWS_ENDPOINT_URL: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const children = new Set<ChildProcessByStdio<null, Readable, Readable>>();
  return {
    run: (args, { environment, onOutput, onErrorOutput } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [MAIN, ...args], {
          env: { ...env, TMPDIR: folder, HOME: folder, XDG_STATE_HOME: folder, ...environment },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        children.add(child);
        const hold: LocalChild = {
          kill: (signal) => child.kill(signal),
          closeOutput: () => child.stdout.destroy(),
        };
        let stdout = '';
        let stderr = '';
        child.stdout.on('data', (chunk: Buffer) => {
          stdout += chunk;
          onOutput?.(stdout, hold);
        });
        child.stderr.on('data', (chunk: Buffer) => {
          stderr += chunk;
          onErrorOutput?.(stderr, hold);
        });
        child.once('error', reject);
        child.once('close', (exitCode) => {
          children.delete(child);
          resolve({ exitCode, stdout, stderr });
        });
      }),
    leftovers: async () => {
      for (let look = 0; look < LEFTOVER_LOOKS && processesWith(folder).length > 0; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      return { files: await readdir(folder, { recursive: true }), processes: processesWith(folder) };
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill('SIGTERM');
      for (const entry of processesWith(folder)) process.kill(Number.parseInt(entry, 10), 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether processes can be found here by what is in their environment: on Linux. */
export const canSeeProcesses = existsSync('/proc/self/environ');

/** `<pid> <command>` of each process whose environment names this folder. */
function processesWith(folder: string): string[] {
  if (!canSeeProcesses) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).includes(folder))
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`);
}

/** A process may end, or be another user's. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
