import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { type IRepository, Repository } from 'aws-cdk-lib/aws-ecr';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Architecture, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { readProperties } from '../../../handlers/cloudformation/properties.ts';
import {
  IMAGE_TAG_ATTRIBUTES,
  IMAGE_TAG_TYPE,
  type ImageTagProperties,
  imageTagRules,
  imageTagSchema,
} from '../../../handlers/resources/image-tag-properties.ts';
import { EcrImage } from '../../../stacks/constructs/ecr-image.ts';
import { ImageTag, type ImageTagProps } from '../../../stacks/constructs/image-tag.ts';
import { flatResources, getResource, quickApp } from '../synthesis.ts';

const TOKEN = 'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime-image-tag';
const DIGEST = `sha256:${'0a'.repeat(32)}`;
const HERE = { account: '111111111111', region: 'eu-west-1' };
const PARAMETER = { parameterName: '/shop/tag' };

/** A repository by its ARN, and so of a known place. */
function repositoryAt(scope: Stack, { account, region } = HERE): IRepository {
  const arn = `arn:aws:ecr:${region}:${account}:repository/shop/app`;
  return Repository.fromRepositoryArn(scope, 'Imported', arn);
}

function tagStack(
  props: (stack: Stack) => Partial<ImageTagProps> = () => PARAMETER,
  env?: typeof HERE,
): { stack: Stack; tag: ImageTag } {
  const stack = new Stack(quickApp(), 'stack', { ...(env && { env }) });
  return { stack, tag: new ImageTag(stack, 'Release', props(stack)) };
}

function propertiesOf(...given: Parameters<typeof tagStack>): Record<string, unknown> {
  return getResource(tagStack(...given).stack, 'Release').Properties;
}

describe('the construct ImageTag', () => {
  it('asks the fixed service token for the tag, and leaves every default to the service', () => {
    const { stack } = tagStack();
    const { Type, Properties } = getResource(stack, 'Release');
    assert.equal(Type, IMAGE_TAG_TYPE);
    assert.deepEqual(Properties, { ServiceToken: TOKEN, ParameterName: '/shop/tag' });
  });

  it('passes on every property under the name of the contract', () => {
    assert.deepEqual(
      propertiesOf((stack) => ({
        parameterName: '/shop/tag',
        default: 'initial',
        repository: new Repository(stack, 'Repository'),
        platform: 'linux/arm64',
        usedBy: 'lambda',
        deploymentId: '7',
        serviceTimeout: Duration.minutes(5),
        qualifier: 'blue',
      })),
      {
        ServiceToken: TOKEN.replace('deploytime-', 'deploytime-blue-'),
        ServiceTimeout: '300',
        ParameterName: '/shop/tag',
        Default: 'initial',
        RepositoryName: '<Repository>',
        Platform: 'linux/arm64',
        UsedBy: 'lambda',
        DeploymentId: '7',
      },
    );
  });

  it('gives the attributes of the resource', () => {
    const { stack, tag } = tagStack();
    const { digest, imageUri, taggedImageUri, resolvedFrom, parameterVersion } = tag;
    assert.deepEqual(
      [tag.tag, digest, imageUri, taggedImageUri, resolvedFrom, parameterVersion].map(
        (attribute) => stack.resolve(attribute)['Fn::GetAtt'][1],
      ),
      IMAGE_TAG_ATTRIBUTES,
    );
  });

  it('takes a parameter as a construct, and comes after the one that its stack makes', () => {
    const { stack } = tagStack((scope) => ({
      parameter: new StringParameter(scope, 'Parameter', { stringValue: 'v1' }),
      label: 'live',
    }));
    assert.equal(getResource(stack, 'Release').Properties.ParameterName, '<Parameter>:live');
    const imported = propertiesOf((scope) => ({
      parameter: StringParameter.fromStringParameterName(scope, 'Imported', '/shop/tag'),
    }));
    assert.equal(imported.ParameterName, '/shop/tag');
  });

  it("names another account's parameter by its ARN", () => {
    const arn = 'arn:aws:ssm:eu-west-1:222222222222:parameter/shop/tag';
    const ask = (props: Partial<ImageTagProps>) =>
      propertiesOf(
        (scope) => ({ parameter: StringParameter.fromStringParameterArn(scope, 'Imported', arn), ...props }),
        HERE,
      );
    assert.equal(ask({}).ParameterName, arn);
    assert.equal(ask({ version: 3 }).ParameterName, `${arn}:3`);
  });

  it("takes one version of a parameter, by its number, its label or as part of the parameter's name", () => {
    for (const [props, expected] of [
      [{ ...PARAMETER, version: 3 }, '/shop/tag:3'],
      [{ ...PARAMETER, label: 'live' }, '/shop/tag:live'],
      [{ parameterName: '/shop/tag:3' }, '/shop/tag:3'],
    ] as const) {
      assert.equal(propertiesOf(() => props).ParameterName, expected);
    }
  });

  it("names the repository's account where that is another one, or may be", () => {
    const elsewhere = { ...HERE, account: '222222222222' };
    const ask = (place: typeof HERE, env?: typeof HERE) =>
      propertiesOf((stack) => ({ ...PARAMETER, repository: repositoryAt(stack, place) }), env);
    assert.equal(ask(elsewhere, HERE).RegistryId, '222222222222');
    assert.equal(ask(HERE, HERE).RegistryId, undefined);
    assert.equal(ask(elsewhere).RegistryId, '222222222222');
    assert.equal(
      propertiesOf((stack) => ({ ...PARAMETER, repository: new Repository(stack, 'R') })).RegistryId,
      undefined,
    );
  });

  it('comes after the image that it falls back to', () => {
    const { stack } = tagStack((scope) => {
      const repository = new Repository(scope, 'Repository');
      const seed = new EcrImage(scope, 'Seed', { repository, source: 'ghcr.io/owner/name:tag' });
      return { ...PARAMETER, default: seed.tag, repository };
    });
    assert.equal(getResource(stack, 'Release').Properties.Default, '<Seed.Tag>');
  });

  it('asks for nothing beside the resource itself', () => {
    assert.deepEqual([...flatResources(tagStack().stack).keys()], ['Release']);
  });
});

