import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAccount } from './account.ts';
import { answerTable } from './answer-table.ts';
import { cdkFor } from './cdk.ts';
import {
  checkUnused,
  createAndUpdateExample,
  deleteExample,
  deployService,
  type ExampleRun,
  type ExampleStep,
  pushReleases,
  removeService,
} from './example-run.ts';
import { rememberAccount, stopKeptAccounts } from './kept-accounts.ts';
import { LocalError } from './local-error.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { HELP, type LocalOptions, readOptions } from './options.ts';
import { duration, Progress } from './progress.ts';

/** Where accounts that were left running are noted: for this user alone, whatever the working folder. */
const REGISTER = join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'deploytime-local');
/** What a shell reports for a program that a signal ended: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const EXIT_CODE_PIPE = 141;

const interruption = new AbortController();
for (const signal of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) {
  process.once(signal, () => {
    process.exitCode = EXIT_CODES[signal];
    interruption.abort();
  });
}
// Nobody reads any more, as with `| head`.
process.stdout.on('error', () => {
  process.exitCode = EXIT_CODE_PIPE;
  interruption.abort();
});

try {
  const options = readOptions(process.argv.slice(2), process.env.AWS_ENDPOINT_URL);
  if (options.help) process.stdout.write(HELP);
  else if (options.stop) await stop();
  else await runLocally(options);
} catch (error) {
  if (interruption.signal.aborted) {
    process.stderr.write(
      process.env.AWS_ENDPOINT_URL
        ? 'interrupted: what was deployed stays in the account (the stacks deploytime-example and deploytime, the repository deploytime-example-source)\n'
        : 'interrupted: everything was stopped and removed\n',
    );
  } else if (error instanceof LocalError) {
    process.exitCode = 1;
    process.stderr.write(
      `${error.details === undefined ? '' : `\n${error.details}\n`}\nlocal run: ${error.message}\n`,
    );
  } else {
    throw error;
  }
}

async function stop(): Promise<void> {
  const stopped = await stopKeptAccounts(REGISTER);
  const what = stopped.map(({ endpoint }) => endpoint).join(', ');
  process.stdout.write(stopped.length === 0 ? 'no account was left running\n' : `stopped ${what}\n`);
}

async function runLocally(options: LocalOptions): Promise<void> {
  const started = performance.now();
  const progress = new Progress(process.stdout);
  const folder = mkdtempSync(join(tmpdir(), 'deploytime-local-'));
  // CDK's assemblies go even where the account stays.
  const cdkFolder = mkdtempSync(join(tmpdir(), 'deploytime-cdk-'));
  const removeFolders = () => {
    for (const path of [folder, cdkFolder]) rmSync(path, { recursive: true, force: true });
  };
  process.once('exit', removeFolders);
  let ministack: MiniStack | undefined;
  try {
    const givenEndpoint = process.env.AWS_ENDPOINT_URL;
    if (!givenEndpoint) {
      ministack = await progress.step(
        'start MiniStack',
        () => startMiniStack({ folder, ...(options.port !== undefined && { port: options.port }) }),
        ({ endpoint }) => endpoint.origin,
      );
    }
    interruption.signal.throwIfAborted();
    const account = ministack
      ? await openAccount(ministack.endpoint, {})
      : await openAccount(new URL(givenEndpoint ?? ''), process.env);
    if (ministack === undefined) await checkUnused(account);
    const run: ExampleRun = {
      account,
      cdk: cdkFor(account, cdkFolder, interruption.signal),
      progress,
      signal: interruption.signal,
    };
    const steps = await runExample(run, options.keep);
    if (!options.keep && ministack === undefined) await removeService(run);
    process.stdout.write(
      `\n${answerTable(steps)}\n\nThe whole took ${duration(performance.now() - started)}.\n`,
    );
    if (options.keep) {
      if (ministack !== undefined) {
        await rememberAccount(REGISTER, { pid: ministack.pid, endpoint: account.endpoint.origin, folder });
        ministack.release();
        ministack = undefined;
        process.off('exit', removeFolders);
        rmSync(cdkFolder, { recursive: true, force: true });
      }
      process.stdout.write(howToTalkTo(account.variables, givenEndpoint === undefined));
    }
    if (steps.some(({ isConfirmed }) => isConfirmed === false)) {
      throw new LocalError('the registry does not hold what the service answered; the table says where');
    }
  } finally {
    await ministack?.stop();
  }
}

async function runExample(run: ExampleRun, isKept: boolean): Promise<ExampleStep[]> {
  await deployService(run);
  await pushReleases(run);
  const steps = await createAndUpdateExample(run);
  return isKept ? steps : [...steps, await deleteExample(run)];
}

function howToTalkTo(variables: Readonly<Record<string, string>>, isOurs: boolean): string {
  const exports = Object.entries(variables).map(([name, value]) => `  export ${name}=${value}`);
  return [
    '',
    'The account keeps running, with the example in it. To talk to it:',
    // Somebody's own credentials are a secret, and known to him.
    ...(isOurs ? exports : []),
    '  aws cloudformation describe-stacks --stack-name deploytime-example',
    '  aws cloudformation describe-stack-events --stack-name deploytime-example',
    '  aws ecr describe-repositories',
    "  aws logs filter-log-events --log-group-name /aws/lambda/deploytime-ecr-image --query 'events[].message' --output text",
    ...(isOurs ? ['', 'To end it: npm run local -- --stop'] : []),
    '',
  ].join('\n');
}
