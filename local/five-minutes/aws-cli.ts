import { delimiter, join } from 'node:path';
import { runProgram } from '../child-program.ts';
import { LocalError } from '../local-error.ts';

/** The first ones of each that take AWS_ENDPOINT_URL; an older one would ask AWS itself. */
const OLDEST: Readonly<Record<string, number>> = { 1: 29, 2: 13 };
const VERSION_LIMIT_MS = 30_000;
/** `npm test` has put a pinned AWS CLI there. */
const PYTHON_PROGRAMS = join(import.meta.dirname, '..', '..', '.venv', 'bin');

/** The PATH on which the AWS CLI is looked for: this project's own first, where it is installed. */
export function pathWithAwsCli(): string {
  return [PYTHON_PROGRAMS, process.env.PATH ?? ''].join(delimiter);
}

/** @throws LocalError where there is no AWS CLI, or one that would not talk to the account given. */
export async function checkAwsCli(env: NodeJS.ProcessEnv): Promise<void> {
  const { exitCode, tail } = await runProgram('aws', ['--version'], { env, limitMs: VERSION_LIMIT_MS });
  if (exitCode !== 0) {
    throw new LocalError('the AWS CLI is not on the PATH: install it, for example by pipx install awscli');
  }
  const mistake = mistakeInVersion(tail);
  if (mistake !== undefined) throw new LocalError(mistake);
}

/** @param said What `aws --version` prints: `aws-cli/2.31.0 Python/3.13 …` */
export function mistakeInVersion(said: string): string | undefined {
  const [, major = '', minor = ''] = /^aws-cli\/(\d+)\.(\d+)/m.exec(said) ?? [];
  const oldest = OLDEST[major];
  if (oldest !== undefined && Number(minor) >= oldest) return undefined;
  const allowed = Object.entries(OLDEST).map(([one, other]) => `${one}.${other}`);
  return `the AWS CLI says «${said.trim()}»: it must be ${allowed.join(' or ')} and later, which take AWS_ENDPOINT_URL`;
}