describe('an image that was released', () => {
  const inRepository = (props: Partial<ImageTagProps> = {}) =>
    tagStack((stack) => ({ ...PARAMETER, repository: new Repository(stack, 'Repository'), ...props }));

  it('is the code of a function by digest; Lambda may pull it', () => {
    const { stack, tag } = inRepository();
    new DockerImageFunction(stack, 'Function', { code: tag.toDockerImageCode({ cmd: ['app.handler'] }) });
    const { Code, ImageConfig } = getResource(stack, 'Function').Properties;
    assert.deepEqual(Code, { ImageUri: '<Release.ImageUri>' });
    assert.deepEqual(ImageConfig, { Command: ['app.handler'] });
    const { RepositoryPolicyText } = getResource(stack, 'Repository').Properties;
    assert.match(JSON.stringify(RepositoryPolicyText), /"Service":"lambda.amazonaws.com"/);
  });

  it('is held against the architecture of the function where the platform is known', () => {
    const run = (props: Partial<ImageTagProps>, architecture: Architecture) => {
      const { stack, tag } = inRepository(props);
      new DockerImageFunction(stack, 'Function', { code: tag.toDockerImageCode(), architecture });
    };
    run({}, Architecture.ARM_64);
    run({ platform: 'linux/arm64' }, Architecture.ARM_64);
    assert.throws(() => run({ platform: 'linux/amd64' }, Architecture.ARM_64), {
      message:
        'stack/Release: platform is "linux/amd64", but the function is arm64, for which the platform must be "linux/arm64"',
    });
  });

  it('is a container of a task by digest; its execution role may pull it', () => {
    const { stack, tag } = inRepository();
    const task = new FargateTaskDefinition(stack, 'Task');
    task.addContainer('app', { image: tag.toContainerImage() });
    const [container] = getResource(stack, 'Task').Properties.ContainerDefinitions as { Image: string }[];
    assert.equal(container?.Image, '<Release.ImageUri>');
    const { PolicyDocument } = getResource(stack, 'TaskExecutionRoleDefaultPolicy').Properties;
    assert.match(JSON.stringify(PolicyDocument), /ecr:BatchGetImage.*<Repository\.Arn>/);
  });

  it('is none where no repository says which', () => {
    const { tag } = tagStack();
    const needs = "needs the property repository, in which the tag's image is looked for";
    assert.throws(() => tag.toDockerImageCode(), { message: `stack/Release: toDockerImageCode() ${needs}` });
    assert.throws(() => tag.toContainerImage(), { message: `stack/Release: toContainerImage() ${needs}` });
  });

  it('makes another version of the function, whose description holds the digest', () => {
    const { stack, tag } = inRepository();
    const fn = new DockerImageFunction(stack, 'Function', {
      code: tag.toDockerImageCode(),
      currentVersionOptions: { description: tag.digest },
    });
    fn.addAlias('live');
    const version = [...flatResources(stack).values()].find(({ Type }) => Type === 'AWS::Lambda::Version');
    assert.equal(version?.Properties.Description, '<Release.Digest>');
  });
});

/** The properties that the service's own reader is given: those of the template without CloudFormation's own. */
function propertiesAsRead(props: Partial<ImageTagProps>): ImageTagProperties {
  const { ServiceToken, ServiceTimeout, DeploymentId, ...raw } = propertiesOf((stack) => ({
    ...PARAMETER,
    repository: repositoryAt(stack),
    ...props,
  }));
  return readProperties(IMAGE_TAG_TYPE, imageTagSchema, raw, imageTagRules);
}

