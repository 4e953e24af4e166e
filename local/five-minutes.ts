import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAccount } from './account.ts';
import { runProgram } from './child-program.ts';
import { checkAwsCli, pathWithAwsCli } from './five-minutes/aws-cli.ts';
import { readPath } from './five-minutes/path-step.ts';
import { runPath } from './five-minutes/run-path.ts';
import { substitutions } from './five-minutes/substitution.ts';
import { watchInterruption } from './interruption.ts';
import { LocalError } from './local-error.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { duration, Progress } from './progress.ts';

/*
 * Does what the README says under «Start in five minutes», block by block as it stands there, in an empty folder and
 * in an account on MiniStack: `npm run five-minutes`. What has to be another command here is told.
 */

const ROOT = join(import.meta.dirname, '..');
const PAGE = 'README.md';
const HEADING = 'Start in five minutes';
const PACK_LIMIT_MS = 5 * 60 * 1000;

const interruption = watchInterruption();
const progress = new Progress(process.stdout);
const folder = mkdtempSync(join(tmpdir(), 'deploytime-five-minutes-'));
let ministack: MiniStack | undefined;
try {
  const steps = readPath(PAGE, readFileSync(join(ROOT, PAGE), 'utf8'), HEADING);
  await checkAwsCli({ ...process.env, PATH: pathWithAwsCli() });
  const tarball = await progress.step('npm pack', pack, (path) => path.slice(folder.length + 1));
  ministack = await progress.step(
    'start MiniStack',
    () => startMiniStack({ folder: join(folder, 'ministack') }),
    ({ endpoint }) => endpoint.origin,
  );
  const { variables, registryHost } = await openAccount(ministack.endpoint, {});
  const table = substitutions({ tarball, endpoint: ministack.endpoint.origin, registryHost });
  for (const { command, because } of table) {
    process.stdout.write(`\`${command}\` is not run as it stands: ${because}\n`);
  }
  const started = performance.now();
  await runPath(steps, {
    folder: join(folder, 'empty'),
    home: join(folder, 'home'),
    variables,
    substitutions: table,
    progress,
    signal: interruption.work,
  });
  process.stdout.write(`${PAGE}, «${HEADING}»: ${duration(performance.now() - started)}\n`);
} catch (error) {
  if (!(error instanceof LocalError)) throw error;
  process.exitCode ??= 1;
  process.stderr.write(`${error.details === undefined ? '' : `${error.details}\n\n`}${error.message}\n`);
} finally {
  await ministack?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** What users will install, out of dist/ as it is built. */
async function pack(): Promise<string> {
  const { exitCode, stdout, tail } = await runProgram(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    { cwd: ROOT, env: process.env, limitMs: PACK_LIMIT_MS, signal: interruption.work },
  );
  if (exitCode !== 0) throw new LocalError('npm pack failed: the end of its output is above', tail);
  const [packed] = JSON.parse(stdout) as { readonly filename: string }[];
  if (packed === undefined) throw new LocalError('npm pack made nothing');
  return join(folder, packed.filename);
}
