import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Duration } from 'aws-cdk-lib';
import {
  ImageFunctionExample,
  type ImageFunctionExampleProps,
} from '../../../stacks/examples/image-function.ts';
import { flatTemplate, getResource, quickApp } from '../synthesis.ts';

function example(props?: ImageFunctionExampleProps): ImageFunctionExample {
  return new ImageFunctionExample(quickApp(), 'example', props);
}

describe('the example of an image function', () => {
  it('puts the placeholder into a repository of its own, which takes it away again', () => {
    const stack = example();
    assert.deepEqual(getResource(stack, 'Image').Properties, {
      ServiceToken:
        'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime-ecr-image',
      ServiceTimeout: '1200',
      RepositoryName: '<Repository>',
      UsedBy: 'lambda',
    });
  });

  it('takes the image of a source away as well, if it is given one', () => {
    const { Properties } = getResource(example({ source: 'registry.example.com/app:2' }), 'Image');
    assert.equal(Properties.OnDelete, 'delete');
  });

  it('tells the placeholder what it stands in for', () => {
    assert.deepEqual(getResource(example(), 'Function').Properties.Environment, {
      Variables: { DEPLOYTIME_REPOSITORY: '<Repository>', DEPLOYTIME_TAG: '<Image.Tag>' },
    });
  });

  it('keeps images of others: its repository is deleted only when it is empty', () => {
    const { Properties, DeletionPolicy } = getResource(example(), 'Repository');
    assert.equal(DeletionPolicy, 'Delete');
    assert.equal(Properties.EmptyOnDelete, undefined);
  });

  it('leaves no log group behind', () => {
    assert.equal(getResource(example(), 'FunctionLog').DeletionPolicy, 'Delete');
  });

  it('runs a function of the architecture of the platform', () => {
    assert.deepEqual(getResource(example(), 'Function').Properties.Architectures, ['x86_64']);
    const arm = example({ platform: 'linux/arm64' });
    assert.deepEqual(getResource(arm, 'Function').Properties.Architectures, ['arm64']);
  });

  it('shows what the service answered', () => {
    const outputs = flatTemplate(example()).Outputs as Record<string, { Value: string }>;
    const { FunctionVersion, ...answered } = outputs;
    assert.match(FunctionVersion?.Value ?? '', /^<FunctionCurrentVersion.*\.Version>$/);
    assert.deepEqual(answered, {
      Tag: { Value: '<Image.Tag>' },
      Digest: { Value: '<Image.Digest>' },
      ImageUri: { Value: '<Image.ImageUri>' },
      TaggedImageUri: { Value: '<Image.TaggedImageUri>' },
      RepositoryUri: { Value: '<Image.RepositoryUri>' },
      Origin: { Value: '<Image.Origin>' },
    });
  });

  it('can be told another source, tag, timeout and copy of the service', () => {
    const stack = example({
      source: 'registry.example.com/app:2',
      tag: 'v2',
      onDelete: 'retain',
      onExisting: 'overwrite',
      deploymentId: '7',
      serviceTimeout: Duration.seconds(30),
      qualifier: 'blue',
    });
    assert.deepEqual(getResource(stack, 'Image').Properties, {
      ServiceToken:
        'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime-blue-ecr-image',
      ServiceTimeout: '30',
      RepositoryName: '<Repository>',
      Source: 'registry.example.com/app:2',
      Tag: 'v2',
      UsedBy: 'lambda',
      OnExisting: 'overwrite',
      OnDelete: 'retain',
      DeploymentId: '7',
    });
  });
});
