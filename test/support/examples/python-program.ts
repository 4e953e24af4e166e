import { join } from 'node:path';
import { runProgram } from '../../../local/child-program.ts';

export const ROOT = join(import.meta.dirname, '..', '..', '..');
const PROGRAM_LIMIT_MS = 2 * 60_000;
/** SAM's translator asks a session for it, and knows the partition by it. */
const REGION = 'us-east-1';

/**
 * Runs a program of the project's Python environment, away from anybody's account.
 * @returns what it printed.
 * @throws Error with the end of its output where it fails.
 */
export async function runPython(program: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, tail } = await runProgram(join(ROOT, '.venv', 'bin', program), args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, AWS_DEFAULT_REGION: REGION, PYTHONDONTWRITEBYTECODE: '1' },
    limitMs: PROGRAM_LIMIT_MS,
  });
  if (exitCode === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${exitCode}:\n${tail}`);
}
