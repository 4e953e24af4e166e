import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { buildImage } from '../support/images/image.ts';
import { buildIndex } from '../support/images/image-index.ts';
import { type CommandEnd, runCommand } from './command.ts';
import { PARAMETER, pushedAt, REPOSITORY, type ReleaseWorld, startReleaseWorld } from './release-world.ts';

let world: ReleaseWorld;
beforeEach(async () => {
  world = await startReleaseWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  assert.deepEqual([...world.ecr.violations, ...world.ssm.violations], []);
});

describe('a release', () => {
  test('creates the parameter where it is missing, with a description and the tags given', async () => {
    const digest = world.push('v1', 1);
    const end = await world.tag('v1', '--tags', 'team=shop', '--tags', 'note=a=b');
    assertDone(
      end,
      `${PARAMETER}: created with v1 (version 1), image ${digest} pushed 2026-01-01T00:00:01.000Z\n`,
    );
    assert.equal(world.value(), 'v1');
    assert.deepEqual(putCalls(), [
      {
        Name: PARAMETER,
        Value: 'v1',
        Type: 'String',
        Description: 'The image that the application released last. Written by deploytime tag',
        Tags: [
          { Key: 'team', Value: 'shop' },
          { Key: 'note', Value: 'a=b' },
        ],
      },
    ]);
  });

  test('writes the value of a newer image over the former one, and nothing else of the parameter', async () => {
    await released('v1', 1);
    const digest = world.push('v2', 2);
    assertDone(
      await world.tag('v2', '--tags', 'team=shop'),
      `${PARAMETER}: v1 → v2 (version 2), image ${digest} pushed 2026-01-01T00:00:02.000Z\n`,
    );
    assert.deepEqual(putCalls().at(-1), { Name: PARAMETER, Value: 'v2', Overwrite: true });
  });

  test('writes nothing where the value is there already', async () => {
    const digest = await released('v1', 1);
    assertDone(
      await world.tag('v1'),
      `${PARAMETER}: v1 already (version 1), image ${digest} pushed 2026-01-01T00:00:01.000Z\n`,
    );
    assert.equal(putCalls().length, 0);
  });

  test('writes nothing in a dry run', async () => {
    world.push('v1', 1);
    assert.match(
      (await world.tag('v1', '--dry-run')).stdout,
      /^\/app\/tag: would be created with v1 \(dry run: nothing was written\), /,
    );
    assert.equal(world.value(), undefined);
    await released('v0', 0);
    const { stdout, exitCode } = await world.tag('v1', '--dry-run');
    assert.match(stdout, /^\/app\/tag: v0 → v1 \(dry run: nothing was written\), /);
    assert.equal(exitCode, 0);
    assert.equal(putCalls().length, 0);
  });

  test('refuses an older image, also in a dry run, and goes back to it where that is allowed', async () => {
    world.push('v1', 1);
    await released('v2', 2);
    for (const options of [[], ['--dry-run']]) {
      assertFailed(
        await world.tag('v1', ...options),
        4,
        'v1 was pushed to team/app at 2026-01-01T00:00:01.000Z, before v2 (2026-01-01T00:00:02.000Z), which /app/tag names in version 1. --allow-older goes back to it',
      );
    }
    const end = await world.tag('v1', '--allow-older');
    assert.equal(end.exitCode, 0);
    assert.match(end.stdout, /^\/app\/tag: v2 → v1 \(version 2\), /);
    assert.equal(end.stderr, 'note: v1 is older than v2 (pushed 2026-01-01T00:00:02.000Z)\n');
    assert.equal(world.value(), 'v1');
  });

  test('goes by the digest of a pinned value, wherever its tag leads by now', async () => {
    const pinned = world.push('v1', 5);
    world.ssm.parameters.put(PARAMETER, `v1@${pinned}`);
    world.push('v1', 1, buildImage({ seed: 'another', layers: [10] }));
    world.push('v2', 3);
    assert.equal((await world.tag('v2')).exitCode, 4);
  });

  test('follows an image that is gone, without showing what the value was', async () => {
    world.remove(await released('v1', 5));
    world.push('v2', 1);
    const { stdout, stderr, exitCode } = await world.tag('v2');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^\/app\/tag: a value of 2 characters → v2 \(version 2\), /);
    assert.match(
      stderr,
      /^note: what the parameter named is not in team\/app, so ages could not be compared\n$/,
    );
  });

  test('gives the same image another name', async () => {
    const image = buildImage({ seed: 'same', layers: [10] });
    await released('v1', 1, image);
    world.push('stable', 1, image);
    const { stdout, stderr, exitCode } = await world.tag('stable');
    assert.equal(exitCode, 0);
    assert.match(stdout, /v1 → stable/);
    assert.equal(stderr, 'note: it is the same image under another name\n');
  });

  test('pins the digest that was seen, of an index its own', async () => {
    const digest = world.push('v1', 1, buildIndex({ layers: [10] }));
    assert.equal((await world.tag('v1', '--pin')).exitCode, 0);
    assert.equal(world.value(), `v1@${digest}`);
  });

  test('takes a digest, and a tag with a digest', async () => {
    const digest = world.push('v1', 1);
    assert.equal((await world.tag(digest, '--pin')).exitCode, 0);
    assert.equal(world.value(), digest);
    assert.equal((await world.tag(`v1@${digest}`)).exitCode, 0);
    assert.equal(world.value(), `v1@${digest}`);
  });

  test('refuses a tag that leads to another digest than the one named', async () => {
    const one = world.push('v1', 1);
    world.push('v1', 2, buildImage({ seed: 'another', layers: [10] }));
    assertFailed(
      await world.tag(`v1@${one}`, '--wait', '0'),
      3,
      `The repository team/app has no tag v1 that leads to ${one}. Push the image first; --wait SECONDS waits for it`,
    );
  });

  test('of an index looks for the platform named', async () => {
    world.push('v1', 1, buildIndex({ layers: [10], attestations: true }));
    assert.equal((await world.tag('v1', '--platform', 'linux/arm64')).exitCode, 0);
    const end = await world.tag('v1', '--platform', 'linux/s390x');
    assert.equal(end.exitCode, 3);
    assert.match(
      end.stderr,
      /^deploytime: The image has no variant for linux\/s390x; it has linux\/amd64, linux\/arm64. It is sha256:/,
    );
  });

  test('does not look for the platform of a single image', async () => {
    world.push('v1', 1);
    assert.equal((await world.tag('v1', '--platform', 'linux/s390x')).exitCode, 0);
    assert.ok(!world.ecr.calls.some(({ action }) => action === 'BatchGetImage'));
  });

  test('reads a repository of another registry where one is named', async () => {
    world.push('v1', 1);
    assert.equal((await world.tag('v1', '--registry-id', world.ecr.accountId)).exitCode, 0);
    const end = await world.tag('v1', '--registry-id', '999999999999');
    assert.equal(end.exitCode, 3);
    assert.match(end.stderr, /repository team\/app \(registry 999999999999\)/);
  });
});

