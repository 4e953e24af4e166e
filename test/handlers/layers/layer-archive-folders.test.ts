import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ArchiveFolders } from '../../../handlers/layers/layer-archive-folders.ts';
import { unprivileged } from '../../support/unprivileged.ts';

describe('A folder for an archive', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'deploytime-folders-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test("is its work's alone, and gone with it", async () => {
    const folders = new ArchiveFolders(root);
    const used = await Promise.all(
      [1, 2].map(() =>
        folders.use(async (file) => {
          assert.equal((await stat(dirname(file))).mode & 0o777, 0o700);
          await writeFile(file, 'zip');
          return file;
        }),
      ),
    );
    assert.notEqual(used[0], used[1]);
    assert.deepEqual(await readdir(root), []);
  });

  test('is gone where its work fails', async () => {
    const failure = new Error('no');
    const work = async (file: string) => {
      await writeFile(file, 'zip');
      throw failure;
    };
    await assert.rejects(new ArchiveFolders(root).use(work), failure);
    assert.deepEqual(await readdir(root), []);
  });

  test('takes the place of what processes left that are no more, and spares those of others', async () => {
    const { pid: ended } = spawnSync(process.execPath, ['--version']);
    const names = [
      `deploytime-layer-${ended}-left`,
      // Lambda starts a process anew under the number that the last one had.
      `deploytime-layer-${process.pid}-left`,
      `deploytime-layer-${process.ppid}-running`,
      'deploytime-layer-notes',
      'somebody-elses',
    ];
    for (const name of names) await mkdir(join(root, name));
    await new ArchiveFolders(root).use(async (file) => assert.ok(existsSync(dirname(file))));
    assert.deepEqual((await readdir(root)).sort(), names.slice(2).sort());
    // Only once in a process: from then on it is its own folders that have its number.
    await mkdir(join(root, names[1] ?? ''));
    await new ArchiveFolders(root).use(async () => {});
    assert.ok(existsSync(join(root, names[1] ?? '')));
  });

  test('is made beside what may not be removed', async () => {
    const { pid: ended } = spawnSync(process.execPath, ['--version']);
    const left = join(root, `deploytime-layer-${ended}-left`);
    await mkdir(left);
    await writeFile(join(left, 'layer.zip'), 'zip');
    await chmod(left, 0o500);
    await chmod(root, 0o1777);
    try {
      await unprivileged(() =>
        new ArchiveFolders(root).use(async (file) => assert.ok(existsSync(dirname(file)))),
      );
      assert.ok(existsSync(join(left, 'layer.zip')));
    } finally {
      await chmod(left, 0o700);
    }
  });
});
