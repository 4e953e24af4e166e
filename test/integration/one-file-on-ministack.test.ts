import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DescribeStackResourcesCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  PublishLayerVersionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Account } from '../../local/account.ts';
import { buildExampleImage } from '../../local/image/example-image.ts';
import { pushImage } from '../../local/image/push-image.ts';
import { createRepository } from '../../local/repository.ts';
import { standInForScalableTargets } from '../../local/scalable-targets.ts';
import { deleteStack } from '../../local/stack-deletion.ts';
import { layerArchive } from '../support/layers-api/layer-archive.ts';
import { type DeployedService, startDeployedService } from '../support/local/deployed-service.ts';
import { deployOneFile } from '../support/local/one-file.ts';
import { createScaledPair } from '../support/local/scaled-pair.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
/** Of a function's zip; that of a bundle with the SDK in it has twice as many. */
const MOST_INLINE_BYTES = 200_000;
const OPERATORS = 'arn:aws:sns:us-east-1:000000000000:operators';

/**
 * The template as users deploy it: from a bucket, with parameters. The functions take the AWS SDK from the runtime, as
 * on AWS; the real one, which local/ministack.ts puts in the place of MiniStack's stubs. It enforces no permissions,
 * and knows neither the rule nor the patterns of parameters.
 */
describe('the one file', witness('ministack'), () => {
  let service: DeployedService;
  let account: Account;
  let outputs: Record<string, string>;
  before(async () => {
    service = await startDeployedService({
      deployBy: async (opened) => {
        outputs = await deployOneFile(opened, {
          parameters: { RepositoryPattern: 'team/*', AllowedSourceRegistries: opened.registryHost },
        });
      },
    });
    account = service.account;
    assert.equal(await standInForScalableTargets(account, NEVER), true);
  });
  after(() => service?.[Symbol.asyncDispose]());

  test('answers its service tokens and its version', () => {
    const token = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:deploytime-${name}`;
    const { Version, ...tokens } = outputs;
    assert.match(Version ?? '', /^\d+\.\d+\.\d+/);
    assert.deepEqual(tokens, {
      EcrImageServiceToken: token('ecr-image'),
      ImageTagServiceToken: token('image-tag'),
      LayerFingerprintServiceToken: token('layer-fingerprint'),
      ScheduledScalingServiceToken: token('scheduled-scaling'),
    });
  });

  test('has the service tokens in SSM under their fixed names', async () => {
    const Name = '/deploytime/service-token/image-tag';
    const { Parameter } = await account.ssm.send(new GetParameterCommand({ Name }));
    assert.equal(Parameter?.Value, outputs.ImageTagServiceToken);
  });

  test('gives its functions what its parameters say, and leaves out what they leave empty', async () => {
    const { Environment } = await configuration('deploytime-ecr-image');
    const variables = Environment?.Variables ?? {};
    assert.equal(variables.DEPLOYTIME_ALLOWED_SOURCE_REGISTRIES, account.registryHost);
    assert.equal(variables.AWS_ENDPOINT_URL, account.endpoint.origin);
    assert.equal(variables.POWERTOOLS_SERVICE_NAME, 'deploytime');
  });

  test('puts an image where there is none, and keeps it', async () => {
    const { image } = buildExampleImage('1');
    for (const repository of ['source', 'team/empty']) await createRepository(account, repository);
    await pushImage({ registry: account.endpoint, repository: 'source' }, '1', image);
    const { answer, attributes } = await service.deploy({
      stack: 'image',
      asked: {
        Type: 'Custom::EcrImage',
        Properties: { RepositoryName: 'team/empty', Source: `${account.registryHost}/source:1` },
      },
      attributes: ['Digest', 'Origin'],
    });
    assert.equal(answer.status, 'SUCCESS', answer.reason);
    assert.deepEqual(attributes, { Digest: image.manifest.digest, Origin: 'source' });
  });

  test('refuses a source that its parameter does not allow', async () => {
    const { answer } = await service.deploy({
      stack: 'refused',
      asked: {
        Type: 'Custom::EcrImage',
        Properties: { RepositoryName: 'team/empty', Tag: 'other', Source: 'ghcr.io/team/app:1' },
      },
      attributes: [],
    });
    assert.equal(answer.status, 'FAILED');
    assert.match(answer.reason ?? '', /ghcr\.io.*AllowedSourceRegistries|AllowedSourceRegistries.*ghcr\.io/s);
  });

  test('tells the tag that was released', async () => {
    const { answer, attributes } = await service.deploy({
      stack: 'tag',
      asked: {
        Type: 'Custom::ImageTag',
        Properties: { ParameterName: '/shop/release', Default: '1', RepositoryName: 'source' },
      },
      attributes: ['Tag', 'ResolvedFrom'],
    });
    assert.equal(answer.status, 'SUCCESS', answer.reason);
    assert.deepEqual(attributes, { Tag: '1', ResolvedFrom: 'default' });
  });

  test('tells what a layer contains', async () => {
    const ZipFile = await layerArchive({ 'python/shop.py': 'PRICE = 1\n' }, { builtAt: new Date(0) });
    await account.lambda.send(new PublishLayerVersionCommand({ LayerName: 'shop', Content: { ZipFile } }));
    const { answer, attributes } = await service.deploy({
      stack: 'layer',
      asked: { Type: 'Custom::LayerFingerprint', Properties: { LayerName: 'shop' } },
      attributes: ['Fingerprint', 'Version'],
    });
    assert.equal(answer.status, 'SUCCESS', answer.reason);
    assert.match(attributes.Fingerprint ?? '', /^[0-9a-f]{64}$/);
    assert.equal(attributes.Version, '1');
  });

  test('takes a plan of scheduled scaling, and lets it go', async () => {
    const pair = await createScaledPair(account, 'orders');
    const { answer, attributes } = await service.deploy({
      stack: 'nightly',
      asked: {
        Type: 'Custom::ScheduledScaling',
        Properties: {
          Scenarios: [
            {
              Name: 'nightly',
              Start: 'cron(0 3 1 1 ? *)',
              Duration: 'PT1H',
              Steps: [{ Target: pair.service, DesiredCount: 5 }],
            },
          ],
        },
      },
      attributes: ['PlanId', 'ScheduleGroup'],
    });
    assert.equal(answer.status, 'SUCCESS', answer.reason);
    assert.notEqual(attributes.PlanId, '');
    await deleteStack(account.cloudFormation, 'nightly', NEVER);
  });

  test('is updated with other parameters, in place', async () => {
    const before = await configuration('deploytime-ecr-image');
    const updated = await deployOneFile(account, { parameters: { AlarmTopicArn: OPERATORS } });
    assert.deepEqual(updated, outputs);
    const { FunctionArn, Environment } = await configuration('deploytime-ecr-image');
    assert.equal(FunctionArn, before.FunctionArn);
    assert.equal(Environment?.Variables?.DEPLOYTIME_ALLOWED_SOURCE_REGISTRIES, '');
  });

  test('is there a second time, under a qualifier', async () => {
    const second = await deployOneFile(account, { stackName: 'second', parameters: { Qualifier: 'blue' } });
    assert.match(second.EcrImageServiceToken ?? '', /:function:deploytime-blue-ecr-image$/);
    await deleteStack(account.cloudFormation, 'second', NEVER);
    await assert.rejects(configuration('deploytime-blue-ecr-image'), ResourceNotFoundException);
  });

  test('goes with all that it has; on AWS the table of scheduled scaling stays', async () => {
    // MiniStack deletes what a template retains.
    const { TemplateBody = '' } = await account.cloudFormation.send(
      new GetTemplateCommand({ StackName: 'deploytime' }),
    );
    const resources = Object.values<{ Type: string; DeletionPolicy?: string }>(
      JSON.parse(TemplateBody).Resources,
    );
    const table = resources.find(({ Type }) => Type === 'AWS::DynamoDB::Table');
    assert.equal(table?.DeletionPolicy, 'RetainExceptOnCreate');
    await deleteStack(account.cloudFormation, 'deploytime', NEVER);
    await assert.rejects(configuration('deploytime-ecr-image'), ResourceNotFoundException);
  });

  function configuration(FunctionName: string) {
    return account.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  }
});

describe('a service that the CDK deployed', witness('ministack'), () => {
  let service: DeployedService;
  before(async () => {
    service = await startDeployedService();
  });
  after(() => service?.[Symbol.asyncDispose]());

  test('becomes that of the one file by an update, and stacks that use it go on', async () => {
    const { account } = service;
    const ask = (DeploymentId: string) =>
      service.deploy({
        stack: 'consumer',
        asked: {
          Type: 'Custom::ImageTag',
          Properties: { ParameterName: '/shop/release', Default: '1', DeploymentId },
        },
        attributes: ['Tag'],
      });
    const first = await ask('one');
    const before = await physicalIds(account);
    await deployOneFile(account);
    assert.deepEqual(await physicalIds(account), before);
    const { CodeSize = 0 } = await account.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'deploytime-image-tag' }),
    );
    assert.ok(CodeSize < MOST_INLINE_BYTES, `the code has ${CodeSize} bytes: it is not that of the template`);
    const second = await ask('two');
    assert.deepEqual([second.answer.request, second.answer.status], ['Update', 'SUCCESS']);
    assert.equal(second.answer.physicalId, first.answer.physicalId);
  });

  async function physicalIds({ cloudFormation }: Account): Promise<Record<string, string>> {
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: 'deploytime' }),
    );
    return Object.fromEntries(
      StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
        LogicalResourceId,
        PhysicalResourceId,
      ]).toSorted(),
    );
  }
});
