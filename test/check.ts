import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runProgramStage, type StageResult } from './check/program-stage.ts';
import { runTestStage, testFiles } from './check/test-stage.ts';

/*
 * All checks of this project, one after the other: `npm test`, or `npm test -- --only unit`.
 * A stage that passes is a line; one that fails shows all of its output. It ends with the sums of all tests.
 */

interface Stage {
  readonly name: string;
  readonly title: string;
  readonly run: () => Promise<StageResult>;
  /** It deploys or installs what `npm run build` makes. */
  readonly needsBuild?: true;
}

const BUILD: Stage = {
  name: 'build',
  title: 'the package',
  run: () => runProgramStage('node', ['packaging/main.ts']),
};

const STAGES: readonly Stage[] = [
  {
    name: 'lint',
    title: 'format and lint',
    run: () => runProgramStage('biome', ['ci', '--colors=off', '.']),
  },
  { name: 'types', title: 'types', run: () => runProgramStage('tsc', ['-p', 'tsconfig.json']) },
  {
    name: 'types',
    title: 'types of the stacks',
    run: () => runProgramStage('tsc', ['-p', 'tsconfig.stacks.json']),
  },
  {
    name: 'types',
    title: 'types of the site',
    run: () => runProgramStage('tsc', ['-p', 'site/tsconfig.json']),
  },
  { name: 'unit', title: 'unit tests', run: () => compiledOnce(() => runTestStage(testFiles('unit'))) },
  {
    name: 'suites',
    title: 'suites and property tests',
    run: () => compiledOnce(() => runTestStage(testFiles('suites'))),
  },
  {
    name: 'scaling',
    title: 'scheduled scaling, case by case',
    run: () => compiledOnce(() => runTestStage(testFiles('scaling'))),
  },
  {
    name: 'templates',
    title: 'templates and bundles',
    needsBuild: true,
    // aws-cdk-lib caches fingerprints of assets in ~/.cdk, and can take one that is out of date.
    run: () => withOwnFolder('HOME', () => runTestStage(testFiles('templates'))),
  },
  {
    name: 'programs',
    title: 'set-up, local run, command line and package',
    needsBuild: true,
    run: () => runTestStage(testFiles('programs')),
  },
  {
    name: 'integration',
    title: 'integration tests',
    needsBuild: true,
    // Half of their time they wait for a server, or for the CDK CLI that looks again in 5 s.
    run: () => runTestStage(testFiles('integration'), { concurrency: availableParallelism() + 1 }),
  },
];
const NAMES = [...new Set([BUILD, ...STAGES].map(({ name }) => name))];

const isCi = process.env.CI === 'true';
const only = readOnly(process.argv.slice(2));
const started = performance.now();
const sums = { passed: 0, failed: 0, skipped: 0 };
const failedStages: string[] = [];

for (const stage of chosenStages()) {
  const stageStarted = performance.now();
  process.stdout.write(`${stage.title} … `);
  const result = await stage.run();
  const { passed, failed, skipped } = result.tests ?? { passed: 0, failed: 0, skipped: [] };
  sums.passed += passed;
  sums.failed += failed;
  sums.skipped += skipped.length;
  const isOk = result.isOk && !(isCi && skipped.length > 0);
  const counts =
    result.tests === undefined ? '' : `, ${passed} passed, ${failed} failed, ${skipped.length} skipped`;
  process.stdout.write(`${isOk ? 'ok' : 'FAILED'}${counts} (${seconds(stageStarted)})\n`);
  for (const reason of skipped) process.stdout.write(`  skipped: ${reason}\n`);
  if (isOk) continue;
  failedStages.push(stage.title);
  if (!result.isOk) process.stdout.write(`\n${result.output.trimEnd()}\n\n`);
  else process.stdout.write('  with CI=true nothing may be skipped\n');
}

if (failedStages.length > 0) {
  process.exitCode = 1;
  process.stdout.write(`\nfailed: ${failedStages.join(', ')}\n`);
}
process.stdout.write(`\nThe whole took ${seconds(started)}.\n`);
// Alone on its line: whoever reads results by machine looks for it.
process.stdout.write(`${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped\n`);

/** What is built comes first: nothing is tried that is older than its source. */
function chosenStages(): readonly Stage[] {
  const chosen = STAGES.filter(({ name }) => only.length === 0 || only.includes(name));
  const builds = only.includes(BUILD.name) || chosen.some(({ needsBuild }) => needsBuild === true);
  return builds ? [BUILD, ...chosen] : chosen;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function readOnly(args: readonly string[]): readonly string[] {
  const { only: names } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true, default: [] } },
  }).values;
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown === undefined) return names;
  process.stderr.write(`--only ${unknown}: there is no such stage; there are ${NAMES.join(', ')}\n`);
  process.exit(1);
}

/** Each test file is a process of its own: what one of them has compiled the others need not, a fifth of their time. */
function compiledOnce<T>(work: () => Promise<T>): Promise<T> {
  return withOwnFolder('NODE_COMPILE_CACHE', work);
}

/** Does the work while a variable of this process, and of those that it starts, names an empty folder, which goes with it. */
async function withOwnFolder<T>(variable: 'HOME' | 'NODE_COMPILE_CACHE', work: () => Promise<T>): Promise<T> {
  const { [variable]: before } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'deploytime-check-'));
  process.env[variable] = folder;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}