describe('what ImageTag allows', () => {
  const allowed: Partial<ImageTagProps>[] = [
    {},
    { parameterName: 'tag' },
    { parameterName: '/shop/tag:3' },
    { parameterName: '/shop/tag:live' },
    { parameterName: `arn:aws:ssm:eu-west-1:${HERE.account}:parameter/shop/tag` },
    { version: 12 },
    { label: 'live' },
    { default: 'initial' },
    { default: DIGEST },
    { default: `v1@${DIGEST}` },
    ...(['linux/amd64', 'linux/arm64'] as const).map((platform) => ({ platform })),
    ...(['lambda', 'ecs', 'any'] as const).map((usedBy) => ({ usedBy })),
    { repository: undefined },
  ];
  for (const props of allowed) {
    it(`is read by the service: ${JSON.stringify(props)}`, () => {
      const read = propertiesAsRead(props);
      const selector = props.version ?? props.label;
      const name = props.parameterName ?? PARAMETER.parameterName;
      assert.equal(read.ParameterName.text, selector === undefined ? name : `${name}:${selector}`);
      assert.equal(read.RepositoryName, 'repository' in props ? undefined : 'shop/app');
      assert.equal(read.RegistryId, 'repository' in props ? undefined : HERE.account);
      assert.equal(read.Platform, props.platform);
      assert.equal(read.UsedBy, props.usedBy ?? 'any');
      assert.equal(read.Default !== undefined, props.default !== undefined);
    });
  }
});

describe('what ImageTag refuses at synthesis', () => {
  const SHAPE = 'the name of an SSM parameter (/shop/tag, name:version or name:label) or its ARN';
  const refused: [string, object, string][] = [
    [
      'no parameter',
      { parameterName: undefined },
      'none of parameter, parameterName is given; it must be exactly one',
    ],
    [
      'a name that is none',
      { parameterName: 'shop/tag' },
      `parameterName is "shop/tag", where a name with levels begins with "/"; it must be ${SHAPE}`,
    ],
    ['no version', { version: 0 }, 'version is 0; it must be a whole number from 1'],
    [
      'a label that SSM keeps for itself',
      { label: 'aws-live' },
      'label is "aws-live"; it must be 1 to 100 letters, digits, "_", "." and "-", and begin with no digit, "aws" or "ssm"',
    ],
    [
      'a version and a label',
      { version: 3, label: 'live' },
      'version and label are both given; only one of them can say which version is meant',
    ],
    [
      'a version of a version',
      { parameterName: '/shop/tag:3', label: 'live' },
      'parameterName is "/shop/tag:3", which names a version already; leave out version and label',
    ],
    [
      'the same behind an ARN',
      { parameterName: 'arn:aws:ssm:eu-west-1:111111111111:parameter/shop/tag:3', version: 4 },
      'parameterName is "arn:aws:ssm:eu-west-1:111111111111:parameter/shop/tag:3", which names a version already; leave out version and label',
    ],
    [
      'a default with a line break',
      { default: 'v1\n' },
      'default is "v1\\n", which begins or ends with white space, such as a line break; it must be a tag, a digest (sha256:…) or tag@sha256:…',
    ],
    [
      'a platform without a repository',
      { platform: 'linux/arm64' },
      'platform needs repository: without it no image is looked for',
    ],
    [
      'a function without a repository',
      { usedBy: 'lambda' },
      'usedBy is "lambda", which needs repository: without it no image is looked at',
    ],
    ['a user', { usedBy: 'batch' }, 'usedBy is "batch"; it must be one of lambda, ecs, any'],
    [
      'two hours',
      { serviceTimeout: Duration.hours(2) },
      'serviceTimeout is 7200 seconds; it must be 1 to 3600 whole seconds',
    ],
  ];
  for (const [what, props, mistake] of refused) {
    it(`${what}, in a sentence that says where`, () => {
      assert.throws(() => tagStack(() => ({ ...PARAMETER, ...props })), {
        message: `stack/Release: ${mistake}`,
      });
    });
  }

  it('two ways to name the parameter', () => {
    const both = (stack: Stack) => ({
      ...PARAMETER,
      parameter: StringParameter.fromStringParameterName(stack, 'Imported', '/shop/tag'),
    });
    assert.throws(
      () => tagStack(both),
      /parameter and parameterName are given; it must be exactly one of parameter, parameterName$/,
    );
  });

  it('a platform that no function has', () => {
    const all = (stack: Stack) =>
      ({ ...PARAMETER, repository: repositoryAt(stack), platform: 'all' }) as object;
    assert.throws(() => tagStack(all), /platform is "all"; it must be one of linux\/amd64, linux\/arm64$/);
  });

  it('a repository of another Region', () => {
    const there = (stack: Stack) => ({
      ...PARAMETER,
      repository: repositoryAt(stack, { ...HERE, region: 'us-east-1' }),
    });
    assert.throws(() => tagStack(there, HERE), {
      message:
        "stack/Release: repository is of the Region us-east-1; it must be of the stack's own, which is eu-west-1",
    });
  });

  it('nothing that is only known at deploy time', () => {
    const unresolved = Lazy.string({ produce: () => '!' });
    tagStack((stack) => ({
      parameterName: unresolved,
      default: unresolved,
      version: new CfnParameter(stack, 'Version', { type: 'Number' }).valueAsNumber,
      serviceToken: unresolved,
    }));
  });
});
