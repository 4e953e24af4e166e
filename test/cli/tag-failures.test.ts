import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type CommandEnd, runCommand } from './command.ts';
import { PARAMETER, REPOSITORY, type ReleaseWorld, startReleaseWorld } from './release-world.ts';

let world: ReleaseWorld;
beforeEach(async () => {
  world = await startReleaseWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  assert.deepEqual([...world.ecr.violations, ...world.ssm.violations], []);
});

describe('AWS', () => {
  test('that refuses is an error of access, with the permission that is needed', async () => {
    world.push('v1', 1);
    world.ecr.fail({ code: 'AccessDeniedException' });
    const { exitCode, stderr } = await world.tag('v1');
    assert.equal(exitCode, 5);
    assert.match(
      stderr,
      /^deploytime: ECR in us-east-1 refused to describe an image of the repository team\/app; ecr:DescribeImages on it is needed \(AccessDeniedException: .*\)\n$/,
    );
  });

  test('that may not be written to is an error of access', async () => {
    world.push('v1', 1);
    world.ssm.fail({ code: 'AccessDeniedException', action: 'PutParameter' });
    const { exitCode, stderr } = await world.tag('v1', '--tags', 'a=b');
    assert.equal(exitCode, 5);
    assert.match(stderr, /; ssm:PutParameter and ssm:AddTagsToResource on it is needed/);
  });

  test('is not asked without credentials', async () => {
    const { AWS_ACCESS_KEY_ID: _, ...environment } = world.environment;
    const end = await runCommand(['tag', 'v1', '--parameter', PARAMETER, '--repository', REPOSITORY], {
      environment,
    });
    assert.equal(end.exitCode, 5);
    assert.match(
      end.stderr,
      /^deploytime: There are no AWS credentials to read the parameter \/app\/tag with; log in/,
    );
  });

  test('is not asked without a Region', async () => {
    const { AWS_REGION: _, ...environment } = world.environment;
    const args = ['tag', 'v1', '--parameter', PARAMETER, '--repository', REPOSITORY];
    assertFailed(
      await runCommand(args, { environment }),
      2,
      'No Region is set: give --region, or set AWS_REGION or a profile that has one',
    );
    world.push('v1', 1);
    assert.equal((await runCommand([...args, '--region', 'us-east-1'], { environment })).exitCode, 0);
    const byDefault = { ...environment, AWS_DEFAULT_REGION: 'us-east-1' };
    assert.equal((await runCommand(args, { environment: byDefault })).exitCode, 0);
  });

  test('is asked with the Region and the credentials of a profile', async () => {
    const { AWS_ENDPOINT_URL_ECR = '', AWS_ENDPOINT_URL_SSM = '' } = world.environment;
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-profile-'));
    try {
      const file = join(folder, 'config');
      const lines = ['region = us-east-1', 'aws_access_key_id = test', 'aws_secret_access_key = test'];
      await writeFile(file, `[profile shop]\n${lines.join('\n')}\n`);
      const environment = { AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL_SSM, AWS_CONFIG_FILE: file };
      world.push('v1', 1);
      const args = ['tag', 'v1', '--parameter', PARAMETER, '--repository', REPOSITORY, '--profile'];
      const { exitCode, stderr } = await runCommand([...args, 'shop'], { environment });
      assert.deepEqual([exitCode, stderr], [0, '']);
      assert.equal(
        (await runCommand([...args, 'nobody', '--region', 'us-east-1'], { environment })).exitCode,
        5,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('that throttles is asked again, up to a bound', async () => {
    world.push('v1', 1);
    world.ssm.fail({ code: 'ThrottlingException', action: 'GetParameter' });
    assert.equal((await world.tag('v1')).exitCode, 0);
    world.ssm.fail({ code: 'ThrottlingException', times: 100 });
    const environment = { ...world.environment, AWS_MAX_ATTEMPTS: '2' };
    const args = ['tag', 'v1', '--parameter', PARAMETER, '--repository', REPOSITORY];
    const before = world.ssm.calls.length;
    const { exitCode, stderr } = await runCommand(args, { environment });
    assert.equal(exitCode, 7);
    assert.match(
      stderr,
      /^deploytime: SSM in us-east-1 asked to slow down until the last try to read the parameter/,
    );
    assert.equal(world.ssm.calls.length - before, 2);
  });

  test('that is out of order or not reached is neither our fault nor the pipeline’s', async () => {
    const environment = { ...world.environment, AWS_MAX_ATTEMPTS: '1' };
    const args = ['tag', 'v1', '--parameter', PARAMETER, '--repository', REPOSITORY];
    world.ssm.fail({ code: 'InternalServerError' });
    const broken = await runCommand(args, { environment });
    assert.equal(broken.exitCode, 7);
    assert.match(
      broken.stderr,
      /SSM in us-east-1 was out of order and could not read the parameter \/app\/tag/,
    );
    await world.ssm.close();
    const gone = await runCommand(args, { environment });
    assert.equal(gone.exitCode, 7);
    assert.match(
      gone.stderr,
      /SSM in us-east-1 was not reached to read the parameter \/app\/tag \(ECONNREFUSED/,
    );
  });

  test('that says what nobody knows is unexpected', async () => {
    world.push('v1', 1);
    world.ecr.fail({ code: 'TeapotException' });
    const { exitCode, stderr } = await world.tag('v1');
    assert.equal(exitCode, 1);
    assert.match(stderr, /ECR in us-east-1 refused to describe an image .*TeapotException/);
  });
});

describe('somebody who interrupts', () => {
  for (const [name, exitCode, sentence] of [
    ['SIGINT', 130, 'Interrupted'],
    ['SIGTERM', 143, 'Ended by SIGTERM'],
  ] as const) {
    test(`${name} ends the wait with ${exitCode}, and nothing is written`, async () => {
      const end = await runCommand(['tag', 'v1', '--parameter', PARAMETER, '--repository', REPOSITORY], {
        environment: world.environment,
        // The first look is answered: now it waits.
        onStart: (child) => world.ecr.before('DescribeImages', () => child.kill(name)),
      });
      assertFailed(end, exitCode, sentence);
      assert.equal(world.value(), undefined);
    });
  }

  test('while the parameter is written, is told that it may have been', async () => {
    world.push('v1', 1);
    const end = await runCommand(['tag', 'v1', '--parameter', PARAMETER, '--repository', REPOSITORY], {
      environment: world.environment,
      onStart: (child) =>
        world.ssm.before('PutParameter', async () => {
          child.kill('SIGINT');
          await child.ended;
        }),
    });
    assertFailed(end, 130, 'Interrupted while the parameter /app/tag was written: look whether it was');
  });
});

function assertFailed(end: CommandEnd, exitCode: number, sentence: string): void {
  assert.deepEqual(end, { exitCode, stdout: '', stderr: `deploytime: ${sentence}\n` });
}
