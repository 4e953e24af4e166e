import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Duration } from 'aws-cdk-lib';
import {
  ReleasedFunctionExample,
  type ReleasedFunctionExampleProps,
} from '../../../stacks/examples/released-function.ts';
import { flatResources, flatTemplate, getResource, quickApp } from '../synthesis.ts';

const TOKEN = 'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime';

function example(props: Partial<ReleasedFunctionExampleProps> = {}): ReleasedFunctionExample {
  return new ReleasedFunctionExample(quickApp(), 'example', { releaseParameter: '/shop/tag', ...props });
}

describe('the example of a function that is released elsewhere', () => {
  it('puts the placeholder into its repository, which takes it away again', () => {
    assert.deepEqual(getResource(example(), 'Seed').Properties, {
      ServiceToken: `${TOKEN}-ecr-image`,
      ServiceTimeout: '1200',
      RepositoryName: '<Repository>',
      Platform: 'linux/amd64',
      UsedBy: 'lambda',
    });
  });

  it('takes the image of a source away as well, if it is given one', () => {
    const { Properties } = getResource(example({ source: 'registry.example.com/app:2' }), 'Seed');
    assert.equal(Properties.OnDelete, 'delete');
  });

  it('tells the placeholder what it stands in for', () => {
    assert.deepEqual(getResource(example(), 'Function').Properties.Environment, {
      Variables: { DEPLOYTIME_REPOSITORY: '<Repository>', DEPLOYTIME_TAG: '<Seed.Tag>' },
    });
  });

  it('asks for the released tag, with that image for as long as there is none', () => {
    assert.deepEqual(getResource(example(), 'Release').Properties, {
      ServiceToken: `${TOKEN}-image-tag`,
      ServiceTimeout: '1200',
      ParameterName: '/shop/tag',
      Default: '<Seed.Tag>',
      RepositoryName: '<Repository>',
      Platform: 'linux/amd64',
      UsedBy: 'lambda',
    });
  });

  it('runs what is answered, in a version for each digest', () => {
    const stack = example();
    assert.deepEqual(getResource(stack, 'Function').Properties.Code, { ImageUri: '<Release.ImageUri>' });
    const version = [...flatResources(stack).values()].find(({ Type }) => Type === 'AWS::Lambda::Version');
    assert.equal(version?.Properties.Description, '<Release.Digest>');
  });

  it('has no condition, and is the same template before and after the release', () => {
    const template = flatTemplate(example());
    assert.equal(template.Conditions, undefined);
    assert.doesNotMatch(JSON.stringify(template.Resources), /Fn::If|"Condition":"/);
  });

  it('asks again for the release alone when the deployment id changes', () => {
    const stack = example({ deploymentId: '7' });
    assert.equal(getResource(stack, 'Release').Properties.DeploymentId, '7');
    assert.equal(getResource(stack, 'Seed').Properties.DeploymentId, undefined);
  });

  it('shows what was seeded, what was answered, and what runs', () => {
    const outputs = flatTemplate(example()).Outputs as Record<string, { Value: string }>;
    const { FunctionVersion, ...others } = outputs;
    assert.match(FunctionVersion?.Value ?? '', /^<FunctionCurrentVersion.*\.Version>$/);
    assert.deepEqual(Object.fromEntries(Object.entries(others).map(([name, { Value }]) => [name, Value])), {
      RepositoryName: '<Repository>',
      RepositoryUri: '<Seed.RepositoryUri>',
      ReleaseParameter: '/shop/tag',
      SeedDigest: '<Seed.Digest>',
      SeedOrigin: '<Seed.Origin>',
      Tag: '<Release.Tag>',
      Digest: '<Release.Digest>',
      ImageUri: '<Release.ImageUri>',
      TaggedImageUri: '<Release.TaggedImageUri>',
      ResolvedFrom: '<Release.ResolvedFrom>',
      ParameterVersion: '<Release.ParameterVersion>',
      FunctionName: '<Function>',
    });
  });

  it('can be told another source, tag, platform, timeout and copy of the service', () => {
    const stack = example({
      source: 'registry.example.com/app:2',
      tag: 'seed',
      platform: 'linux/arm64',
      onDelete: 'retain',
      onExisting: 'overwrite',
      serviceTimeout: Duration.seconds(30),
      qualifier: 'blue',
    });
    assert.deepEqual(getResource(stack, 'Seed').Properties, {
      ServiceToken: `${TOKEN}-blue-ecr-image`,
      ServiceTimeout: '30',
      RepositoryName: '<Repository>',
      Source: 'registry.example.com/app:2',
      Tag: 'seed',
      Platform: 'linux/arm64',
      UsedBy: 'lambda',
      OnExisting: 'overwrite',
      OnDelete: 'retain',
    });
    const { ServiceToken, ServiceTimeout, Platform } = getResource(stack, 'Release').Properties;
    assert.deepEqual(
      [ServiceToken, ServiceTimeout, Platform],
      [`${TOKEN}-blue-image-tag`, '30', 'linux/arm64'],
    );
    assert.deepEqual(getResource(stack, 'Function').Properties.Architectures, ['arm64']);
  });
});
