import { type ProgramResult, runProgram } from '../../../local/child-program.ts';

/** A package of 150 MB comes and is unpacked in 10 s; a machine that is ten times slower still makes it. */
const LIMIT_MS = 3 * 60 * 1000;
/** What `npm run` sets for the scripts of this project, but where npm gets packages, and as whom. */
const OF_THE_CALLER =
  /^npm_(?!config_(?:cache|registry|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile)$)/;

/**
 * Runs npm in a folder, as its user would in a terminal.
 * @throws Error with the end of what it wrote.
 */
export async function npm(folder: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, tail }: ProgramResult = await runProgram('npm', args, {
    cwd: folder,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THE_CALLER.test(name))),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      npm_config_loglevel: 'error',
    },
    limitMs: LIMIT_MS,
  });
  if (exitCode === 0) return stdout;
  throw new Error(`npm ${args.join(' ')} failed:\n${tail}`);
}
