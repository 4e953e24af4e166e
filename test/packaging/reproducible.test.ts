import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { witness } from '../support/witness.ts';
import { copyProject } from './project-copy.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Enough for a slow machine; a build takes seconds. */
const BUILD_LIMIT_MS = 6 * 60 * 1000;
const STEP = 'Build what is published';
/** GitHub's `<owner>/<name>`, where the copies think that they are. */
const REPOSITORY = 'somebody/deploytime';

interface Manifest {
  readonly version: string;
}

interface Workflow {
  readonly jobs: {
    readonly build: { readonly steps: readonly { readonly name?: string; readonly run?: string }[] };
  };
}

/** Two people who build the same commit. */
interface Place {
  readonly folder: string;
  readonly umask: string;
  readonly modified: Date;
  readonly env: Readonly<Record<string, string>>;
}

const PLACES: readonly [Place, Place] = [
  {
    folder: 'one',
    umask: '022',
    modified: new Date('2001-02-03T04:05:06Z'),
    env: { TZ: 'UTC', LC_ALL: 'C' },
  },
  {
    folder: join('two', 'deep', 'with a space'),
    umask: '077',
    modified: new Date('2026-01-01T00:00:00Z'),
    env: { TZ: 'Pacific/Auckland', LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: '1', USER: 'somebody' },
  },
];

describe(
  'two builds of the same source by the workflow of the release, at other places, for other people and at other times',
  witness('sha256sum'),
  () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
    let scratch = '';
    const projectOf = ({ folder }: Place) => join(scratch, folder);
    const [one, two] = PLACES;

    before(async () => {
      scratch = realpathSync(mkdtempSync(join(tmpdir(), 'deploytime-reproducible-')));
      await Promise.all(PLACES.map(build));
    });
    after(() => rmSync(scratch, { recursive: true, force: true }));

    /** Runs the step of the workflow as it stands, as GitHub's runners start it. */
    async function build(place: Place): Promise<void> {
      const project = projectOf(place);
      const home = join(scratch, 'homes', place.folder);
      mkdirSync(home, { recursive: true });
      copyProject(project, { modified: place.modified, umask: Number.parseInt(place.umask, 8) });
      belongTo(REPOSITORY, join(project, 'package.json'));
      const run = `umask ${place.umask}\n${workflowStep()}`;
      await promisify(execFile)('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', run], {
        cwd: project,
        env: {
          PATH: process.env.PATH ?? '',
          HOME: home,
          npm_config_offline: 'true',
          GITHUB_REF_NAME: `v${version}`,
          GITHUB_REPOSITORY: REPOSITORY,
          ...place.env,
        },
        timeout: BUILD_LIMIT_MS,
        maxBuffer: 64 * 1024 * 1024,
      });
    }

    test('have the same files in dist/, byte by byte', () => {
      const built = digests(join(projectOf(one), 'dist'));
      for (const name of [
        'index.js',
        'cli.mjs',
        'deploytime.template.json',
        'functions/ecr-image/index.mjs',
      ]) {
        assert.ok(built.has(name), name);
      }
      assert.deepEqual(digests(join(projectOf(two), 'dist')), built);
    });

    test('publish the same files, byte by byte, the archive of the package among them', () => {
      const published = digests(join(projectOf(one), 'release'));
      assert.deepEqual(
        [...published.keys()],
        [
          'SHA256SUMS',
          'THIRD-PARTY-LICENSES.txt',
          `deploytime-${version}.tgz`,
          'deploytime.template.json',
          'sbom.cdx.json',
        ],
      );
      // Where the archives differ, `tar tvf` of both shows in what.
      assert.deepEqual(digests(join(projectOf(two), 'release')), published);
    });

    test('publish the digest of each file', () => {
      const folder = join(projectOf(one), 'release');
      const { SHA256SUMS: _, ...files } = Object.fromEntries(digests(folder));
      const told = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n');
      assert.deepEqual(Object.fromEntries(told.map((line) => line.split('  ').reverse())), files);
    });

    test('have the newest entry of the changelog as the notes', () => {
      const notes = readFileSync(join(projectOf(one), 'notes.md'), 'utf8');
      assert.match(notes, /^- /m);
      assert.doesNotMatch(notes, /^## /m);
    });

    test('name nothing of where they were made', () => {
      const dist = join(projectOf(one), 'dist');
      for (const name of digests(dist).keys()) {
        assert.equal(readFileSync(join(dist, name), 'utf8').includes(scratch), false, name);
      }
    });
  },
);

function workflowStep(): string {
  const workflow = parse(readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8')) as Workflow;
  const run = workflow.jobs.build.steps.find(({ name }) => name === STEP)?.run;
  assert.ok(run !== undefined, `release.yml has no step "${STEP}"`);
  return run;
}

/** The package names the repository that it is published from, or npm would take no provenance. */
function belongTo(repository: string, manifestPath: string): void {
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as Manifest;
  const url = `git+https://github.com/${repository}.git`;
  writeFileSync(
    manifestPath,
    `${JSON.stringify({ ...manifest, repository: { type: 'git', url } }, null, 2)}\n`,
  );
}

function digests(folder: string): Map<string, string> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}
