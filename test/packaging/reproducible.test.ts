import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { copyProject } from './project-copy.ts';

/** Enough for a slow machine; a build takes seconds. */
const PACK_LIMIT_MS = 6 * 60 * 1000;

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

describe('two builds of the same source, at other places, for other people and at other times', () => {
  let scratch = '';
  let packed: readonly { readonly dist: Map<string, string>; readonly tarball: string }[] = [];

  before(async () => {
    scratch = realpathSync(mkdtempSync(join(tmpdir(), 'deploytime-reproducible-')));
    for (const { folder, modified } of PLACES) copyProject(join(scratch, folder), modified);
    packed = await Promise.all(PLACES.map(pack));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  /** `npm pack`, which builds. */
  async function pack({ folder, umask, env }: Place) {
    const project = join(scratch, folder);
    const home = join(scratch, 'homes', folder);
    const output = join(home, 'output');
    await mkdir(output, { recursive: true });
    await promisify(execFile)(
      '/bin/sh',
      ['-c', `umask ${umask}; exec npm pack --pack-destination "$1"`, 'sh', output],
      {
        cwd: project,
        env: { PATH: process.env.PATH ?? '', HOME: home, npm_config_offline: 'true', ...env },
        timeout: PACK_LIMIT_MS,
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    const [tarball = ''] = readdirSync(output);
    return { dist: digests(join(project, 'dist')), tarball: join(output, tarball) };
  }

  test('have the same files in dist/, byte by byte', () => {
    const [one, two] = packed;
    assert.ok(one !== undefined && two !== undefined);
    assert.ok(one.dist.has('index.js') && one.dist.has('sbom.cdx.json') && one.dist.has('cli.mjs'));
    assert.deepEqual(two.dist, one.dist);
  });

  test('have the same archive, byte by byte', () => {
    const [one, two] = packed.map(({ tarball }) => readFileSync(tarball));
    assert.ok(one !== undefined && two !== undefined);
    assert.ok(one.length > 100_000);
    assert.ok(one.equals(two), 'the archives of npm pack differ; compare what tar tvf lists of each');
  });

  test('name nothing of where they were made', () => {
    const [one] = PLACES;
    const dist = join(scratch, one.folder, 'dist');
    for (const name of packed[0]?.dist.keys() ?? []) {
      assert.equal(readFileSync(join(dist, name), 'utf8').includes(scratch), false, name);
    }
  });
});

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
