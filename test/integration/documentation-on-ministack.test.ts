import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CreateStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackResource,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { GetFunctionCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PLACEHOLDERS } from '../../handlers/placeholder/digests.ts';
import { type Account, openAccount } from '../../local/account.ts';
import { cdkFor } from '../../local/cdk.ts';
import { buildExampleImage } from '../../local/image/example-image.ts';
import { pushImage } from '../../local/image/push-image.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { codeBlocks } from '../support/docs/code-blocks.ts';
import { layerArchive } from '../support/layers-api/layer-archive.ts';
import { witness } from '../support/witness.ts';

const STACK_LIMIT_SECONDS = 60;
const POLLING = { maxWaitTime: STACK_LIMIT_SECONDS, minDelay: 1, maxDelay: 1 };
/** What repositories have before anything is released. */
const PLACEHOLDER_DIGEST = PLACEHOLDERS.at(-1)?.['linux/amd64'] ?? '';
/** What the pages of ImageTag read: an application's repository, and the parameter with its release. */
const APPLICATION = 'team/app';
const RELEASE_PARAMETER = '/app/tag';
/** What the page of LayerFingerprint publishes. */
const LAYER_BUCKET = { Bucket: 'layers', Key: 'shop.zip' };

const PARAMETERS = `
Parameters:
  DeploymentId: {Type: String, Default: '1'}
  Bucket: {Type: String, Default: ${LAYER_BUCKET.Bucket}}
  Key: {Type: String, Default: ${LAYER_BUCKET.Key}}
`;
/** What the examples leave out since it is the same in every template. */
const REPOSITORY = `
  Repository:
    Type: AWS::ECR::Repository
    Properties:
      Tags: [{Key: deploytime, Value: allow}]
`;
const ROLE = `
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]
`;

/** The nth block of YAML in a page, as it stands. */
const block = (page: string, index = 0): string => codeBlocks(page, 'yaml')[index] ?? '';
/** Blocks that are a template's resources. */
const resources = (...blocks: readonly string[]): string =>
  `${PARAMETERS}Resources:\n${blocks.join('\n').replaceAll(/^(?=.)/gm, '  ')}`;

