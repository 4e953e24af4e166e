import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from '../child-program.ts';
import { LocalError } from '../local-error.ts';
import type { Progress } from '../progress.ts';
import { pathWithAwsCli } from './aws-cli.ts';
import type { PathStep } from './path-step.ts';
import { type Substitution, substitute } from './substitution.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** The service's stack takes the longest, about half a minute. */
const STEP_LIMIT_MS = 5 * 60 * 1000;
/** How much of what a command prints is shown, in lines: its end. */
const SHOWN_LINES = 12;
/** What the steps see of this process's environment. */
const INHERITED_VARIABLES = ['LANG', 'LC_ALL', 'USER', 'NODE_EXTRA_CA_CERTS'];

export interface PathRun {
  /** Where the reader is: empty at first. */
  readonly folder: string;
  /** Of npm and of the programs' own settings. */
  readonly home: string;
  /** How the account is reached. */
  readonly variables: Readonly<Record<string, string>>;
  readonly substitutions: readonly Substitution[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Does what a page says, step by step. @throws LocalError with the end of what a failed command wrote. */
export async function runPath(steps: readonly PathStep[], run: PathRun): Promise<void> {
  const { folder, home, progress, signal } = run;
  for (const path of [folder, home]) mkdirSync(path, { recursive: true });
  const written = steps.flatMap((step) => (step.kind === 'command' ? [step.command] : []));
  const commands = substitute(written, run.substitutions);
  for (const step of steps) {
    if (step.kind === 'file') {
      await progress.step(`save ${step.name}`, async () => writeFileSync(join(folder, step.name), step.text));
      continue;
    }
    const command = commands[written.indexOf(step.command)] ?? step.command;
    await progress.step(step.command, async () => {
      const { exitCode, stdout, tail } = await runProgram('bash', ['-euo', 'pipefail', '-c', command], {
        cwd: folder,
        env: environment(home, run.variables),
        limitMs: STEP_LIMIT_MS,
        signal,
      });
      if (exitCode !== 0) throw new LocalError(`${command} failed: the end of its output is above`, tail);
      const lines = stdout.split('\n').filter((line) => line.trim() !== '');
      for (const line of lines.slice(-SHOWN_LINES)) progress.note(line);
    });
  }
}

function environment(home: string, variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(INHERITED_VARIABLES.map((name) => [name, process.env[name]])),
    ...variables,
    PATH: [join(ROOT, 'node_modules', 'node', 'bin'), pathWithAwsCli()].join(delimiter),
    HOME: home,
    TMPDIR: home,
    NO_COLOR: '1',
    AWS_PAGER: '',
    // What is installed is here: npm asks no registry.
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
}
