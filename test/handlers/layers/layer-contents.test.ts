import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, type TestContext, test } from 'node:test';
import { parseLayerVersionArn } from '../../../handlers/layers/arn.ts';
import { parseExclusion } from '../../../handlers/layers/exclusion.ts';
import { DownloadedContents, hashOfExclusion } from '../../../handlers/layers/layer-contents.ts';
import type { LayerStore, LayerVersion } from '../../../handlers/layers/layer-store.ts';
import { LAYER_LIMITS } from '../../../handlers/layers/limits.ts';
import { Outbound, type OutboundRules } from '../../../handlers/network/outbound.ts';
import { SYSTEM_TIMING } from '../../../handlers/registry/retry-policy.ts';
import {
  type ArchiveFault,
  type ArchiveHost,
  startArchiveHost,
} from '../../support/layers-api/archive-host.ts';
import { layerArchive } from '../../support/layers-api/layer-archive.ts';
import { LayerShelf, type ShelvedVersion } from '../../support/layers-api/layer-shelf.ts';

const NEVER = new AbortController().signal;
const NOTHING = parseExclusion();
/** Incompressible, so that it comes in many chunks. */
const FILES = {
  'lib/data': Buffer.from(Array.from({ length: 400_000 }, (_, index) => (index * 7919) % 251)),
};

