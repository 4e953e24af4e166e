import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListChangeSetsCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { S3TemplateBuckets } from '../../cli/deploy/template-bucket-store.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { type CommandEnd, runCommand } from '../cli/command.ts';
import { smallServiceTemplate } from '../cli/service-template.ts';
import { runOnTerminal } from '../cli/terminal-command.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { witness } from '../support/witness.ts';

/*
 * `deploytime deploy` as a process, over accounts that others wrote. What MiniStack's change sets don't tell (values of
 * properties, tokens of events, whether a resource is replaced) is held in test/cli/deploy; moto's CloudFormation needs
 * packages that are not installed here.
 */

const REGION = 'eu-central-1';
/** What no output may have. */
const SECRETS = /hunter2|X-Amz-(Signature|Credential|Security)/i;
/** A line that the next one took the place of. */
const CLEAR_LINE = '\r\x1b[2K';
const NEVER = new AbortController().signal;

interface Account {
  readonly id: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  /** `deploytime deploy` with a template of this version, and resources beside it. */
  deploy(
    template: Parameters<typeof smallServiceTemplate>[0],
    ...args: readonly string[]
  ): Promise<CommandEnd>;
}

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let number = 0;
  const accounts: Account[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-deploy-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    for (const { cloudFormation, s3 } of accounts) {
      cloudFormation.destroy();
      s3.destroy();
    }
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  /** Its accounts are told by the access key, and empty at first. */
  const nextAccount = (): Account => {
    number += 1;
    const id = String(number).padStart(12, '0');
    const { environment, configuration } = placeAt(ministack.endpoint.origin, id);
    const account: Account = {
      id,
      environment,
      cloudFormation: new CloudFormationClient(configuration),
      s3: new S3Client({ ...configuration, forcePathStyle: true }),
      deploy: async (template, ...args) => {
        const path = await writeTemplate(template);
        const end = await runCommand(['deploy', '--template', path, ...args], { environment });
        assert.doesNotMatch(end.stdout + end.stderr, SECRETS);
        return end;
      },
    };
    accounts.push(account);
    return account;
  };
  const writeTemplate = async (template: Parameters<typeof smallServiceTemplate>[0]) => {
    const path = join(folder, `${Math.random()}.json`);
    await writeFile(path, smallServiceTemplate(template));
    return path;
  };

  test('a service comes, is brought to another version, and keeps what it was given', async () => {
    const account = nextAccount();
    const created = await account.deploy({ version: '0.2.0' }, '--yes', '--parameter', 'LogRetention=30');
    assert.equal(created.exitCode, 0, created.stderr);
    assert.match(
      created.stdout,
      /^deploytime is created in account 0{11}\d, eu-central-1: version 0\.2\.0\n\nParameters\n {2}LogRetention: \(none\) → "30"\n/,
    );
    assert.match(created.stdout, /\n {2}\+ add +AWS::Lambda::Function +EcrImage\n/);
    assert.match(created.stdout, /\n\d+ to add, 0 to change, 0 to replace, 0 to remove\n/);
    assert.match(
      created.stdout,
      /\ndeploytime is created: version 0\.2\.0\n\nService tokens\n {2}Custom::EcrImage +arn:aws:lambda:eu-central-1:0{11}\d:function:deploytime-ecr-image\n/,
    );
    assert.match(created.stderr, /^CREATE_COMPLETE AWS::Lambda::Function EcrImage \(\d+ of \d+\)$/m);

    const same = await account.deploy({ version: '0.2.0' }, '--yes');
    assert.equal(same.exitCode, 0, same.stderr);
    assert.match(same.stdout, /^deploytime: nothing to change: version 0\.2\.0\n\nService tokens\n/);
    assert.equal(same.stderr, '');

    const updated = await account.deploy({ version: '0.3.0' }, '--yes', '--json');
    assert.equal(updated.exitCode, 0, updated.stderr);
    const document = JSON.parse(updated.stdout);
    assert.deepEqual(document.version, { before: '0.2.0', after: '0.3.0' });
    assert.deepEqual([document.action, document.deployed, document.parameters], ['update', true, []]);
    const stack = await findStack(account);
    assert.equal(stack?.StackStatus, 'UPDATE_COMPLETE');
    const values = stack?.Parameters?.map((one) => [one.ParameterKey, one.ParameterValue]);
    assert.deepEqual(values, [
      ['Qualifier', ''],
      ['LogRetention', '30'],
    ]);

    const older = await account.deploy({ version: '0.2.0' }, '--yes');
    assert.equal(older.exitCode, 11);
    assert.match(older.stderr, /^deploytime: Version 0\.3\.0 is deployed, and this command brings 0\.2\.0/);
    const back = await account.deploy({ version: '0.2.0' }, '--yes', '--allow-downgrade');
    assert.equal(back.exitCode, 0, back.stderr);
    assert.match(back.stdout, /: version 0\.3\.0 → 0\.2\.0$/m);
  });

  test('a second copy stands beside the first, by its qualifier', async () => {
    const account = nextAccount();
    for (const args of [[], ['--qualifier', 'second']]) {
      const end = await account.deploy({}, '--yes', ...args);
      assert.equal(end.exitCode, 0, end.stderr);
    }
    const moved = await account.deploy({}, '--yes', '--stack-name', 'deploytime', '--qualifier', 'other');
    assert.equal(moved.exitCode, 2);
    assert.match(moved.stderr, /has the qualifier "", and can't get "other"/);
    const named = await account.deploy({}, '--json', '--yes', '--stack-name', 'deploytime-second');
    const { action, qualifier, serviceTokens } = JSON.parse(named.stdout);
    assert.deepEqual([action, qualifier], ['none', 'second']);
    assert.match(serviceTokens['Custom::ImageTag'], /:function:deploytime-second-image-tag$/);
  });

  test('a table that would go is warned of; a dry run changes nothing and leaves nothing', async () => {
    const account = nextAccount();
    const shown = await account.deploy({}, '--yes', '--dry-run');
    assert.equal(shown.exitCode, 0, shown.stderr);
    assert.match(shown.stdout, /\nDry run: nothing was deployed\n$/);
    const { StackSummaries = [] } = await account.cloudFormation.send(new ListStacksCommand({}));
    assert.deepEqual(
      StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE'),
      [],
    );

    await account.deploy({}, '--yes');
    const without = await account.deploy({ resources: { ScalingTable: undefined } }, '--dry-run');
    assert.match(without.stdout, /^ {2}- remove +AWS::DynamoDB::Table +ScalingTable$/m);
    assert.match(
      without.stdout,
      /\nTake care\n {2}! ScalingTable \(AWS::DynamoDB::Table\): it is removed: what the resource holds is lost/,
    );
    const sets = await account.cloudFormation.send(new ListChangeSetsCommand({ StackName: 'deploytime' }));
    const left = (sets.Summaries ?? []).filter(({ ExecutionStatus }) => ExecutionStatus === 'AVAILABLE');
    assert.deepEqual(left, []);
    assert.equal((await findStack(account))?.StackStatus, 'CREATE_COMPLETE');
  });

  test('what failed first is said, and what is left is deleted by the next one', async () => {
    const account = nextAccount();
    const Broken = {
      Type: 'AWS::SSM::Parameter',
      DependsOn: 'EcrImageToken',
      Properties: { Name: '/deploytime/service-token/ecr-image', Type: 'String', Value: 'taken' },
    };
    const failed = await account.deploy({ resources: { Broken } }, '--yes');
    assert.equal(failed.exitCode, 8, failed.stderr);
    assert.match(
      failed.stderr,
      /\ndeploytime: The stack deploytime is ROLLBACK_COMPLETE: Broken \(.*\) failed first: .+ Nothing of it is left; deploytime deploy deletes the empty stack and begins again\n$/,
    );
    const unasked = await account.deploy({});
    assert.equal(unasked.exitCode, 9);
    assert.match(unasked.stderr, /"Delete what is left of the stack deploytime\?" can't be asked/);
    const again = await account.deploy({}, '--yes');
    assert.equal(again.exitCode, 0, again.stderr);
    assert.match(again.stderr, /^The stack deploytime is ROLLBACK_COMPLETE: it failed when it was created/m);
    assert.equal((await findStack(account))?.StackStatus, 'CREATE_COMPLETE');
  });

  test("the CDK's bucket is used where there is one, and a named one before it", async () => {
    const account = nextAccount();
    const cdk = `cdk-hnb659fds-assets-${account.id}-${REGION}`;
    for (const Bucket of [cdk, `mine-${account.id}`]) {
      await account.s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
      );
    }
    const named = await account.deploy({}, '--dry-run', '--json', '--bucket', `mine-${account.id}`);
    assert.equal(JSON.parse(named.stdout).bucket, `mine-${account.id}`, named.stderr);
    const shared = await account.deploy({}, '--dry-run', '--json');
    assert.equal(JSON.parse(shared.stdout).bucket, cdk, shared.stderr);
    const { Contents = [] } = await account.s3.send(new ListObjectsV2Command({ Bucket: cdk }));
    assert.match(String(Contents[0]?.Key), /^deploytime\/\d+\.\d+\.\d+\/[0-9a-f]{64}\.template\.json$/);
    const missing = await account.deploy({}, '--dry-run', '--bucket', 'no-such-bucket');
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /--bucket no-such-bucket can't be used: there is no such bucket$/m);
  });

  test('nobody who is not asked gets a bucket', async () => {
    const account = nextAccount();
    const end = await account.deploy({});
    assert.equal(end.exitCode, 9);
    assert.match(
      end.stderr,
      /^deploytime: "Create the bucket deploytime-templates-\d{12}-eu-central-1 for the/,
    );
    const { Buckets = [] } = await account.s3.send(new ListBucketsCommand({}));
    assert.deepEqual(Buckets, []);
  });

  describe('on a terminal', witness('python3'), () => {
    const onTerminal = async (account: Account, ...answers: readonly string[]) => {
      const path = await writeTemplate({});
      const { environment } = account;
      return runOnTerminal(['deploy', '--template', path], answers, { environment });
    };

    test('a person is asked for the bucket and for the changes, and sees how far it is', async () => {
      const account = nextAccount();
      const { stdout, exitCode } = await onTerminal(account, 'y', 'yes');
      assert.equal(exitCode, 0, stdout);
      assert.match(stdout, /Create the bucket deploytime-templates-.*\? \[y\/N\] y\r\n/);
      assert.ok(stdout.includes('\n  \x1b[32m+ add     \x1b[0m AWS::Lambda::Function'));
      assert.match(stdout, /Deploy these changes to deploytime\? \[y\/N\] yes\r\n/);
      assert.ok(stdout.includes(`${CLEAR_LINE}CREATE_COMPLETE AWS::`));
      assert.ok(stdout.includes(`${CLEAR_LINE}deploytime is created: version`));
    });

    for (const [answer, exitCode, said] of [
      ['n', 9, /Not confirmed: the answer was not yes/],
      ['^C', 130, /Interrupted: nothing was deployed/],
    ] as const) {
      test(`who answers ${answer} is left with nothing`, async () => {
        const account = nextAccount();
        const end = await onTerminal(account, 'y', answer);
        assert.equal(end.exitCode, exitCode, end.stdout);
        assert.match(end.stdout, said);
        assert.equal(await findStack(account), undefined);
      });
    }
  });

  test('the bucket is made private, encrypted, for TLS alone, and emptied by itself', async () => {
    const account = nextAccount();
    await checkBucket(account.s3, account.id);
  });
});

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  test('the bucket is made private, encrypted, for TLS alone, and emptied by itself', async () => {
    const { configuration } = placeAt(moto.origin, 'test');
    const s3 = new S3Client({ ...configuration, forcePathStyle: true });
    try {
      await checkBucket(s3, moto.accountId);
    } finally {
      s3.destroy();
    }
  });
});

async function checkBucket(s3: S3Client, accountId: string): Promise<void> {
  const Bucket = `deploytime-templates-${accountId}-${REGION}`;
  const buckets = new S3TemplateBuckets(s3, { partition: 'aws', accountId, region: REGION });
  assert.equal(await buckets.look(Bucket, NEVER), 'missing');
  await buckets.create(Bucket, NEVER);
  assert.equal(await buckets.look(Bucket, NEVER), 'here');
  const block = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
  assert.deepEqual(Object.values(block.PublicAccessBlockConfiguration ?? {}), [true, true, true, true]);
  const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? [];
  assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256');
  const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  assert.deepEqual(JSON.parse(Policy).Statement[0].Condition, { Bool: { 'aws:SecureTransport': 'false' } });
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  assert.equal(Rules?.[0]?.Expiration?.Days, 30);
}

async function findStack({ cloudFormation }: Account) {
  try {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'deploytime' }));
    return Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

function placeAt(endpoint: string, accessKeyId: string) {
  return {
    configuration: { endpoint, region: REGION, credentials: { accessKeyId, secretAccessKey: 'test' } },
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'hunter2-key',
      AWS_SESSION_TOKEN: 'hunter2-session',
      AWS_REGION: REGION,
    },
  };
}
