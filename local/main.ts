import { type Account, openAccount } from './account.ts';
import { answerTable } from './answer-table.ts';
import { claimAccount, removeDeployed } from './deployed.ts';
import { partOf, type RunPlace } from './example-run/run.ts';
import type { ExampleStep } from './example-run/step.ts';
import { deployService, tellStories } from './example-run.ts';
import { howToRemoveRest, howToUseGiven, howToUseKept } from './instructions.ts';
import { watchInterruption } from './interruption.ts';
import { LocalError } from './local-error.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { HELP, type LocalOptions, readOptions } from './options.ts';
import { duration, Progress } from './progress.ts';
import { defaultRegister, openRunFolder, type RunFolder, stopRuns } from './run-folder.ts';
import type { Story } from './story.ts';

/** A run of scheduled scaling waits 10 s for each change to show; here changes show at once. */
const WAIT_SCALE = 0.05;

const interruption = watchInterruption();
const progress = new Progress(process.stdout);

try {
  const givenEndpoint = process.env.AWS_ENDPOINT_URL;
  const options = readOptions(process.argv.slice(2), givenEndpoint);
  if (options.help) process.stdout.write(HELP);
  else if (options.stop) await stop();
  else {
    const folder = openRunFolder(defaultRegister());
    if (givenEndpoint) await runInGivenAccount(new URL(givenEndpoint), folder, options);
    else await runOnMiniStack(folder, options);
  }
} catch (error) {
  if (!(error instanceof LocalError)) throw error;
  // An interruption has set its own.
  process.exitCode ??= 1;
  writeError(error);
}

async function stop(): Promise<void> {
  const { stopped, atWork } = await stopRuns(defaultRegister());
  const what = stopped.map(({ endpoint }) => endpoint).join(', ');
  process.stdout.write(stopped.length === 0 ? 'no account was left running\n' : `stopped ${what}\n`);
  for (const pid of atWork) process.stdout.write(`process ${pid} is a run at work: Ctrl-C there ends it\n`);
}

/** An account of this run's own: when it goes, everything in it goes. */
async function runOnMiniStack(folder: RunFolder, options: LocalOptions): Promise<void> {
  let ministack: MiniStack | undefined;
  try {
    ministack = await progress.step(
      'start MiniStack',
      () =>
        startMiniStack({
          folder: folder.ministack,
          waitScale: WAIT_SCALE,
          ...(options.port !== undefined && { port: options.port }),
          onSpawn: (pid, endpoint) => folder.noteAccount({ pid, endpoint: endpoint.origin }),
        }),
      ({ endpoint }) => endpoint.origin,
    );
    const account = await openAccount(ministack.endpoint, {});
    await claimAccount(account, options.stories, interruption.work);
    const result = await runExample(account, folder, options);
    showResult(result);
    if (options.keep) {
      ministack.release();
      ministack = undefined;
      folder.keep();
      process.stdout.write(howToUseKept(account.variables, options.stories));
    }
    checkFindings(result);
  } catch (error) {
    throw unlessInterrupted(error, 'everything was stopped and removed');
  } finally {
    await ministack?.stop();
  }
}

/** Somebody's account: what this run deploys to it is taken away again, however the run ends. */
async function runInGivenAccount(endpoint: URL, folder: RunFolder, options: LocalOptions): Promise<void> {
  const account = await openAccount(endpoint, process.env);
  await claimAccount(account, options.stories, interruption.work);
  let result: ExampleResult;
  try {
    result = await runExample(account, folder, options);
  } catch (error) {
    if (interruption.work.aborted) {
      process.stderr.write('\ninterrupted: removing what was deployed; Ctrl-C once more leaves it there\n');
    } else if (options.keep) {
      process.stderr.write(howToRemoveRest(options.stories));
      throw error;
    }
    const isGone = await tryToRemove(account, options.stories);
    throw unlessInterrupted(
      error,
      isGone ? 'what was deployed is removed' : 'the removal did not come to its end',
    );
  }
  const isGone = options.keep || (await tryToRemove(account, options.stories));
  showResult(result);
  if (options.keep) process.stdout.write(howToUseGiven(options.stories));
  checkFindings(result);
  if (!isGone) throw new LocalError('what was deployed could not be removed; above is what to do');
}

/** @returns whether everything is gone; where it is not, why and what to do was said. */
async function tryToRemove(account: Account, stories: readonly Story[]): Promise<boolean> {
  try {
    await removeDeployed(account, stories, { progress, signal: interruption.removal });
    return true;
  } catch (error) {
    if (!interruption.removal.aborted)
      process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
    process.stderr.write(howToRemoveRest(stories));
    return false;
  }
}

interface ExampleResult {
  readonly steps: readonly ExampleStep[];
  readonly durationMs: number;
}

async function runExample(
  account: Account,
  folder: RunFolder,
  options: LocalOptions,
): Promise<ExampleResult> {
  interruption.work.throwIfAborted();
  const started = performance.now();
  const place: RunPlace = { account, progress, folder, signal: interruption.work };
  await deployService(partOf(place, 'service'));
  const steps = await tellStories(place, options.stories, options);
  return { steps, durationMs: performance.now() - started };
}

function showResult({ steps, durationMs }: ExampleResult): void {
  process.stdout.write(`\n${answerTable(steps)}\n\nThe whole took ${duration(durationMs)}.\n`);
}

function checkFindings({ steps }: ExampleResult): void {
  const wrong = steps.flatMap(({ findings }) => findings).find(({ isRight }) => isRight === false);
  if (wrong === undefined) return;
  throw new LocalError(
    `the account is not as it must be after the answers: ${wrong.text}; the table says where`,
  );
}

/** What an interrupted step fails with says nothing: it was ended. */
function unlessInterrupted(error: unknown, state: string): unknown {
  return interruption.work.aborted ? new LocalError(`interrupted: ${state}`) : error;
}

function writeError({ message, details }: LocalError): void {
  process.stderr.write(`${details === undefined ? '' : `\n${details}\n`}\nlocal run: ${message}\n`);
}
