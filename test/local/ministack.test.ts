import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { rememberAccount, stopKeptAccounts } from '../../local/kept-accounts.ts';
import { LocalError } from '../../local/local-error.ts';
import { isHealthy, startMiniStack } from '../../local/ministack.ts';
import { writeFakePython } from './fake-python.ts';

describe('MiniStack', () => {
  let root = '';
  let python = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'deploytime-ministack-'));
    python = await writeFakePython(root, true);
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('leaves no process and no folder behind, even where a function ignores its end', async () => {
    const folder = join(root, 'run');
    const ministack = await startMiniStack({ folder, python });
    const child = await childOf(folder);
    assert.equal(ministack.endpoint.hostname, '127.0.0.1');
    assert.equal(isRunning(child), true);
    await ministack.stop();
    assert.equal(await isHealthy(ministack.endpoint), false);
    assert.equal(await hasEnded(child), true);
    assert.equal(existsSync(folder), false);
  });

  test('says which port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await assert.rejects(startMiniStack({ folder: join(root, 'taken'), python, port }), (error) => {
      assert.ok(error instanceof LocalError);
      assert.match(error.message, new RegExp(`port ${port} can't be used .*--port`));
      return true;
    });
    server.close();
  });

  test('that does not come up shows its log', async () => {
    const folder = join(root, 'broken');
    const broken = await writeFakePython(root, false);
    await assert.rejects(startMiniStack({ folder, python: broken }), (error) => {
      assert.ok(error instanceof LocalError);
      assert.match(error.message, /did not start/);
      assert.equal(error.details, 'no module named ministack');
      return true;
    });
    assert.equal(existsSync(folder), false);
  });

  test('that is not installed is a sentence with what to run', async () => {
    await assert.rejects(
      startMiniStack({ folder: join(root, 'none'), python: join(root, 'no-python') }),
      /run node local\/setup\.mjs local/,
    );
  });

  test('that was kept is ended later, with all that belongs to it', async () => {
    const folder = join(root, 'kept');
    const register = join(root, 'register');
    const ministack = await startMiniStack({ folder, python });
    ministack.release();
    const child = await childOf(folder);
    await rememberAccount(register, { pid: ministack.pid, endpoint: ministack.endpoint.origin, folder });
    const stopped = await stopKeptAccounts(register);
    assert.deepEqual(
      stopped.map(({ endpoint }) => endpoint),
      [ministack.endpoint.origin],
    );
    assert.equal(await isHealthy(ministack.endpoint), false);
    assert.equal(await hasEnded(child), true);
    assert.equal(existsSync(folder), false);
    assert.equal(existsSync(register), false);
  });

  test('that ended by itself leaves its process id to others', async () => {
    const folder = join(root, 'gone');
    const register = join(root, 'register');
    const stranger = await startMiniStack({ folder: join(root, 'stranger'), python });
    await rememberAccount(register, { pid: stranger.pid, endpoint: 'http://127.0.0.1:1', folder });
    assert.deepEqual(await stopKeptAccounts(register), []);
    assert.equal(await isHealthy(stranger.endpoint), true);
    await stranger.stop();
  });
});

async function childOf(folder: string): Promise<number> {
  return Number(await readFile(join(folder, 'tmp', 'child.pid'), 'utf8'));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process is still there until its new parent has taken note. */
async function hasEnded(pid: number): Promise<boolean> {
  for (let look = 0; look < 200 && isRunning(pid); look += 1) {
    if ((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).includes(') Z ')) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return !isRunning(pid);
}
