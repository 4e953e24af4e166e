import { join } from 'node:path';
import type { Account } from './account.ts';
import { runProgram } from './child-program.ts';
import { LocalError } from './local-error.ts';

const MAIN = join(import.meta.dirname, '..', 'cli', 'main.ts');
/** It waits a minute for an image at the longest. */
const COMMAND_LIMIT_MS = 2 * 60 * 1000;
const INHERITED_VARIABLES = ['LANG', 'LC_ALL', 'PATH', 'NODE_EXTRA_CA_CERTS'];

/**
 * Runs this project's own command line, as the application's pipeline does, in an account.
 * @returns What it printed, without the line break at the end.
 * @throws LocalError with what it said where it fails.
 */
export async function runDeploytime(
  { variables }: Account,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { exitCode, stdout, tail } = await runProgram(process.execPath, [MAIN, ...args], {
    env: {
      ...Object.fromEntries(INHERITED_VARIABLES.map((name) => [name, process.env[name]])),
      ...variables,
      NO_COLOR: '1',
    },
    limitMs: COMMAND_LIMIT_MS,
    signal,
  });
  if (exitCode === 0) return stdout.trimEnd();
  throw new LocalError(`deploytime ${args[0]} failed: the end of its output is above`, tail);
}
