import { runProgram } from '../../../local/child-program.ts';

/** A package of 150 MB comes and is unpacked in 10 s; a machine that is ten times slower still makes it. */
const LIMIT_MS = 3 * 60 * 1000;

/**
 * Runs a program to its end.
 * @returns what it wrote to stdout.
 * @throws Error where it fails, with the end of all it wrote.
 */
export async function succeed(
  program: string,
  args: readonly string[],
  { cwd, env = process.env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { exitCode, stdout, tail } = await runProgram(program, args, { cwd, env, limitMs: LIMIT_MS });
  if (exitCode === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} failed in ${cwd}:\n${tail}`);
}