describe('an image that is not there', () => {
  test('is waited for', async () => {
    let looks = 0;
    const pushLater = () => {
      looks += 1;
      if (looks === 2) world.push('v1', 1);
      else world.ecr.before('DescribeImages', pushLater);
    };
    world.ecr.before('DescribeImages', pushLater);
    const { exitCode, stderr } = await world.tag('v1');
    assert.equal(exitCode, 0);
    assert.equal(stderr, '', 'progress is for terminals');
    assert.equal(world.value(), 'v1');
  });

  test('is looked for once where no time is given, and nothing is written', async () => {
    assertFailed(
      await world.tag('v9', '--wait', '0'),
      3,
      'The repository team/app has no image v9. Push the image first; --wait SECONDS waits for it',
    );
    assert.equal(world.ecr.calls.length, 1);
    assert.equal(world.value(), undefined);
  });

  test('is not waited for where the repository is not there', async () => {
    const end = await runCommand(['tag', 'v1', '--parameter', PARAMETER, '--repository', 'no/such'], {
      environment: world.environment,
    });
    assert.equal(end.exitCode, 3);
    assert.match(end.stderr, /RepositoryNotFoundException: .*no\/such/);
  });
});

describe('a parameter', () => {
  test('that is a secret or a list is refused before the image is looked for', async () => {
    world.ssm.parameters.put(PARAMETER, 'hunter2', 'SecureString');
    assertFailed(
      await world.tag('v1'),
      6,
      'The parameter /app/tag is a SecureString; only a String is written. Name another parameter, or delete this one first',
    );
    assert.equal(world.ecr.calls.length, 0);
  });

  test('that holds something else is left alone and not shown', async () => {
    world.push('v1', 1);
    world.ssm.parameters.put(PARAMETER, 'postgres://user:hunter2@db');
    const end = await world.tag('v1', '--json', '--allow-older');
    assert.equal(end.exitCode, 6);
    assert.doesNotMatch(end.stdout + end.stderr, /hunter2/);
    assert.equal(putCalls().length, 0);
  });

  test('whose name SSM refuses is unusable', async () => {
    world.push('v1', 1);
    world.ssm.fail({ code: 'ParameterPatternMismatchException', action: 'PutParameter' });
    const { exitCode, stderr } = await world.tag('v1');
    assert.equal(exitCode, 6);
    assert.match(
      stderr,
      /SSM in us-east-1 refused to create the parameter \/app\/tag \(ParameterPatternMismatch/,
    );
  });

  test('that others write at the same time is written once they are done', async () => {
    await released('v1', 1);
    world.push('v2', 2);
    world.ssm.fail({ code: 'TooManyUpdates', action: 'PutParameter', times: 2 });
    assert.equal((await world.tag('v2')).exitCode, 0);
    assert.equal(world.value(), 'v2');
  });

  test('that somebody else created meanwhile is followed or not by the ages of the images', async () => {
    world.push('v1', 1);
    world.push('v2', 2);
    world.ssm.before('PutParameter', () => world.ssm.parameters.put(PARAMETER, 'v2'));
    assert.equal((await world.tag('v1')).exitCode, 4);
    assert.equal(world.value(), 'v2');
  });

  test('that somebody else wrote meanwhile gets the newer image back', async () => {
    await released('v1', 1);
    world.push('v2', 2);
    world.push('v3', 3);
    world.ssm.before('PutParameter', () => world.ssm.parameters.put(PARAMETER, 'v3'));
    const { exitCode, stderr } = await world.tag('v2');
    assert.equal(exitCode, 4);
    assert.match(stderr, /before v3 \(2026-01-01T00:00:03.000Z\), which \/app\/tag names in version 4/);
    assert.equal(world.value(), 'v3');
  });

  test('that somebody else wrote meanwhile with an older image is told', async () => {
    await released('v1', 1);
    world.push('v2', 2);
    world.push('v3', 3);
    world.ssm.before('PutParameter', () => world.ssm.parameters.put(PARAMETER, 'v2'));
    const { exitCode, stderr } = await world.tag('v3');
    assert.equal(exitCode, 0);
    assert.equal(stderr, 'note: somebody else wrote version 2 at the same time, and it was overwritten\n');
  });
});

describe('with --json', () => {
  test('stdout has one object', async () => {
    const first = world.push('v1', 1);
    const created = await world.tag('v1', '--json');
    assert.deepEqual(JSON.parse(created.stdout), {
      parameter: PARAMETER,
      repository: REPOSITORY,
      action: 'create',
      reason: 'missing',
      written: true,
      value: 'v1',
      formerValue: null,
      version: 1,
      image: {
        digest: first,
        pushedAt: pushedAt(1).toISOString(),
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
      },
      overwrittenVersion: null,
    });
    assert.equal(created.stderr, '');
    world.push('v2', 2);
    const { action, reason, formerValue, version, written } = JSON.parse(
      (await world.tag('v2', '--json', '--dry-run')).stdout,
    );
    assert.deepEqual([action, reason, formerValue, version, written], ['update', 'newer', 'v1', 1, false]);
  });

  test('an error is one object on stdout, and a sentence on stderr', async () => {
    const { stdout, stderr, exitCode } = await world.tag('v1', '--wait', '0', '--json');
    const { error } = JSON.parse(stdout);
    assert.deepEqual(error, {
      code: 'ImageNotFound',
      message: 'The repository team/app has no image v1. Push the image first; --wait SECONDS waits for it',
      exitCode: 3,
    });
    assert.equal(stderr, `deploytime: ${error.message}\n`);
    assert.equal(exitCode, 3);
  });
});

async function released(tag: string, second: number, image = buildImage({ seed: tag, layers: [10] })) {
  const digest = world.push(tag, second, image);
  world.ssm.parameters.put(PARAMETER, tag);
  return digest;
}

function putCalls(): unknown[] {
  return world.ssm.calls.filter(({ action }) => action === 'PutParameter').map(({ input }) => input);
}

function assertDone(end: CommandEnd, stdout: string): void {
  assert.deepEqual(end, { exitCode: 0, stdout, stderr: '' });
}

function assertFailed(end: CommandEnd, exitCode: number, sentence: string): void {
  assert.deepEqual(end, { exitCode, stdout: '', stderr: `deploytime: ${sentence}\n` });
}
