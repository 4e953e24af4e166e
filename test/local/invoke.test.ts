import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildImage } from '../support/images/image.ts';
import { storeImage } from '../support/images/push-image.ts';
import { startEcrApi } from '../support/registry/ecr-api.ts';
import { startInMemoryRegistry } from '../support/registry/in-memory-registry.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CREATE = join(ROOT, 'events/ecr-image/create-from-source.json');
const TIMED_OUT = join(ROOT, 'events/undelivered/timed-out.json');
/** Account, repository and release in the events. */
const ACCOUNT_ID = '000000000000';
const REGISTRY = `${ACCOUNT_ID}.dkr.ecr.us-east-1.amazonaws.com`;
const REPOSITORY = 'deploytime-example-source';

let temporary = '';
before(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'deploytime-invoke-test-'));
});
after(async () => {
  // What the runs made in here is gone again; the events of these tests are left.
  const left = (await readdir(temporary)).filter((name) => !name.endsWith('.json'));
  await rm(temporary, { recursive: true });
  assert.deepEqual(left, []);
});

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: readonly string[]) {
  return spawn(process.execPath, [join(ROOT, 'local/invoke.ts'), ...args], {
    env: { PATH: process.env.PATH ?? '', TMPDIR: temporary },
  });
}

function invoke(...args: readonly string[]): Promise<Run> {
  const child = start(...args);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout, stderr })));
}

/** An account with the source that the events name. */
async function startAccount() {
  const registry = await startInMemoryRegistry({
    ecr: true,
    names: { registry: REGISTRY, storage: 'layers.s3.us-east-1.amazonaws.com' },
  });
  const api = await startEcrApi(registry.store, { accountId: ACCOUNT_ID, tokens: registry.ecrTokens });
  registry.store.createRepository(REPOSITORY);
  const image = buildImage({ seed: 'one' });
  storeImage(registry.store, REPOSITORY, image, '1');
  return {
    digest: image.root.digest,
    options: [
      ['--endpoint', api.origin],
      ...[...registry.redirectedHosts].map(([host, base]) => ['--registry-host', `${host}=${base.href}`]),
    ].flat(),
    violations: () => [...registry.violations, ...api.violations],
    stop: () => Promise.all([registry.close(), api.close()]),
  };
}

describe('npm run invoke', () => {
  test('explains itself', async () => {
    const { status, stdout } = await invoke('--help');
    assert.equal(status, 0);
    assert.match(
      stdout,
      /ecr-image, image-tag, layer-fingerprint, scheduled-scaling, undelivered.*--endpoint URL.*--registry-host HOST=URL.*--memory MB/s,
    );
  });

  test('runs an event against an account, and shows the answer', async (context) => {
    const account = await startAccount();
    context.after(account.stop);
    const { status, stdout, stderr } = await invoke('ecr-image', CREATE, ...account.options);
    assert.equal(stderr, '');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^Create of Image \(Custom::EcrImage\)\n\nSUCCESS\nphysical id /);
    assert.match(stdout, new RegExp(`^Digest +${account.digest}$`, 'm'));
    assert.match(stdout, /^Origin +source$/m);
    assert.match(
      stdout,
      /^deploytime-ecr-image ran [\d.]+ m?s, after [\d.]+ m?s to start, with \d+ of 1024 MB$/m,
    );
    assert.doesNotMatch(stdout, /"level"/);
    assert.deepEqual(account.violations(), []);
  });

  test('tells a program in JSON, with the log where it is asked for', async () => {
    const { status, stdout } = await invoke('undelivered', TIMED_OUT, '--json', '--log', '--memory', '512');
    assert.equal(status, 0);
    const result = JSON.parse(stdout);
    assert.equal(result.function, 'deploytime-undelivered');
    assert.equal(result.answers.length, 1);
    assert.equal(result.answers[0].Status, 'FAILED');
    assert.match(result.answers[0].Reason, /Task timed out after 900\.00 seconds/);
    assert.equal(result.memoryMb, 512);
    assert.ok(result.initMs > 0 && result.durationMs > 0 && result.maxMemoryBytes > 0);
    assert.ok(result.lines.some((line: string) => line.includes('Answered FAILED')));
    assert.equal(stdout.includes('X-Amz-Date'), false);
  });

  test('ends with 1 after FAILED, and says that there is no account', async () => {
    const { status, stdout } = await invoke('ecr-image', CREATE);
    assert.equal(status, 1);
    assert.match(stdout, /^FAILED$/m);
    assert.match(stdout, /there is none: name its endpoint with --endpoint or AWS_ENDPOINT_URL/);
  });

  test("ends with 1 after the function's own refusal", async () => {
    const event = JSON.parse(await readFile(CREATE, 'utf8'));
    const file = join(temporary, 'event.json');
    await writeFile(file, JSON.stringify({ ...event, ResourceType: 'Custom::Other' }));
    const unknown = await invoke('ecr-image', file, '--timeout', '20');
    assert.equal(unknown.status, 1);
    assert.match(unknown.stdout, /FAILED\nInvalidRequest: .*Custom::Other/);
  });

  test('takes the function along when it is ended', async (context) => {
    const { promise: called, resolve: onCalled } = Promise.withResolvers<Socket>();
    const account = createServer(({ socket }) => onCalled(socket));
    await new Promise<void>((resolve) => account.listen(0, '127.0.0.1', resolve));
    context.after(() => account.close());
    const { port } = account.address() as AddressInfo;
    const child = start('ecr-image', CREATE, '--endpoint', `http://127.0.0.1:${port}`);
    const connection = await called;
    const functionIsGone = once(connection, 'close');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'close'), [143, null]);
    await functionIsGone;
  });

  test('ends with 2 and a sentence where there is nothing to run', async () => {
    const noFile = await invoke('ecr-image', 'missing.json');
    assert.deepEqual(noFile, {
      status: 2,
      stdout: '',
      stderr: 'invoke: missing.json: there is no such file; events/ has an event of each kind\n',
    });
    assert.equal((await invoke()).status, 2);
  });
});
