import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { parseLayerVersionArn } from '../../../handlers/layers/arn.ts';
import { downloadArchive } from '../../../handlers/layers/layer-download.ts';
import type { LayerVersion } from '../../../handlers/layers/layer-store.ts';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { type ArchiveHost, startArchiveHost } from '../../support/layers-api/archive-host.ts';
import { LayerShelf } from '../../support/layers-api/layer-shelf.ts';

const NEVER = new AbortController().signal;
const ARCHIVE = Buffer.alloc(3_000_000, 'an archive, for all that a download knows of it; ');

describe('A download of an archive', () => {
  test('writes it to a file that nobody else may read', async (context) => {
    const { outbound, version, file } = await setUp(context);
    await downloadArchive({ outbound, version, file, signal: NEVER });
    assert.deepEqual(await readFile(file), ARCHIVE);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  test('writes no byte more than Lambda tells', async (context) => {
    const { outbound, version, file } = await setUp(context);
    const smaller = { ...version, codeSizeBytes: 100_000 };
    await assert.rejects(downloadArchive({ outbound, version: smaller, file, signal: NEVER }), {
      name: 'DownloadError',
      retry: 'wrong-content',
      message: /it has not the 100000 bytes that Lambda tells$/,
    });
    assert.ok((await stat(file)).size <= 100_000);
  });

  test('overwrites nothing', async (context) => {
    const { outbound, version, file } = await setUp(context);
    await downloadArchive({ outbound, version, file, signal: NEVER });
    await assert.rejects(downloadArchive({ outbound, version, file, signal: NEVER }), /EEXIST/);
  });

  test('says so where the temporary storage does not take it, and is not tried again for that', async (context) => {
    const { outbound, version, file } = await setUp(context);
    const nowhere = join(file, 'no', 'such', 'folder');
    await assert.rejects(downloadArchive({ outbound, version, file: nowhere, signal: NEVER }), {
      code: 'ServiceLimitExceeded',
      retry: 'never',
      message: /the function's temporary storage did not take its 3000000 bytes \(ENOENT\)$/,
    });
  });

  test('ends with the reason of its signal', async (context) => {
    const { outbound, version, file, host } = await setUp(context);
    host.fail({ kind: 'stall' });
    const controller = new AbortController();
    const reason = new Error('the deadline');
    const download = downloadArchive({ outbound, version, file, signal: controller.signal });
    const ended = assert.rejects(download, reason);
    while (host.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    await ended;
  });

  test('is a break where the host is not there, told with its name alone', async (context) => {
    const { outbound, version, file, host } = await setUp(context);
    await host.close();
    await assert.rejects(downloadArchive({ outbound, version, file, signal: NEVER }), {
      code: 'NetworkFailure',
      retry: 'transient',
      message: /could not be downloaded: the connection was refused \(awslambda-[^?]*, ECONNREFUSED\)$/,
    });
  });
});

async function setUp(
  context: TestContext,
): Promise<{ outbound: Outbound; version: LayerVersion; file: string; host: ArchiveHost }> {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-download-'));
  const host = await startArchiveHost({ region: 'us-east-1' });
  const outbound = new Outbound({ redirectedHosts: new Map([[host.host, new URL(host.origin)]]) });
  context.after(async () => {
    await outbound.close();
    await host.close();
    await rm(folder, { recursive: true, force: true });
    assert.deepEqual(host.violations, []);
  });
  const shelf = new LayerShelf({ accountId: '111122223333', region: 'us-east-1' });
  const published = shelf.publish('shop', ARCHIVE);
  const arn = parseLayerVersionArn(published.arn);
  assert.ok(arn);
  const { codeSha256 } = published;
  const location = new URL(host.issue(published));
  const version = { arn, codeSha256, codeSizeBytes: ARCHIVE.length, location };
  return { outbound, version, file: join(folder, 'layer.zip'), host };
}
