import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Account } from '../../local/account.ts';
import {
  BATCH_INSTANCE_CLASS,
  nightAwayFrom,
  startExampleAccount,
} from '../support/examples/example-account.ts';
import { ExampleStack, outputsOf, type Values } from '../support/examples/example-stack.ts';
import { assertUses } from '../support/examples/layer-story.ts';
import { PythonApp } from '../support/examples/python-app.ts';
import { ROOT, runPython } from '../support/examples/python-program.ts';
import {
  assertReleased,
  assertUnreleased,
  type ImageRunner,
  release,
  removeReleases,
} from '../support/examples/release-story.ts';
import { imageOfFunction, imageOfService } from '../support/examples/running-code.ts';
import { assertPlanned, assertUnplanned } from '../support/examples/scaling-story.ts';
import { readTemplate, resourcesOfType, type Template } from '../support/examples/template.ts';
import type { DeployedService } from '../support/local/deployed-service.ts';
import { witness } from '../support/witness.ts';

const LAYER = 'prices';
const CONSUMERS = ['invoices', 'offers'];
const LAYER_STACKS = [LAYER, ...CONSUMERS];
const RELEASED = ['greeter', 'web'];
const BATCH = 'nightly-batch';
const DATABASE_CLUSTER = 'orders';
const NOTHING: Template = { Resources: {} };

/** Each test goes on where the one before ended. */
describe('the CDK app in Python', witness('ministack', 'cfn-lint'), () => {
  let service: DeployedService;
  let account: Account;
  let folder = '';
  let app: PythonApp;
  let runners: ReadonlyMap<string, ImageRunner>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-cdk-python-'));
    service = await startExampleAccount([DATABASE_CLUSTER]);
    account = service.account;
    app = new PythonApp(account, folder);
    await app.copy();
    runners = new Map([
      ['greeter', { account, runningImage: ({ FunctionName }) => imageOfFunction(account, FunctionName) }],
      [
        'web',
        {
          account,
          runningImage: ({ ClusterName, ServiceName }) => imageOfService(account, ClusterName, ServiceName),
        },
      ],
    ]);
  });
  after(async () => {
    await service?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const digests = new Map<string, string>();
  let firstVersion: string | undefined;

  test('has no file that its app does not use', () => {
    assert.deepEqual(
      app.files(),
      [...app.filesUsed(), 'README.md', 'cdk.json', 'requirements.txt'].toSorted(),
    );
  });

  test('is deployed whole, before anything was released', async () => {
    const context = { ...nightAwayFrom(new Date()), batchInstanceClass: BATCH_INSTANCE_CLASS };
    const stacks = [...RELEASED, ...LAYER_STACKS, BATCH];
    await deploy(stacks, 'first', context);
    assert.deepEqual(await app.stacks(), stacks.toSorted());
    for (const [stack, runner] of runners) await assertUnreleased(runner, await outputs(stack));
    firstVersion = (await outputs(LAYER)).LayerVersionArn;
    for (const stack of CONSUMERS) await assertConsumer(stack, firstVersion, firstVersion);
    const planned = { outputs: await outputs(BATCH), databaseCluster: DATABASE_CLUSTER, tasks: 12 };
    await assertPlanned(account, planned);
  });

  test('gives templates in which cfn-lint finds no error', async () => {
    await runPython('cfn-lint', ['--non-zero-exit-code', 'error', ...(await app.templates())]);
  });

  test('allows the service and Lambda what they need, under names that hold in every partition', async () => {
    const templates = new Map<string, Template>();
    for (const path of await app.templates()) {
      templates.set(basename(path, '.template.json'), await readTemplate(relative(ROOT, path)));
    }
    for (const stack of RELEASED) {
      const [repository] = resourcesOfType(templates.get(stack) ?? NOTHING, 'AWS::ECR::Repository');
      assert.deepEqual(repository?.Properties?.Tags, [{ Key: 'deploytime', Value: 'allow' }]);
      const policy = JSON.stringify(repository?.Properties?.RepositoryPolicyText ?? '');
      assert.equal(policy.includes('"lambda.amazonaws.com"'), stack === 'greeter', policy);
    }
    const tokens = [...templates.values()].flatMap(({ Resources }) =>
      Object.values(Resources).flatMap(({ Type, Properties }) =>
        Type.startsWith('Custom::') ? [JSON.stringify(Properties?.ServiceToken)] : [],
      ),
    );
    assert.equal(tokens.length, 2 * RELEASED.length + CONSUMERS.length + 1);
    for (const token of tokens) assert.match(token, /"Ref":"AWS::Partition".*:function:deploytime-[a-z-]+"/);
  });

  test('needs the very packages that it is tested with', () => {
    const tested = readFileSync(join(ROOT, 'requirements-test.txt'), 'utf8').split('\n');
    const needed = readFileSync(join(ROOT, 'examples/cdk-python/requirements.txt'), 'utf8')
      .trim()
      .split('\n');
    for (const requirement of needed) assert.ok(tested.includes(requirement), requirement);
  });

  test('follows a release, and leaves functions alone whose layer was merely built again', async () => {
    for (const stack of runners.keys()) digests.set(stack, await release(account, await outputs(stack)));
    await app.buildLayerAgain();
    await deploy([...RELEASED, ...LAYER_STACKS], 'second');
    for (const [stack, runner] of runners) {
      await assertReleased(runner, await outputs(stack), digests.get(stack) ?? '');
    }
    const { LayerVersionArn } = await outputs(LAYER);
    assert.notEqual(LayerVersionArn, firstVersion);
    for (const stack of CONSUMERS) await assertConsumer(stack, firstVersion, LayerVersionArn);
  });

  test('follows another content of the layer', async () => {
    await app.changeLayer();
    await deploy(LAYER_STACKS, 'third');
    const { LayerVersionArn } = await outputs(LAYER);
    for (const stack of CONSUMERS) await assertConsumer(stack, LayerVersionArn, LayerVersionArn);
  });

  test('goes without a trace of its plan', async () => {
    const planned = await outputs(BATCH);
    for (const stack of RELEASED) await removeReleases(account, await outputs(stack));
    const stacks = [...RELEASED, ...CONSUMERS, LAYER, BATCH].map((name) => new ExampleStack(account, name));
    await Promise.all(stacks.map((stack) => stack.delete()));
    await assertUnplanned(account, planned);
  });

  const outputs = (stack: string): Promise<Values> => outputsOf(account, stack);

  function deploy(stacks: readonly string[], deploymentId: string, context: Values = {}): Promise<void> {
    return app.deploy(stacks, { ...context, 'deploytime:DeploymentId': deploymentId });
  }

  async function assertConsumer(stack: string, used?: string, newest?: string): Promise<void> {
    const answered = await outputs(stack);
    assert.equal(answered.LatestLayerVersionArn, newest);
    await assertUses({ account, layerName: `${LAYER}-layer` }, answered, used);
  }
});
