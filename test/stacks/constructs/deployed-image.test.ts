import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Lazy, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Architecture, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import type { ImageCodeOptions } from '../../../stacks/constructs/deployed-image.ts';
import { EcrImage, type ImagePlatform } from '../../../stacks/constructs/ecr-image.ts';
import { flatResources, getResource, quickApp, warningsOf } from '../synthesis.ts';

const SOURCE = 'ghcr.io/owner/name:tag';
const LAMBDA_PULL = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  Condition: {
    StringLike: { 'aws:sourceArn': 'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:*' },
  },
};

function imageIn(stack: Stack, platform?: ImagePlatform): EcrImage {
  const repository = new Repository(stack, 'Repository');
  return new EcrImage(stack, 'Image', { repository, source: SOURCE, platform });
}

function imageFunction(
  architecture?: Architecture,
  platform?: ImagePlatform,
  options?: ImageCodeOptions,
): Stack {
  const stack = new Stack(quickApp(), 'stack');
  const code = imageIn(stack, platform).toDockerImageCode(options);
  new DockerImageFunction(stack, 'Function', { code, ...(architecture && { architecture }) });
  return stack;
}

function repositoryStatements(stack: Stack): unknown {
  const { RepositoryPolicyText } = getResource(stack, 'Repository').Properties;
  return (RepositoryPolicyText as { Statement: unknown }).Statement;
}

describe('an image function', () => {
  it('uses the image by the digest that is answered, and so comes after the image', () => {
    assert.deepEqual(getResource(imageFunction(), 'Function').Properties.Code, {
      ImageUri: '<Image.ImageUri>',
    });
  });

  it('may be given another command', () => {
    const options = { cmd: ['app.handler'], entrypoint: ['/bin/sh'], workingDirectory: '/app' };
    assert.deepEqual(
      getResource(imageFunction(undefined, undefined, options), 'Function').Properties.ImageConfig,
      {
        Command: ['app.handler'],
        EntryPoint: ['/bin/sh'],
        WorkingDirectory: '/app',
      },
    );
  });

  it("may be pulled by Lambda, for this account's functions in this Region", () => {
    assert.deepEqual(repositoryStatements(imageFunction()), [LAMBDA_PULL]);
  });

  it('asks for the pull once, however many functions use the image', () => {
    const stack = new Stack(quickApp(), 'stack');
    const image = imageIn(stack);
    new DockerImageFunction(stack, 'First', { code: image.toDockerImageCode() });
    new DockerImageFunction(stack, 'Second', { code: image.toDockerImageCode() });
    assert.deepEqual(repositoryStatements(stack), [LAMBDA_PULL]);
  });

  it('can use an imported repository, and warns that its owner grants the pull', () => {
    const stack = new Stack(quickApp(), 'stack');
    const repository = Repository.fromRepositoryName(stack, 'Imported', 'team/app');
    const image = new EcrImage(stack, 'Image', { repository, source: SOURCE });
    new DockerImageFunction(stack, 'Function', { code: image.toDockerImageCode() });
    assert.deepEqual(getResource(stack, 'Function').Properties.Code, { ImageUri: '<Image.ImageUri>' });
    assert.deepEqual(warningsOf(stack, '/stack/Function'), [
      'The policy of the repository stack/Imported is not written by this app: its owner must allow ' +
        'lambda.amazonaws.com to call ecr:BatchGetImage and ecr:GetDownloadUrlForLayer, unless whoever deploys may ' +
        'call ecr:GetRepositoryPolicy and ecr:SetRepositoryPolicy, with which Lambda adds that itself ' +
        '[ack: deploytime:lambdaPull]',
    ]);
  });

  it('warns of nothing where this app writes the policy', () => {
    assert.deepEqual(warningsOf(imageFunction(), '*'), []);
  });

  it('may be of either architecture, where the image is', () => {
    imageFunction(Architecture.X86_64, 'linux/amd64');
    imageFunction(Architecture.ARM_64, 'linux/arm64');
  });

  it('may be of a platform that is only known at deploy time', () => {
    imageFunction(Architecture.ARM_64, Lazy.string({ produce: () => 'linux/arm64' }) as ImagePlatform);
  });

  for (const [architecture, platform] of [
    [Architecture.ARM_64, undefined],
    [Architecture.X86_64, 'linux/arm64'],
    [undefined, 'all'],
  ] as const) {
    it(`is refused for ${architecture?.name ?? 'the default architecture'} and the platform ${platform}`, () => {
      assert.throws(() => imageFunction(architecture, platform), {
        message:
          `stack/Image: platform is "${platform ?? 'linux/amd64'}", but the function is ` +
          `${architecture?.name ?? 'x86_64'}, for which the platform must be ` +
          `"${(architecture ?? Architecture.X86_64).dockerPlatform}"`,
      });
    });
  }
});

describe('a version of an image function', () => {
  it('changes with the digest, where its description holds it', () => {
    const stack = new Stack(quickApp(), 'stack');
    const image = imageIn(stack);
    const fn = new DockerImageFunction(stack, 'Function', {
      code: image.toDockerImageCode(),
      currentVersionOptions: { description: image.digest },
    });
    fn.addAlias('live');
    const version = [...flatResources(stack).values()].find(({ Type }) => Type === 'AWS::Lambda::Version');
    assert.deepEqual(version?.Properties, { FunctionName: '<Function>', Description: '<Image.Digest>' });
  });
});

describe('a container of an ECS task', () => {
  const stack = new Stack(quickApp(), 'stack');
  const task = new FargateTaskDefinition(stack, 'Task');
  task.addContainer('app', { image: imageIn(stack, 'all').toContainerImage() });

  it('uses the image by the digest that is answered, of whatever platform', () => {
    const [container] = getResource(stack, 'Task').Properties.ContainerDefinitions as { Image: string }[];
    assert.equal(container?.Image, '<Image.ImageUri>');
  });

  it("may be pulled by the task's execution role", () => {
    const { PolicyDocument } = getResource(stack, 'TaskExecutionRoleDefaultPolicy').Properties as {
      PolicyDocument: { Statement: { Action: string | string[]; Resource: string }[] };
    };
    assert.deepEqual(
      PolicyDocument.Statement.map(({ Action, Resource }) => [Action, Resource]),
      [
        [
          ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          '<Repository.Arn>',
        ],
        ['ecr:GetAuthorizationToken', '*'],
      ],
    );
  });
});
