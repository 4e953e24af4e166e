import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { functionEnvironment } from '../../local/runtime/function-configuration.ts';
import { SERVICE_FUNCTION_NAMES, serviceFunction } from '../../local/runtime/service-function.ts';
import { bundleOf } from '../support/lambda/bundles.ts';
import { type Bench, median, tableOf } from './bench.ts';

/** One program that is started again and again. */
interface Subject {
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Whole processes, from their start to their end. */
  readonly wallMs: number[];
  /** User and system time of each whole process: what other programs do meanwhile hardly counts. */
  readonly cpuMs: number[];
}

/** Processes of each program: enough for a median that stays within a few percent on a busy machine. */
const RUNS = 25;
const BYTES_PER_KB = 1000;
const MICROSECONDS_PER_MS = 1000;
/** It takes the time that its own process has used so far, at the very end. */
const PROGRAM = `
  process.once('exit', () => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(String(user + system));
  });
  await import(process.argv[1]);
`;

const run = promisify(execFile);

/** What each function's code weighs, and what its load costs beside a module that is empty. */
export const bench: Bench = {
  name: 'bundle-load',
  run: async (report) => {
    const emptyFolder = await mkdtemp(join(tmpdir(), 'deploytime-empty-'));
    try {
      await writeFile(join(emptyFolder, 'index.mjs'), 'export const handler = async () => {};\n');
      const empty = await subjectOf('an empty module', emptyFolder);
      const bundles = await Promise.all(
        SERVICE_FUNCTION_NAMES.map(async (name) => subjectOf(name, await bundleOf(name))),
      );
      const subjects = [empty, ...bundles];
      // Alternating, so that whatever slows the machine down slows all of them.
      for (let round = 0; round < RUNS; round += 1) {
        for (const subject of subjects) await measureLoad(subject);
      }
      report(`medians of ${RUNS} processes each, alternating`);
      const heading = ['', 'KB', 'gzip KB', 'wall ms', 'ratio', 'CPU ms', 'ratio'];
      for (const line of tableOf([heading, ...subjects.map((subject) => row(subject, empty))])) report(line);
    } finally {
      await rm(emptyFolder, { recursive: true, force: true });
    }
  },
};

async function subjectOf(name: string, folder: string): Promise<Subject> {
  const content = await readFile(join(folder, 'index.mjs'));
  return {
    name,
    folder,
    bytes: content.length,
    gzipBytes: gzipSync(content).length,
    wallMs: [],
    cpuMs: [],
  };
}

async function measureLoad({ folder, wallMs, cpuMs }: Subject): Promise<void> {
  // The same environment for all: the empty module does not look at it.
  const configuration = serviceFunction('ecr-image', folder, {
    region: 'us-east-1',
    accountId: '111122223333',
    responseEndpoint: new URL('http://127.0.0.1:1'),
  });
  const started = performance.now();
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, pathToFileURL(join(folder, 'index.mjs')).href],
    { cwd: folder, env: functionEnvironment(configuration, '127.0.0.1:1', 'bench') },
  );
  wallMs.push(performance.now() - started);
  cpuMs.push(Number(stdout) / MICROSECONDS_PER_MS);
}

function row(subject: Subject, empty: Subject): string[] {
  const ratio = (of: (subject: Subject) => readonly number[]) =>
    (median(of(subject)) / median(of(empty))).toFixed(1);
  return [
    subject.name,
    (subject.bytes / BYTES_PER_KB).toFixed(0),
    (subject.gzipBytes / BYTES_PER_KB).toFixed(0),
    median(subject.wallMs).toFixed(0),
    ratio(({ wallMs }) => wallMs),
    median(subject.cpuMs).toFixed(0),
    ratio(({ cpuMs }) => cpuMs),
  ];
}
