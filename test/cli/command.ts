import { spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
/** The command is done in a second; a machine that is thirty times slower still makes it. */
const END_LIMIT_MS = 30_000;

/** How one run of the command ended. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  kill(signal: NodeJS.Signals): boolean;
  readonly ended: Promise<unknown>;
}

export interface CommandOptions {
  /** All that the command sees, besides the way to nowhere for what it is not given. Default: nothing more. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with the process at once. */
  readonly onStart?: (child: RunningCommand) => void;
}

/** Runs `deploytime` as a process of its own, with no terminal. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<CommandEnd> {
  return runProgram(process.execPath, [MAIN, ...args], options);
}

export function runProgram(
  program: string,
  args: readonly string[],
  { environment = {}, cwd, onStart }: CommandOptions = {},
): Promise<CommandEnd> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: END_LIMIT_MS,
    killSignal: 'SIGKILL',
    env: {
      ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }),
      // Nobody's own profiles, and no credentials of a machine.
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
    ...(cwd !== undefined && { cwd }),
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const end = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...output }));
  });
  onStart?.({ kill: (signal) => child.kill(signal), ended: end });
  return end;
}