/** The documentation's templates, as they stand, in stacks of an account where the service is. */
describe('the templates of the documentation', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account: Account;
  let clients: { ssm: SSMClient; lambda: LambdaClient };
  const { image } = buildExampleImage('1');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-documentation-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
    account = await openAccount(ministack.endpoint, {});
    clients = clientsOf(account);
    const endpoint = account.endpoint.origin;
    const cdk = cdkFor(account, folder);
    await cdk.bootstrap();
    await cdk.deploy('deploytime', {
      'deploytime:EndpointOverride': endpoint,
      'deploytime:RegistryHosts': JSON.stringify({ [account.registryHost]: endpoint }),
    });
    await push(APPLICATION, 'v1');
    await release('v1');
    await storeArchive();
  });
  after(async () => {
    for (const client of Object.values(clients ?? {})) client.destroy();
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function push(repository: string, tag: string): Promise<void> {
    await account.ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
    await pushImage({ registry: account.endpoint, repository }, tag, image);
  }

  async function release(Value: string): Promise<void> {
    const command = new PutParameterCommand({
      Name: RELEASE_PARAMETER,
      Value,
      Type: 'String',
      Overwrite: true,
    });
    await clients.ssm.send(command);
  }

  /** Where a template finds its layer's zip. MiniStack's S3 asks for no signature. */
  async function storeArchive(): Promise<void> {
    const { Bucket, Key } = LAYER_BUCKET;
    const archive = await layerArchive({ 'python/shop.py': 'PRICE = 1\n', 'python/README.md': 'A shop.\n' });
    for (const [path, body] of [
      [Bucket, undefined],
      [`${Bucket}/${Key}`, new Uint8Array(archive)],
    ] as const) {
      const url = new URL(path, account.endpoint);
      const response = await fetch(url, { method: 'PUT', ...(body && { body }) });
      assert.ok(response.ok, `${url}: ${response.status}`);
    }
  }

  /** Creates a stack. @returns its resources' physical ids, by their logical ids. */
  async function create(
    StackName: string,
    TemplateBody: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Map<string, string>> {
    const { cloudFormation: client } = account;
    const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    await client.send(new CreateStackCommand({ StackName, TemplateBody, Parameters }));
    const waited = await waitUntilStackCreateComplete({ client, ...POLLING }, { StackName });
    assert.equal(waited.state, 'SUCCESS');
    return idsOf(StackName);
  }

  /** Deploys the same template with another DeploymentId. */
  async function deployAgain(
    StackName: string,
    TemplateBody: string,
    deploymentId = '2',
  ): Promise<Map<string, string>> {
    const { cloudFormation: client } = account;
    const Parameters = [{ ParameterKey: 'DeploymentId', ParameterValue: deploymentId }];
    await client.send(new UpdateStackCommand({ StackName, TemplateBody, Parameters }));
    const waited = await waitUntilStackUpdateComplete({ client, ...POLLING }, { StackName });
    assert.equal(waited.state, 'SUCCESS');
    return idsOf(StackName);
  }

  async function idsOf(StackName: string): Promise<Map<string, string>> {
    const { StackResources = [] } = await account.cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName }),
    );
    return new Map(
      StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }: StackResource) => [
        LogicalResourceId,
        PhysicalResourceId,
      ]),
    );
  }

  for (const [page, more] of [
    ['README.md', REPOSITORY + ROLE],
    ['docs/resource-types/ecr-image.md', ''],
  ] as const) {
    test(`${page}: the stack is created, and its image is the placeholder`, async () => {
      const ids = await create(page.replaceAll(/\W/g, '-'), resources(block(page)) + more);
      const id = ids.get('Image');
      assert.ok(id?.includes(`:initial@${PLACEHOLDER_DIGEST}#`), id);
    });
  }

  test('docs/resource-types/ecr-image.md: a Fargate service starts with the placeholder', async () => {
    const template = block('docs/resource-types/ecr-image.md', 1);
    const ids = await create('fargate', template, { Subnets: 'subnet-0123456789abcdef0' });
    assert.match(ids.get('Service') ?? '', /^arn:aws:ecs:/);
    const { Stacks: [stack] = [] } = await account.cloudFormation.send(
      new DescribeStacksCommand({ StackName: 'fargate' }),
    );
    const outputs = new Map(stack?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    assert.equal(outputs.get('Origin'), 'placeholder');
    assert.equal(outputs.get('Digest'), PLACEHOLDER_DIGEST);
    assert.equal(outputs.get('StartedWith'), `${outputs.get('PushTo')}:initial`);
  });

  describe('docs/resource-types/image-tag.md', () => {
    const page = 'docs/resource-types/image-tag.md';
    const hex = image.manifest.digest.replace('sha256:', '');

    test('the function has the image that was released last', async () => {
      const template = resources(block(page), block(page, 2)) + ROLE;
      const ids = await create('release', template);
      assert.match(ids.get('Release') ?? '', new RegExp(`^image-tag#[0-9a-f]{12}:v1/${hex}/1/`));
      assert.deepEqual(await deployAgain('release', template, '2'), ids);

      const next = buildExampleImage('2').image;
      await pushImage({ registry: account.endpoint, repository: APPLICATION }, 'v2', next);
      await release('v2');
      const moved = await deployAgain('release', template, '3');
      const nextHex = next.manifest.digest.replace('sha256:', '');
      assert.match(
        moved.get('Release') ?? '',
        new RegExp(`^image-tag#[0-9a-f]{12}:v2/${nextHex}/2/[0-9a-f]{12},[0-9a-f]{12}:v1/${hex}/1/`),
      );
      const FunctionName = moved.get('Function');
      assert.equal(FunctionName, ids.get('Function'));
      const { Code } = await clients.lambda.send(new GetFunctionCommand({ FunctionName }));
      assert.equal(Code?.ImageUri, `${account.registryHost}/${APPLICATION}@${next.manifest.digest}`);
    });

    test('the first deployment has the default, and an ECS service takes it', async () => {
      const ids = await create('first', resources(block(page, 1), block(page, 3)) + ROLE);
      const seedHex = PLACEHOLDER_DIGEST.replace('sha256:', '');
      assert.match(ids.get('Release') ?? '', new RegExp(`^image-tag#[0-9a-f]{12}:initial/${seedHex}//`));
    });
  });

  test('docs/deploy-again.md: the whole template is one', async () => {
    const { cloudFormation: client } = account;
    const StackName = 'again';
    const Parameters = [{ ParameterKey: 'DeploymentId', ParameterValue: '1' }];
    const TemplateBody = block('docs/deploy-again.md');
    await client.send(new CreateStackCommand({ StackName, TemplateBody, Parameters }));
    const waited = await waitUntilStackCreateComplete({ client, ...POLLING }, { StackName });
    assert.equal(waited.state, 'SUCCESS');
  });

  test('docs/resource-types/layer-fingerprint.md: the layer, a function in another stack, and several layers', async () => {
    const page = 'docs/resource-types/layer-fingerprint.md';
    const published = await create('layer', resources(block(page, 1)));
    const arn = published.get('Layer') ?? '';
    assert.match(arn, /:layer:shop-dependencies:1$/);

    const template = resources(block(page), block(page, 3)) + ROLE;
    const ids = await create('consumer', template);
    assert.ok(ids.get('Layer')?.endsWith(`.1.1.${arn.replace(/:1$/, '')}`), ids.get('Layer'));
    const { Layers = [], Description = '' } = await clients.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: ids.get('Function') }),
    );
    assert.deepEqual(
      Layers.map(({ Arn }) => Arn),
      [arn],
    );
    assert.match(Description, /^Depend on: shop-dependencies@[0-9a-f]{12}$/);
    assert.deepEqual(await deployAgain('consumer', template), ids);

    await create(
      'tracing',
      resources(
        block(page, 1)
          .replaceAll('shop-dependencies', 'shop-tracing')
          .replaceAll('/shop/layer', '/shop/tracing'),
      ),
    );
    const several = await create('several', resources(block(page, 2)) + ROLE);
    assert.match(several.get('Tracing') ?? '', /:layer:shop-tracing$/);

    await create('compared', block(page, 5));
    const { Stacks: [compared] = [] } = await account.cloudFormation.send(
      new DescribeStacksCommand({ StackName: 'compared' }),
    );
    const fingerprint = compared?.Outputs?.find(({ OutputKey }) => OutputKey === 'Fingerprint')?.OutputValue;
    assert.match(fingerprint ?? '', /^[0-9a-f]{64}$/);
  });
});

function clientsOf({ endpoint, region, variables }: Account) {
  const configuration = {
    endpoint: endpoint.origin,
    region,
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
  return { ssm: new SSMClient(configuration), lambda: new LambdaClient(configuration) };
}
