import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const MAIN = join(import.meta.dirname, '..', '..', 'local', 'main.ts');

function local(args: readonly string[], environment: Record<string, string> = {}) {
  return spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', TMPDIR: tmpdir(), ...environment },
  });
}

describe('npm run local', () => {
  test('explains itself', () => {
    const { status, stdout } = local(['--help']);
    assert.equal(status, 0);
    assert.match(stdout, /--keep.*--stop.*--port N/s);
  });

  test('ends with 1 and a sentence for an option that it does not have', () => {
    const { status, stdout, stderr } = local(['--verbose']);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      "\nlocal run: Unknown option '--verbose'; npm run local -- --help lists the options\n",
    );
  });

  test('says which endpoint does not answer, and leaves no folder', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'deploytime-main-'));
    // A port that was free a moment ago.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { status, stderr } = local([], {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_MAX_ATTEMPTS: '1',
      TMPDIR: temporary,
    });
    assert.equal(status, 1);
    assert.match(
      stderr,
      new RegExp(
        `http://127\\.0\\.0\\.1:${port} does not answer as an AWS account .*ECONNREFUSED.*: check AWS_ENDPOINT_URL`,
      ),
    );
    assert.deepEqual(await readdir(temporary), []);
    await rmdir(temporary);
  });
});
