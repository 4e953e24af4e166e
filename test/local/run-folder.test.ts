import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isHealthy, type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { openRunFolder, type RunFolder, stopRuns } from '../../local/run-folder.ts';
import { childOf, hasEnded, writeFakePython } from './fake-python.ts';

const RUN_FOLDER = join(import.meta.dirname, '..', '..', 'local', 'run-folder.ts');

describe('the folder of a run', () => {
  let root = '';
  let python = '';
  let register = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'deploytime-runs-'));
    python = await writeFakePython(root, true);
    register = join(root, 'register');
  });
  after(() => rm(root, { recursive: true, force: true }));

  async function startIn(folder: RunFolder): Promise<MiniStack> {
    return startMiniStack({
      folder: folder.ministack,
      python,
      onSpawn: (pid, endpoint) => folder.noteAccount({ pid, endpoint: endpoint.origin }),
    });
  }

  test('goes with all that is in it, and the note too', () => {
    const folder = openRunFolder(register);
    assert.ok(existsSync(folder.cdk));
    folder.remove();
    assert.equal(existsSync(dirname(folder.cdk)), false);
    assert.equal(existsSync(register), false);
  });

  test('that was kept is ended later, with all that belongs to it', async () => {
    const folder = openRunFolder(register);
    const ministack = await startIn(folder);
    ministack.release();
    folder.keep();
    const child = await childOf(folder.ministack);
    assert.equal(existsSync(folder.cdk), false);
    const { stopped, atWork } = await stopRuns(register);
    assert.deepEqual([stopped.map(({ endpoint }) => endpoint), atWork], [[ministack.endpoint.origin], []]);
    assert.equal(await isHealthy(ministack.endpoint), false);
    assert.equal(await hasEnded(child), true);
    assert.equal(existsSync(dirname(folder.ministack)), false);
    assert.equal(existsSync(register), false);
  });

  test('of a run that was killed is found, with the account that the run left', async () => {
    const started = `
      import { startMiniStack } from ${JSON.stringify(RUN_FOLDER.replace('run-folder', 'ministack'))};
      import { openRunFolder } from ${JSON.stringify(RUN_FOLDER)};
      const folder = openRunFolder(process.env.REGISTER);
      const { endpoint } = await startMiniStack({
        folder: folder.ministack,
        python: process.env.FAKE_PYTHON,
        onSpawn: (pid, endpoint) => folder.noteAccount({ pid, endpoint: endpoint.origin }),
      });
      process.stdout.write(endpoint.origin);
      setInterval(() => {}, 1000);`;
    const run = spawn(process.execPath, ['--input-type=module', '--eval', started], {
      env: { ...process.env, TMPDIR: root, REGISTER: register, FAKE_PYTHON: python },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const endpoint = String((await run.stdout.take(1).toArray())[0]);
    assert.deepEqual(await stopRuns(register), { stopped: [], atWork: [run.pid] });
    assert.equal(await isHealthy(new URL(endpoint)), true);

    const ended = new Promise((resolve) => run.once('exit', resolve));
    run.kill('SIGKILL');
    await ended;
    const { stopped, atWork } = await stopRuns(register);
    assert.deepEqual([stopped.map((account) => account.endpoint), atWork], [[endpoint], []]);
    assert.equal(await isHealthy(new URL(endpoint)), false);
    assert.deepEqual(
      (await readdir(root)).filter((name) => name.startsWith('deploytime-local-')),
      [],
    );
  });

  test('whose account ended by itself leaves the process id to others', async () => {
    const stranger = await startMiniStack({
      folder: join(root, 'stranger'),
      python,
      onSpawn: (pid) => {
        const folder = openRunFolder(register);
        folder.noteAccount({ pid, endpoint: 'http://127.0.0.1:1' });
        folder.keep();
      },
    });
    assert.deepEqual(await stopRuns(register), { stopped: [], atWork: [] });
    assert.equal(await isHealthy(stranger.endpoint), true);
    await stranger.stop();
  });
});
