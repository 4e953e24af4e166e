import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { LocalError } from '../../local/local-error.ts';
import { isHealthy, startMiniStack } from '../../local/ministack.ts';
import { childOf, hasEnded, isRunning, writeFakePython } from './fake-python.ts';

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
});