describe('The content of a layer version', () => {
  test('is the same for every build of the same files', async (context) => {
    const { contents, publish } = await setUp(context);
    const one = await contents.fingerprintOf(await publish(), NOTHING, NEVER);
    const rebuilt = await layerArchive(FILES, { builtAt: new Date('2026-06-01'), compress: false });
    const two = await contents.fingerprintOf(await publish(rebuilt), NOTHING, NEVER);
    assert.equal(one, two);
    assert.match(one, /^[0-9a-f]{64}$/);
  });

  test('leaves nothing in the temporary storage', async (context) => {
    const { contents, publish, host } = await setUp(context);
    await contents.fingerprintOf(await publish(), NOTHING, NEVER);
    const version = await publish(await layerArchive({ a: '2' }));
    host.fail({ kind: 'status', status: 501 });
    await assert.rejects(contents.fingerprintOf(version, NOTHING, NEVER));
    assert.deepEqual(leftovers(), []);
  });

  const PASSING: Readonly<Record<string, { fault: ArchiveFault; times: number }>> = {
    'a connection that is reset': { fault: { kind: 'reset' }, times: 3 },
    'a content that stalls': { fault: { kind: 'stall' }, times: 1 },
    'S3 that asks to slow down': { fault: { kind: 'status', status: 503, code: 'SlowDown' }, times: 3 },
    'a fault of S3': { fault: { kind: 'status', status: 500 }, times: 3 },
    'a content that is cut': { fault: { kind: 'cut' }, times: 1 },
    'a content that is too long': { fault: { kind: 'too long' }, times: 1 },
    'a content that is another': { fault: { kind: 'flipped bit' }, times: 1 },
  };
  for (const [what, { fault, times }] of Object.entries(PASSING)) {
    test(`is read in spite of ${what}, from a fresh location each time`, async (context) => {
      const { contents, publish, host, located } = await setUp(context);
      host.fail(fault, times);
      await contents.fingerprintOf(await publish(), NOTHING, NEVER);
      assert.equal(host.requests.length, times + 1);
      assert.equal(located(), times);
      assert.deepEqual(leftovers(), []);
    });
  }

  test('is read from a fresh location where the one given has expired', async (context) => {
    const { contents, publish, host, located } = await setUp(context);
    const version = await publish();
    host.expire();
    await contents.fingerprintOf(version, NOTHING, NEVER);
    assert.deepEqual(
      host.requests.map(({ status }) => status),
      [403, 200],
    );
    assert.equal(located(), 1);
  });

  const FINAL: Readonly<
    Record<string, { fault: ArchiveFault; tries: number; code: string; message: RegExp }>
  > = {
    'the connection is reset again and again': {
      fault: { kind: 'reset' },
      tries: 4,
      code: 'NetworkFailure',
      message:
        /could not be downloaded: the connection was (closed|reset) \(awslambda-.*\) \(tried 4 times\)$/,
    },
    'S3 denies it': {
      fault: { kind: 'status', status: 403, code: 'AccessDenied' },
      tries: 4,
      code: 'AccessDenied',
      message: /answered HTTP status 403, AccessDenied/,
    },
    'S3 goes on asking to slow down': {
      fault: { kind: 'status', status: 503, code: 'SlowDown' },
      tries: 4,
      code: 'Throttling',
      message: /answered HTTP status 503, SlowDown \(tried 4 times\)$/,
    },
    'there is no such object': {
      fault: { kind: 'status', status: 404, code: 'NoSuchKey' },
      tries: 1,
      code: 'GeneralServiceException',
      message: /answered HTTP status 404, NoSuchKey$/,
    },
    'it is redirected, which is not followed': {
      fault: { kind: 'redirect', to: 'http://169.254.169.254/latest/meta-data/' },
      tries: 1,
      code: 'GeneralServiceException',
      message: /answered HTTP status 307$/,
    },
    'it is cut again': {
      fault: { kind: 'cut' },
      tries: 2,
      code: 'GeneralServiceException',
      message: /it has not the \d+ bytes that Lambda tells \(tried 2 times\)$/,
    },
    'it is too long again': {
      fault: { kind: 'too long' },
      tries: 2,
      code: 'GeneralServiceException',
      message: /it has not the \d+ bytes that Lambda tells/,
    },
    'it is another again': {
      fault: { kind: 'flipped bit' },
      tries: 2,
      code: 'GeneralServiceException',
      message: /its SHA-256 is not the one that Lambda tells/,
    },
  };
  for (const [what, { fault, tries, code, message }] of Object.entries(FINAL)) {
    test(`is not had where ${what}; the error holds no secret`, async (context) => {
      const { contents, publish, host } = await setUp(context);
      host.fail(fault, 10);
      const version = await publish();
      const error = await failureOf(() => contents.fingerprintOf(version, NOTHING, NEVER));
      assert.equal((error as { code?: string }).code, code);
      assert.match(error.message, /^The archive of arn:aws:lambda:us-east-1:111122223333:layer:shop:1 /);
      assert.match(error.message, message);
      assert.equal(host.requests.length, tries);
      const told = `${error.message} ${error.stack} ${JSON.stringify(error.cause)}`;
      assert.ok(host.secrets.every((secret) => !told.includes(secret)));
      assert.deepEqual(leftovers(), []);
    });
  }

  test('that was deleted before another try is not there', async (context) => {
    const { contents, publish, host, shelf } = await setUp(context);
    const version = await publish();
    shelf.removeLayer('shop');
    host.fail({ kind: 'reset' });
    await assert.rejects(contents.fingerprintOf(version, NOTHING, NEVER), {
      code: 'NotFound',
      message: /was deleted while its content was read$/,
    });
  });

  test('that is no zip is told with the name of the version', async (context) => {
    const { contents, publish } = await setUp(context);
    const version = await publish(Buffer.from('no zip at all'));
    await assert.rejects(contents.fingerprintOf(version, NOTHING, NEVER), {
      code: 'InvalidRequest',
      message: /^arn:aws:lambda:us-east-1:111122223333:layer:shop:1 has no fingerprint: /,
    });
    assert.deepEqual(leftovers(), []);
  });

  test('that is too large is refused before it is downloaded', async (context) => {
    const { contents, publish, host } = await setUp(context);
    const version = { ...(await publish()), codeSizeBytes: LAYER_LIMITS.archiveBytes + 1 };
    await assert.rejects(contents.fingerprintOf(version, NOTHING, NEVER), {
      code: 'ServiceLimitExceeded',
      message: /has 314572801 bytes; 314572800 are allowed/,
    });
    assert.equal(host.requests.length, 0);
  });

  for (const [where, rules, location] of [
    ['over plain HTTP', {}, 'http://example.com/layer.zip?X-Amz-Signature=secret'],
    ['at a private address', {}, 'https://10.0.0.1/layer.zip?X-Amz-Signature=secret'],
    ['at the metadata service', {}, 'https://169.254.169.254/layer.zip?X-Amz-Signature=secret'],
    ['in another scheme', {}, 's3://layers/shop.zip'],
  ] as const) {
    test(`is not looked for ${where}`, async (context) => {
      const { contents, publish } = await setUp(context, rules);
      const version = { ...(await publish()), location: new URL(location) };
      const error = await failureOf(() => contents.fingerprintOf(version, NOTHING, NEVER));
      assert.equal((error as { code?: string }).code, 'InvalidRequest');
      assert.doesNotMatch(error.message, /secret/);
      assert.deepEqual(leftovers(), []);
    });
  }
});

describe('Contents that were seen', () => {
  test('are not downloaded again, also under another version', async (context) => {
    const { contents, publish, host } = await setUp(context);
    const one = await contents.fingerprintOf(await publish(), NOTHING, NEVER);
    assert.equal(await contents.fingerprintOf(await publish(), NOTHING, NEVER), one);
    assert.equal(host.requests.length, 1);
  });

  test('are downloaded again for another exclusion', async (context) => {
    const { contents, publish, host } = await setUp(context);
    const version = await publish();
    await contents.fingerprintOf(version, NOTHING, NEVER);
    await contents.fingerprintOf(version, parseExclusion(['*.md']), NEVER);
    assert.equal(host.requests.length, 2);
  });

  test('are kept up to a bound, the latest of them', async (context) => {
    const { contents, publish, host } = await setUp(context);
    const version = await publish(await layerArchive({ a: '1' }));
    const patterns = Array.from({ length: 101 }, (_, number) => parseExclusion([`never-${number}`]));
    for (const exclusion of patterns) await contents.fingerprintOf(version, exclusion, NEVER);
    assert.equal(host.requests.length, 101);
    await contents.fingerprintOf(version, patterns[100] ?? NOTHING, NEVER);
    assert.equal(host.requests.length, 101);
    await contents.fingerprintOf(version, patterns[0] ?? NOTHING, NEVER);
    assert.equal(host.requests.length, 102);
  });

  test('are not what a failure leaves', async (context) => {
    const { contents, publish, host } = await setUp(context);
    const version = await publish();
    host.fail({ kind: 'status', status: 404 });
    await assert.rejects(contents.fingerprintOf(version, NOTHING, NEVER));
    await contents.fingerprintOf(version, NOTHING, NEVER);
    assert.equal(host.requests.length, 2);
  });
});

