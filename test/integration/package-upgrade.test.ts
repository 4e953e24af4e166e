import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CreateStackCommand,
  DescribeStackResourcesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { GetParametersByPathCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { type Account, openAccount } from '../../local/account.ts';
import { answersIn } from '../../local/answers.ts';
import { cdkFor } from '../../local/cdk.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { SCALABLE_TARGETS_STACK, standInForScalableTargets } from '../../local/scalable-targets.ts';
import { deleteStack } from '../../local/stack-deletion.ts';
import { findStack, type StackDescription, stackEvents } from '../../local/stack-events.ts';
import { waitFor } from '../../local/wait-for.ts';
import { layerArchive } from '../support/layers-api/layer-archive.ts';
import { createScaledPair } from '../support/local/scaled-pair.ts';
import { deployApp } from '../support/package/cdk-app.ts';
import { exampleSource, localServiceSource, USER_APPS } from '../support/package/example-apps.ts';
import { buildFormerPackage, formerCommit } from '../support/package/former-package.ts';
import { linkProject } from '../support/package/linked-project.ts';
import { succeed } from '../support/package/program.ts';
import { replacements, type Template } from '../support/package/replacement.ts';
import { witness } from '../support/witness.ts';

/*
 * The service of an earlier package is deployed, a stack uses all four types, and then the service of this package is
 * deployed over it.
 */

const ROOT = join(import.meta.dirname, '..', '..');
const NEVER = new AbortController().signal;
const SERVICE_STACK = 'deploytime';
const USER_STACK = 'shop';
const STACK_LIMIT_MS = 60_000;
const SERVICE_TIMEOUT_SECONDS = 30;

const TYPES = {
  Image: 'Custom::EcrImage',
  Layer: 'Custom::LayerFingerprint',
  Release: 'Custom::ImageTag',
  Scaling: 'Custom::ScheduledScaling',
} as const;
const ATTRIBUTES = {
  Image: ['Tag', 'Digest', 'ImageUri', 'TaggedImageUri', 'RepositoryUri', 'Origin'],
  Layer: ['Fingerprint', 'LayerVersionArn', 'LatestLayerVersionArn', 'Version', 'CodeSha256', 'Description'],
  Release: ['Tag', 'Digest', 'ImageUri', 'TaggedImageUri', 'ResolvedFrom', 'ParameterVersion'],
  Scaling: ['PlanId', 'ScheduleGroup'],
} as const;

interface Place {
  /** Physical ids by logical ids. */
  readonly service: Readonly<Record<string, string>>;
  readonly tokens: Readonly<Record<string, string>>;
}

describe('a service that is upgraded', { ...witness('ministack'), ...(await formerCommit()) }, () => {
  let folder: string;
  let ministack: MiniStack;
  let account: Account;
  let created: StackDescription;
  let former: Place;
  let present: Place;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-upgrade-'));
    const start = async () => {
      ministack = await startMiniStack({ folder: join(folder, 'ministack') });
      account = await openAccount(ministack.endpoint, {});
      await cdkFor(account, join(folder, 'bootstrap')).bootstrap();
      await createScaledPair(account, USER_STACK);
      await publishLayer();
    };
    await Promise.all([buildFormerPackage(join(folder, 'former')), start()]);
    const apps = {
      'service.js': localServiceSource(account),
      ...Object.fromEntries(USER_APPS.map((app) => [`${app}.js`, exampleSource(app)])),
      // In one process, which loads aws-cdk-lib once.
      'users.js': USER_APPS.map((app) => `import './${app}.js';\n`).join(''),
    };
    linkProject(join(folder, 'former-app'), join(folder, 'former'), apps);
    linkProject(join(folder, 'present-app'), ROOT, apps);

    former = await deployService('former-app');
    created = await deployUser('create', '1');
    present = await deployService('present-app');
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('keeps every resource that it had', () => {
    for (const [id, physicalId] of Object.entries(former.service)) {
      assert.equal(present.service[id], physicalId, id);
    }
  });

  test('changes nothing that only a replacement can change', async () => {
    const [before, now] = await Promise.all([templateOf('former-app'), templateOf('present-app')]);
    assert.notDeepEqual(now, before);
    assert.deepEqual(replacements(before, now), []);
  });

  test('keeps its tokens, of which none has a version', () => {
    assert.deepEqual(present.tokens, former.tokens);
    assert.deepEqual(
      Object.values(present.tokens).map((token) => token.split(':').slice(5).join(':')),
      ['ecr-image', 'image-tag', 'layer-fingerprint', 'scheduled-scaling'].map(
        (name) => `function:deploytime-${name}`,
      ),
    );
  });

  test("an app's templates ask as before", async () => {
    const [before, now] = await Promise.all(['former-app', 'present-app'].map(requestsOf));
    assert.deepEqual(now, before);
    assert.deepEqual([...new Set(now?.map(({ Type }) => Type))].sort(), Object.values(TYPES).sort());
  });

  test('the next update of a stack that uses it is answered, and moves nothing', async () => {
    const updated = await deployUser('update', '2');
    assert.equal(updated.stackId, created.stackId);
    assert.deepEqual(updated.outputs, created.outputs);
    const answers = answersIn(await stackEvents(account.cloudFormation, created.stackId));
    const idsOf = (request: string) =>
      Object.fromEntries(
        answers
          .filter((answer) => answer.request === request && answer.status === 'SUCCESS')
          .map(({ logicalId, physicalId }) => [logicalId, physicalId]),
      );
    assert.deepEqual(Object.keys(idsOf('Update')).sort(), Object.keys(TYPES));
    assert.deepEqual(idsOf('Update'), idsOf('Create'));
  });

  test('and the stack can go', async () => {
    await deleteStack(account.cloudFormation, USER_STACK, NEVER);
    assert.equal(await findStack(account.cloudFormation, USER_STACK), undefined);
  });

  /** Deploys the service of an app's package. */
  async function deployService(app: string): Promise<Place> {
    await deployApp({ folder: join(folder, app), file: 'service.js' }, account);
    // The deployment put back what the functions were told of the stand-in.
    await deleteStack(account.cloudFormation, SCALABLE_TARGETS_STACK, NEVER);
    await standInForScalableTargets(account, NEVER);
    const { StackResources = [] } = await account.cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: SERVICE_STACK }),
    );
    const { Parameters = [] } = await account.ssm.send(
      new GetParametersByPathCommand({ Path: '/deploytime/service-token', Recursive: true }),
    );
    return {
      service: Object.fromEntries(
        StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
          LogicalResourceId,
          PhysicalResourceId,
        ]),
      ),
      tokens: Object.fromEntries(
        Parameters.map(({ Name = '', Value = '' }) => [Name, Value] as const).sort(),
      ),
    };
  }

  /** The service's, as an app has deployed it. */
  function templateOf(app: string): Promise<Template> {
    return readTemplate(join(folder, app, 'cdk.out', 'service.js', `${SERVICE_STACK}.template.json`));
  }

  /** The resources of the service's types that an app's stacks have. */
  async function requestsOf(app: string): Promise<(Template['Resources'][string] & { id: string })[]> {
    const cwd = join(folder, app);
    const assembly = join(cwd, 'users.out');
    await succeed(process.execPath, ['users.js'], { cwd, env: { HOME: folder, CDK_OUTDIR: assembly } });
    const files = (await readdir(assembly)).filter((name) => name.endsWith('.template.json')).sort();
    const templates = await Promise.all(files.map((file) => readTemplate(join(assembly, file))));
    return templates.flatMap(({ Resources }) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type.startsWith('Custom::'))
        .map(([id, resource]) => ({ id, ...resource })),
    );
  }

  async function publishLayer(): Promise<void> {
    const ZipFile = await layerArchive({ 'python/shop.py': 'PRICE = 1\n' }, { builtAt: new Date(0) });
    const published = await account.lambda.send(
      new PublishLayerVersionCommand({ LayerName: USER_STACK, Content: { ZipFile } }),
    );
    await account.ssm.send(
      new PutParameterCommand({ Name: '/shop/layer', Value: published.LayerVersionArn, Type: 'String' }),
    );
  }

  /** Creates or updates the stack that uses all four types. */
  async function deployUser(change: 'create' | 'update', deploymentId: string): Promise<StackDescription> {
    const { cloudFormation } = account;
    const input = { StackName: USER_STACK, TemplateBody: JSON.stringify(userTemplate(deploymentId)) };
    if (change === 'create') await cloudFormation.send(new CreateStackCommand(input));
    else await cloudFormation.send(new UpdateStackCommand(input));
    const end = await waitFor(
      { what: `the stack ${USER_STACK}`, limitMs: STACK_LIMIT_MS, signal: NEVER },
      async () => {
        const stack = await findStack(account.cloudFormation, USER_STACK);
        return stack?.status.endsWith('_IN_PROGRESS') ? undefined : stack;
      },
    );
    const events = await stackEvents(account.cloudFormation, end.stackId);
    assert.match(
      end.status,
      /^(CREATE|UPDATE)_COMPLETE$/,
      events.map(({ ResourceStatusReason }) => ResourceStatusReason ?? '').join('\n'),
    );
    return end;
  }
});

