import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeDBClustersCommand, DescribeDBInstancesCommand } from '@aws-sdk/client-docdb';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { ListFunctionsCommand, ListLayersCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { ListScheduleGroupsCommand } from '@aws-sdk/client-scheduler';
import { DescribeParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { type Account, openAccount } from '../../local/account.ts';
import { createDatabaseCluster } from '../../local/database-cluster.ts';
import {
  DATABASE_CLUSTER,
  RELEASE_PARAMETER,
  removeDeployed,
  SOURCE_REPOSITORY,
} from '../../local/deployed.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { Progress } from '../../local/progress.ts';
import { createRepository } from '../../local/repository.ts';
import { SCALING_TABLE } from '../../local/scaling-table.ts';
import { STORIES } from '../../local/story.ts';
import { createScalingTable } from '../support/dynamodb/scaling-table.ts';
import { startRelay } from '../support/lambda/relay.ts';
import { canSeeProcesses, type LocalChild, openLocalPlace } from '../support/local/local-run.ts';
import { startFaultProxy } from '../support/registry/fault-proxy.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
/** Signals that come closer together are taken for one keystroke. */
const BETWEEN_KEYSTROKES_MS = 700;
/** Or each run of scheduled scaling would wait a minute for changes that MiniStack makes at once. */
const WAIT_SCALE = 0.05;
const NOTHING = { files: [], processes: [] };
/** What CDK's bootstrap leaves, and nothing else. */
const BOOTSTRAPPED = ['CDKToolkit'];
const HOW_TO_REMOVE =
  /To remove it.*delete-stack --stack-name deploytime-example\n.*delete-stack --stack-name deploytime\n.*delete-repository --repository-name deploytime-example-source --force/s;
const options = {
  ...witness('ministack', 'skopeo'),
  ...(!canSeeProcesses && { skip: 'processes can only be found on Linux' }),
};

/** A MiniStack of the test stands for somebody's account. */
describe('npm run local with AWS_ENDPOINT_URL', options, () => {
  let folder = '';
  let ministack: MiniStack;
  let account: Account;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-given-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack'), waitScale: WAIT_SCALE });
    account = await openAccount(ministack.endpoint, {});
  });
  afterEach(() =>
    removeDeployed(account, STORIES, { progress: new Progress({ write: () => true }), signal: NEVER }),
  );
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('leaves the account as it was, but for what CDK bootstraps', async () => {
    await using place = await openLocalPlace();
    const { exitCode, stdout, stderr } = await place.run([], { environment: given() });
    assert.equal(exitCode, 0, stdout + stderr);
    assert.doesNotMatch(stdout, /start MiniStack/);
    assert.equal(stdout.match(/confirmed by skopeo inspect/g)?.length, 8);
    await assertEmpty();
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test('with --keep shows no credentials, and says how to remove what stays; the next run is refused', async () => {
    await using place = await openLocalPlace();
    const environment = {
      ...given(),
      AWS_ACCESS_KEY_ID: '000000000000',
      AWS_SECRET_ACCESS_KEY: 'a-secret-key',
      AWS_SESSION_TOKEN: 'a-session-token',
    };
    const { exitCode, stdout, stderr } = await place.run(['--keep', '--only', 'images'], { environment });
    assert.equal(exitCode, 0, stdout + stderr);
    assert.doesNotMatch(stdout + stderr, /a-secret-key|a-session-token|export /);
    assert.match(stdout, HOW_TO_REMOVE);
    const kept = [...BOOTSTRAPPED, 'deploytime', 'deploytime-example'];
    assert.deepEqual(await stacks(), kept);

    const second = await place.run([], { environment });
    assert.equal(second.exitCode, 1);
    assert.match(second.stderr, /has a stack deploytime-example already.*delete it first/);
    assert.deepEqual(await stacks(), kept);
    assert.equal(await hasSources(), true);
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test("changes nothing where one of the names is somebody's stack", async () => {
    const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
    await account.cloudFormation.send(new CreateStackCommand({ StackName: 'deploytime', TemplateBody }));
    await using place = await openLocalPlace();
    const { exitCode, stderr } = await place.run([], { environment: given() });
    assert.equal(exitCode, 1);
    assert.match(stderr, /has a stack deploytime already.*delete it first/);
    assert.deepEqual(await stacks(), [...BOOTSTRAPPED, 'deploytime']);
    assert.equal(await hasSources(), false);
  });

  test("changes nothing where the repository is somebody's, or that of a run at the same time", async () => {
    await createRepository(account, SOURCE_REPOSITORY);
    await using place = await openLocalPlace();
    const { exitCode, stderr } = await place.run([], { environment: given() });
    assert.equal(exitCode, 1);
    assert.match(stderr, /has a repository deploytime-example-source already.*delete it first/);
    assert.equal(await hasSources(), true);
    assert.deepEqual(await stacks(), BOOTSTRAPPED);
  });

  const taken: readonly [what: string, take: () => Promise<unknown>][] = [
    [
      'parameter /deploytime-example/release',
      () =>
        account.ssm.send(new PutParameterCommand({ Name: RELEASE_PARAMETER, Value: '7', Type: 'String' })),
    ],
    [
      'layer deploytime-example',
      () =>
        account.lambda.send(
          new PublishLayerVersionCommand({
            LayerName: 'deploytime-example',
            Content: { ZipFile: Buffer.from('a zip') },
          }),
        ),
    ],
    [
      'DocumentDB cluster deploytime-example-orders',
      () => createDatabaseCluster(account, DATABASE_CLUSTER, NEVER),
    ],
    ['table deploytime-scaling', () => createScalingTable(account.dynamoDb, SCALING_TABLE)],
  ];
  for (const [what, take] of taken) {
    test(`changes nothing where the account has a ${what}`, async () => {
      await take();
      await using place = await openLocalPlace();
      const { exitCode, stderr } = await place.run([], { environment: given() });
      assert.equal(exitCode, 1);
      assert.match(stderr, new RegExp(`has a ${what} already.*delete it first`));
      assert.deepEqual(await stacks(), BOOTSTRAPPED);
      assert.equal(await hasSources(), false);
    });
  }

  test('that fails says why, and removes what it deployed', async () => {
    await using proxy = await startFaultProxy({ upstream: account.endpoint.origin });
    proxy.fail(({ method, path }) => method === 'PUT' && path.endsWith('/manifests/2'), {
      kind: 'status',
      status: 500,
    });
    await using place = await openLocalPlace();
    const { exitCode, stderr } = await place.run([], { environment: given(proxy.origin) });
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /\nlocal run: the account's registry answered 500 to a push of the example image\n$/,
    );
    await assertEmpty();
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test('in which one story fails ends the others, and removes what all of them deployed', async () => {
    await using place = await openLocalPlace();
    const { exitCode, stdout, stderr } = await place.run([], {
      environment: given(),
      onOutput: whenDeployed(() =>
        account.ssm.send(
          new PutParameterCommand({ Name: RELEASE_PARAMETER, Value: '7', Type: 'SecureString' }),
        ),
      ),
    });
    assert.equal(exitCode, 1);
    assert.match(stdout, /^✗ cdk deploy deploytime-example-release: no release yet/m);
    // It waits for a schedule, and so is under way whatever the others have done by then.
    assert.match(stdout, /^✗ .*deploytime-example-nightly/m);
    assert.match(
      stderr,
      /\nlocal run: the service answered Create of Release\w+ of deploytime-example-release with FAILED: .*SecureString.*\n$/,
    );
    await assertEmpty();
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test('that is interrupted removes what it deployed', async () => {
    await using place = await openLocalPlace();
    const { exitCode, stderr } = await place.run([], {
      environment: given(),
      onOutput: whenDeployed((child) => child.kill('SIGINT')),
    });
    assert.equal(exitCode, 130);
    assert.match(stderr, /interrupted: removing what was deployed; Ctrl-C once more leaves it there/);
    assert.match(stderr, /\nlocal run: interrupted: what was deployed is removed\n$/);
    await assertEmpty();
    assert.deepEqual(await place.leftovers(), NOTHING);
  });

  test('that is interrupted twice says what stays, and how to remove it', async () => {
    const relay = await startRelay(account.endpoint.origin);
    try {
      await using place = await openLocalPlace();
      const { exitCode, stderr } = await place.run([], {
        environment: given(relay.origin),
        onOutput: whenDeployed((child) => {
          // The removal gets no answer any more.
          relay.hold();
          child.kill('SIGINT');
          // What a terminal and npm send for the same keystroke.
          child.kill('SIGINT');
        }),
        onErrorOutput: once(/Ctrl-C once more leaves it there/, async (child) => {
          await sleep(BETWEEN_KEYSTROKES_MS);
          child.kill('SIGINT');
        }),
      });
      assert.equal(exitCode, 130);
      assert.match(stderr, HOW_TO_REMOVE);
      assert.match(stderr, /\nlocal run: interrupted: the removal did not come to its end\n$/);
      assert.deepEqual(await stacks(), [...BOOTSTRAPPED, 'deploytime']);
      assert.equal(await hasSources(), true);
      assert.deepEqual(await place.leftovers(), NOTHING);
    } finally {
      await relay.stop();
    }
  });

  function given(endpoint = account.endpoint.origin) {
    return { AWS_ENDPOINT_URL: endpoint };
  }

  /** Whether nothing of the run is left in the account. */
  async function assertEmpty(): Promise<void> {
    assert.deepEqual(await stacks(), BOOTSTRAPPED);
    const { repositories } = await account.ecr.send(new DescribeRepositoriesCommand({}));
    const names = repositories?.map(({ repositoryName }) => repositoryName ?? '') ?? [];
    assert.deepEqual(
      names.filter((name) => name.startsWith('deploytime')),
      [],
    );
    const { Parameters } = await account.ssm.send(new DescribeParametersCommand({}));
    assert.deepEqual(
      Parameters?.map(({ Name }) => Name).filter((name) => name?.startsWith('/deploytime')),
      [],
    );
    assert.deepEqual((await account.lambda.send(new ListLayersCommand({}))).Layers, []);
    assert.deepEqual((await account.lambda.send(new ListFunctionsCommand({}))).Functions, []);
    assert.deepEqual((await account.documentDb.send(new DescribeDBInstancesCommand({}))).DBInstances, []);
    assert.deepEqual((await account.documentDb.send(new DescribeDBClustersCommand({}))).DBClusters, []);
    assert.deepEqual((await account.dynamoDb.send(new ListTablesCommand({}))).TableNames, []);
    const { ScheduleGroups = [] } = await account.scheduler.send(new ListScheduleGroupsCommand({}));
    assert.deepEqual(
      ScheduleGroups.map(({ Name }) => Name).filter((name) => name !== 'default'),
      [],
    );
  }

  async function stacks(): Promise<string[]> {
    const { Stacks } = await account.cloudFormation.send(new DescribeStacksCommand({}));
    return (Stacks ?? [])
      .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
      .map(({ StackName }) => StackName ?? '')
      .sort();
  }

  async function hasSources(): Promise<boolean> {
    const { repositories } = await account.ecr.send(new DescribeRepositoriesCommand({}));
    return repositories?.some(({ repositoryName }) => repositoryName === SOURCE_REPOSITORY) === true;
  }
});

/** Does something once, when the service is deployed and the examples are not. */
function whenDeployed(act: (child: LocalChild) => unknown) {
  return once(/✓ cdk deploy deploytime \(/, act);
}

/** Does something once, when a run has written this. */
function once(said: RegExp, act: (child: LocalChild) => unknown) {
  let isDone = false;
  return (output: string, child: LocalChild) => {
    if (isDone || !said.test(output)) return;
    isDone = true;
    act(child);
  };
}