describe('Requests for the same content', () => {
  test('share one download', async (context) => {
    const { contents, publish, host } = await setUp(context);
    const version = await publish();
    const hold = host.hold();
    const requests = [1, 2, 3].map(() => contents.fingerprintOf(version, NOTHING, NEVER));
    await hold.reached;
    hold.release();
    const fingerprints = await Promise.all(requests);
    assert.equal(new Set(fingerprints).size, 1);
    assert.equal(host.requests.length, 1);
  });

  test('go on where the one that began has to end', async (context) => {
    const { contents, publish, host } = await setUp(context);
    const version = await publish();
    const hold = host.hold();
    const first = new AbortController();
    const reason = new Error('the deadline of the first');
    const ended = assert.rejects(contents.fingerprintOf(version, NOTHING, first.signal), reason);
    const second = contents.fingerprintOf(version, NOTHING, NEVER);
    await hold.reached;
    first.abort(reason);
    await ended;
    hold.release();
    assert.match(await second, /^[0-9a-f]{64}$/);
    assert.equal(host.requests.length, 1);
  });

  test('end together with the last of them, which leaves nothing', async (context) => {
    const { contents, publish, host } = await setUp(context);
    const version = await publish();
    host.fail({ kind: 'stall' });
    const controller = new AbortController();
    const reason = new Error('the deadline');
    const request = contents.fingerprintOf(version, NOTHING, controller.signal);
    const ended = assert.rejects(request, reason);
    while (host.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(leftovers().length, 1);
    controller.abort(reason);
    await ended;
    while (leftovers().length > 0) await new Promise((resolve) => setImmediate(resolve));
    // And the next one begins anew.
    assert.match(await contents.fingerprintOf(version, NOTHING, NEVER), /^[0-9a-f]{64}$/);
  });
});

describe('The hash of an exclusion', () => {
  test('sees which patterns there are, not their order or number', () => {
    const hash = (patterns: readonly string[]) => hashOfExclusion(parseExclusion(patterns));
    assert.equal(hash(['*.md', '*.txt']), hash(['*.txt', '*.md', '*.txt']));
    assert.notEqual(hash(['*.md']), hash([]));
    assert.notEqual(hash(['a', 'b']), hash(['a,b']));
    assert.match(hash([]), /^[0-9a-f]{12}$/);
  });
});

interface Stage {
  readonly contents: DownloadedContents;
  readonly host: ArchiveHost;
  readonly shelf: LayerShelf;
  /** Publishes an archive and tells it as Lambda does. Default: one of FILES. */
  readonly publish: (archive?: Buffer) => Promise<LayerVersion>;
  /** How often a version was asked for. */
  readonly located: () => number;
}

async function setUp(context: TestContext, rules?: OutboundRules): Promise<Stage> {
  const shelf = new LayerShelf({ accountId: '111122223333', region: 'us-east-1' });
  const host = await startArchiveHost({ region: 'us-east-1' });
  const redirectedHosts = new Map([[host.host, new URL(host.origin)]]);
  const outbound = new Outbound(rules ?? { redirectedHosts }, { idleMs: 300 });
  context.after(async () => {
    await outbound.close();
    await host.close();
    assert.deepEqual(host.violations, []);
  });
  let located = 0;
  const store: LayerStore = {
    findNewest: () => assert.fail('Contents are of a version'),
    findVersion: async (arn) => {
      located += 1;
      const found = shelf.find(shelf.arnOf(`${arn.layerName}:${arn.version}`));
      return found && describeVersion(host, found);
    },
  };
  const timing = { ...SYSTEM_TIMING, sleep: async () => {} };
  return {
    contents: new DownloadedContents({ store, outbound, timing }),
    host,
    shelf,
    publish: async (archive) =>
      describeVersion(host, shelf.publish('shop', archive ?? (await layerArchive(FILES)))),
    located: () => located,
  };
}

function describeVersion(host: ArchiveHost, version: ShelvedVersion): LayerVersion {
  const arn = parseLayerVersionArn(version.arn);
  assert.ok(arn);
  return {
    arn,
    codeSha256: version.codeSha256,
    codeSizeBytes: version.archive.length,
    location: new URL(host.issue(version)),
  };
}

/** What this process has in the temporary storage. */
function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`deploytime-layer-${process.pid}-`));
}

async function failureOf(work: () => Promise<unknown>): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  return assert.fail('It did not fail');
}
