import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { startServerProcess } from './server-process.ts';

/** Says where it listens, and answers with its folder. */
const SERVER = `
  const server = require('node:http').createServer((request, response) => response.end(process.cwd()));
  server.listen(0, '127.0.0.1', () => console.error('listening on 127.0.0.1:' + server.address().port));
`;
const READY = /^listening on (127\.0\.0\.1:\d+)$/;

describe('a server in a process of its own', () => {
  test('is up when it says so, and stop() leaves neither process nor folder', async () => {
    const { address, pid, stop } = await startServerProcess({
      program: process.execPath,
      prepare: () => ['--eval', SERVER],
      ready: READY,
    });
    const folder = await (await fetch(`http://${address}/`)).text();
    assert.ok(existsSync(folder));
    await stop();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.ok(!existsSync(folder));
  });

  test('that ends at once is told with its log, and leaves no folder', async () => {
    let used = '';
    const starting = startServerProcess({
      program: process.execPath,
      prepare: (folder) => {
        used = folder;
        return ['--eval', 'console.error("no configuration"); process.exitCode = 1'];
      },
      ready: READY,
    });
    await assert.rejects(starting, /did not start:\nno configuration$/);
    assert.ok(used !== '' && !existsSync(used));
  });

  test('that is no program is told too', async () => {
    const starting = startServerProcess({ program: '/no/such/program', prepare: () => [], ready: READY });
    await assert.rejects(starting, /program did not start/);
  });
});
