import { spawn } from 'node:child_process';
import { killGroup } from './process-group.ts';

export interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Ends the program with all it started. */
  readonly signal?: AbortSignal;
  /** The longest that it may run, in milliseconds. */
  readonly limitMs: number;
}

export interface ProgramResult {
  /** Undefined where it did not start or was ended by a signal. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** The end of all it wrote, in the order it came. */
  readonly tail: string;
}

/** What is kept of each stream, in characters: more than any program that we call writes. */
const KEPT_CHARACTERS = 1_000_000;
/** How much of a failed program's output is shown, in lines. */
const TAIL_LINES = 25;

/** Runs a program to its end, without input. It leads a process group, so that nothing of it outlives us. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout = (stdout + chunk).slice(-KEPT_CHARACTERS);
      output = (output + chunk).slice(-KEPT_CHARACTERS);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-KEPT_CHARACTERS);
    });
    const kill = () => killGroup(child.pid, 'SIGKILL');
    const timer = setTimeout(() => {
      output += `\nended after ${options.limitMs / 1000} s`;
      kill();
    }, options.limitMs);
    options.signal?.addEventListener('abort', kill, { once: true });
    process.once('exit', kill);
    const end = (exitCode: number | null) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
      process.off('exit', kill);
      resolve({ exitCode: exitCode ?? undefined, stdout, tail: lastLines(output) });
    };
    child.once('error', (error) => {
      output += error.message;
      end(null);
    });
    child.once('close', end);
    if (options.signal?.aborted) kill();
  });
}

function lastLines(output: string): string {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-TAIL_LINES)
    .join('\n');
}
