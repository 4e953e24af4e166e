import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec, type TestEvent } from 'node:test/reporters';
import type { StageResult } from './program-stage.ts';

/** What came of a stage's tests; suites don't count. */
export interface TestSums {
  readonly passed: number;
  readonly failed: number;
  /** Each skipped test by name, with its reason. */
  readonly skipped: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', '..');
/** Which tests are no unit tests, by their paths. */
const KINDS = {
  /** Whole lives, every fault and arbitrary input: many cases each. */
  suites:
    /(?:^|[/-])(?:lifecycle|rollback|any-event|any-observation|croner|differential|every-small-cluster|faults|forecast-truth|interruption|oracle|settling|storm)\.test\.ts$|\/resources\/scheduled-scaling[^/]*$/,
  /** They load the CDK. */
  templates: /^test\/stacks\//,
  /** They start programs, ours or compilers and linters, or look at what these have built. */
  programs: /^test\/(?:local|cli|packaging|placeholder|docs\/code-blocks)/,
  /** Thousands of cases of scheduled scaling on a simulator, and what the simulator itself is held by. */
  scaling:
    /^test\/(?:scaling|support\/(?:scaling|documentdb-api|ecs-api|scheduler-api)|handlers\/scaling\/targets)\//,
  /** They need real servers. */
  integration: /^test\/integration\//,
} as const;
/** The longest that one file's tests may take: one that hangs is ended, and the stage goes on to its end. */
const FILE_LIMIT_MS = 8 * 60 * 1000;

/** The test files of a stage; every file that is of no other kind is a unit test. */
export function testFiles(stage: 'unit' | keyof typeof KINDS): string[] {
  return globSync('test/**/*.test.ts', { cwd: ROOT })
    .filter((file) => kindOf(file) === stage)
    .sort();
}

function kindOf(file: string): 'unit' | keyof typeof KINDS {
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
  return kinds.findLast((kind) => KINDS[kind].test(file)) ?? 'unit';
}

/**
 * Runs test files, each in its own process; passes where at least one test ran and none failed.
 * @param options.concurrency How many files at once. Default: one a core.
 */
export async function runTestStage(
  files: readonly string[],
  { concurrency = availableParallelism() }: { readonly concurrency?: number } = {},
): Promise<StageResult> {
  const events: TestEvent[] = [];
  const stream = run({
    files: files.map((file) => join(ROOT, file)),
    cwd: ROOT,
    concurrency,
    timeout: FILE_LIMIT_MS,
  });
  for await (const event of stream) events.push(event as TestEvent);
  const tests = sumsOf(events);
  let output = '';
  for await (const part of Readable.from(events).compose(spec)) output += part;
  const empty = events.flatMap((event) =>
    event.type === 'test:pass' && isFile(event.data) ? [event.data.name] : [],
  );
  if (empty.length > 0) output += `\nno test in ${empty.join(', ')}\n`;
  return { isOk: tests.failed === 0 && tests.passed > 0, output, tests };
}

/**
 * Counts the ends of tests. A file counts as a failed test where its process fails, and where it holds no test at
 * all; one marked `todo` counts as skipped.
 */
export function sumsOf(events: readonly TestEvent[]): TestSums {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  for (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A suite fails by its tests, which are counted, unless it is its own hook that failed.
    if (data.details.type === 'suite' && !(type === 'test:fail' && isOwnFailure(data.details.error)))
      continue;
    if (data.todo !== undefined)
      skipped.push(nameWithReason(data.name, data.todo === true ? 'todo' : data.todo));
    else if (type === 'test:fail' || isFile(data)) failed += 1;
    else if (data.skip !== undefined) skipped.push(nameWithReason(data.name, data.skip));
    else passed += 1;
  }
  return { passed, failed, skipped: skipped.sort() };
}

/** A file is reported by its own name only where it failed or had no tests. */
function isFile({ name, file }: { readonly name: string; readonly file?: string | undefined }): boolean {
  return name === file;
}

function isOwnFailure(error: unknown): boolean {
  return error instanceof Error && 'failureType' in error && error.failureType !== 'subtestsFailed';
}

function nameWithReason(name: string, skip: string | boolean): string {
  return typeof skip === 'string' && skip !== '' ? `${name} (${skip})` : name;
}