async function readTemplate(path: string): Promise<Template> {
  return JSON.parse(await readFile(path, 'utf8'));
}

function userTemplate(DeploymentId: string) {
  const night = {
    Name: 'nightly-batch',
    Start: 'cron(30 0 * * ? *)',
    End: 'cron(0 5 * * ? *)',
    Steps: [
      { Target: `docdb/${USER_STACK}`, InstanceCount: 3 },
      { Target: `ecs/prod/${USER_STACK}`, DesiredCount: 12 },
    ],
  };
  const RepositoryName = { Ref: 'Repository' };
  return {
    Resources: {
      Repository: {
        Type: 'AWS::ECR::Repository',
        Properties: { RepositoryName: USER_STACK, Tags: [{ Key: 'deploytime', Value: 'allow' }] },
      },
      Image: request('ecr-image', TYPES.Image, { RepositoryName, UsedBy: 'lambda' }),
      Release: request('image-tag', TYPES.Release, {
        ParameterName: '/shop/release',
        Default: { 'Fn::GetAtt': ['Image', 'Tag'] },
        RepositoryName,
      }),
      Layer: request('layer-fingerprint', TYPES.Layer, { ParameterName: '/shop/layer' }),
      Scaling: request('scheduled-scaling', TYPES.Scaling, { Scenarios: [night] }),
    },
    Outputs: Object.fromEntries(
      Object.entries(ATTRIBUTES).flatMap(([id, names]) =>
        names.map((name) => [`${id}${name}`, { Value: { 'Fn::GetAtt': [id, name] } }]),
      ),
    ),
  };

  function request(provider: string, Type: string, Properties: object) {
    const token = `arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:deploytime-${provider}`;
    return {
      Type,
      Properties: {
        ServiceToken: { 'Fn::Sub': token },
        ServiceTimeout: SERVICE_TIMEOUT_SECONDS,
        DeploymentId,
        ...Properties,
      },
    };
  }
}
