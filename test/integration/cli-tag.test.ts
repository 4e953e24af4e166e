import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { GetParameterCommand, ListTagsForResourceCommand, SSMClient } from '@aws-sdk/client-ssm';
import { SsmReleaseParameter } from '../../cli/release-parameter-store.ts';
import { SYSTEM_TIMING } from '../../cli/timing.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { type CommandEnd, runCommand } from '../cli/command.ts';
import { type KnownDifferences, testReleaseParameter } from '../cli/release-parameter-suite.ts';
import { buildImage, type Image } from '../support/images/image.ts';
import { buildIndex } from '../support/images/image-index.ts';
import { pushImage } from '../support/images/push-image.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { witness } from '../support/witness.ts';

/* `deploytime tag` as a process, over two accounts that others wrote. */

const REPOSITORY = 'team/app';
const PARAMETER = '/app/tag';

interface Account {
  readonly environment: Readonly<Record<string, string>>;
  readonly ecr: ECRClient;
  readonly ssm: SSMClient;
  push(image: Image, tag: string): Promise<void>;
}

const MINISTACK_DIFFERENCES: KnownDifferences = {
  'a former version can be read': 'names with a version are unknown',
};

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  testReleases(() => {
    const account = accountAt(moto.origin, 'test');
    return {
      ...account,
      // It has no registry. An image's manifests are put by the API; content it does not look for.
      push: async ({ manifests, root }, tag) => {
        for (const { bytes, mediaType, digest } of manifests) {
          await account.ecr.send(
            new PutImageCommand({
              repositoryName: REPOSITORY,
              imageManifest: bytes.toString(),
              imageManifestMediaType: mediaType,
              imageDigest: digest,
              ...(digest === root.digest && { imageTag: tag }),
            }),
          );
        }
      },
    };
  });

  testReleaseParameter("a parameter in moto's SSM", async (context) => {
    await moto.reset();
    return parameterOf(accountAt(moto.origin, 'test').ssm, context);
  });
});

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let number = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-cli-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  /** Its accounts are told by the access key, and empty at first. */
  const nextAccount = () => {
    number += 1;
    return accountAt(ministack.endpoint.origin, String(number).padStart(12, '0'));
  };

  testReleases(() => ({
    // The account that its registry is of for whoever does not log in.
    ...accountAt(ministack.endpoint.origin, '000000000000'),
    push: (image, tag) =>
      pushImage({ origin: ministack.endpoint.origin, repository: REPOSITORY }, image, tag),
  }));

  testReleaseParameter(
    "a parameter in MiniStack's SSM",
    async (context) => parameterOf(nextAccount().ssm, context),
    MINISTACK_DIFFERENCES,
  );
});

function testReleases(open: () => Account): void {
  describe('an application releases', () => {
    let account: Account;
    const tag = (...args: readonly string[]): Promise<CommandEnd> =>
      runCommand(['tag', ...args, '--parameter', PARAMETER, '--repository', REPOSITORY], account);
    before(async () => {
      account = open();
      await account.ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
      await account.push(buildImage({ seed: 'one', layers: [10] }), 'v1');
      // The servers keep the time of a push to the second.
      await sleep(1_100);
      await account.push(buildIndex({ seed: 'two', layers: [10] }), 'v2');
    });
    after(() => {
      account.ecr.destroy();
      account.ssm.destroy();
    });

    test('its first image: the parameter is created, with tags', async () => {
      const { exitCode, stdout, stderr } = await tag('v1', '--tags', 'team=shop');
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /^\/app\/tag: created with v1 \(version 1\), image sha256:/);
      assert.deepEqual(await parameterIn(account), { Type: 'String', Value: 'v1', Version: 1 });
      const { TagList } = await account.ssm.send(
        new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: PARAMETER }),
      );
      assert.deepEqual(TagList, [{ Key: 'team', Value: 'shop' }]);
    });

    test('the same again: nothing is written', async () => {
      const { exitCode, stdout } = await tag('v1');
      assert.equal(exitCode, 0);
      assert.match(stdout, /^\/app\/tag: v1 already \(version 1\)/);
      assert.equal((await parameterIn(account)).Version, 1);
    });

    test('a newer index, pinned, that must have a platform', async () => {
      const missing = await tag('v2', '--pin', '--platform', 'linux/s390x');
      assert.equal(missing.exitCode, 3, missing.stderr);
      const { exitCode, stdout } = await tag('v2', '--pin', '--platform', 'linux/arm64', '--json');
      assert.equal(exitCode, 0);
      const { imageDetails } = await account.ecr.send(
        new DescribeImagesCommand({ repositoryName: REPOSITORY, imageIds: [{ imageTag: 'v2' }] }),
      );
      const digest = imageDetails?.[0]?.imageDigest;
      const { value, formerValue, image } = JSON.parse(stdout);
      assert.deepEqual([value, formerValue, image.digest], [`v2@${digest}`, 'v1', digest]);
      assert.deepEqual(await parameterIn(account), { Type: 'String', Value: `v2@${digest}`, Version: 2 });
    });

    test('an older image: refused, and allowed where it is meant', async () => {
      const refused = await tag('v1');
      assert.equal(refused.exitCode, 4, refused.stderr);
      assert.equal((await parameterIn(account)).Version, 2);
      assert.equal((await tag('v1', '--allow-older')).exitCode, 0);
      assert.deepEqual(await parameterIn(account), { Type: 'String', Value: 'v1', Version: 3 });
    });

    test('an image that is not there: refused', async () => {
      assert.equal((await tag('v9', '--wait', '0')).exitCode, 3);
      const elsewhere = ['tag', 'v1', '--parameter', PARAMETER, '--repository', 'no/such'];
      assert.equal((await runCommand(elsewhere, account)).exitCode, 3);
    });
  });
}

function accountAt(endpoint: string, accessKeyId: string): Omit<Account, 'push'> {
  const region = 'us-east-1';
  const configuration = { endpoint, region, credentials: { accessKeyId, secretAccessKey: 'test' } };
  return {
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
    },
    ecr: new ECRClient(configuration),
    ssm: new SSMClient(configuration),
  };
}

function parameterOf(ssm: SSMClient, context: { after(work: () => void): void }): SsmReleaseParameter {
  context.after(() => ssm.destroy());
  return new SsmReleaseParameter(ssm, { name: PARAMETER, tags: new Map(), timing: SYSTEM_TIMING });
}

async function parameterIn({ ssm }: Account) {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: PARAMETER }));
  return { Type: Parameter?.Type, Value: Parameter?.Value, Version: Parameter?.Version };
}
