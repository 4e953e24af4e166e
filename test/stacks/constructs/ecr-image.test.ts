import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IRepository, Repository } from 'aws-cdk-lib/aws-ecr';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { readProperties } from '../../../handlers/cloudformation/properties.ts';
import {
  ECR_IMAGE_ATTRIBUTES,
  ECR_IMAGE_TYPE,
  type EcrImageProperties,
  ecrImageSchema,
} from '../../../handlers/resources/ecr-image-properties.ts';
import { formatSource } from '../../../handlers/resources/ecr-image-source.ts';
import { EcrImage, type EcrImageProps } from '../../../stacks/constructs/ecr-image.ts';
import { flatResources, getResource, quickApp } from '../synthesis.ts';

const SOURCE = 'ghcr.io/owner/name:tag';
const TOKEN = 'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime-ecr-image';

interface TestStack {
  readonly stack: Stack;
  readonly repository: IRepository;
  readonly image: EcrImage;
}

function imageStack(props: (stack: Stack) => Partial<EcrImageProps> = () => ({})): TestStack {
  const stack = new Stack(quickApp(), 'stack');
  const repository = new Repository(stack, 'Repository');
  const image = new EcrImage(stack, 'Image', { repository, source: SOURCE, ...props(stack) });
  return { stack, repository, image };
}

function tagsOf(stack: Stack, id: string): unknown {
  return getResource(stack, id).Properties.Tags;
}

describe('the construct EcrImage', () => {
  it('asks the fixed service token for the image, and leaves every default to the service', () => {
    const { stack } = imageStack();
    const { Type, Properties } = getResource(stack, 'Image');
    assert.equal(Type, 'Custom::EcrImage');
    assert.deepEqual(Properties, { ServiceToken: TOKEN, RepositoryName: '<Repository>', Source: SOURCE });
  });

  it('names no source for the placeholder, which the service brings along', () => {
    for (const [source, Source] of [
      [undefined, undefined],
      ['placeholder', 'placeholder'],
    ] as const) {
      const { stack } = imageStack(() => ({ source }));
      assert.equal(getResource(stack, 'Image').Properties.Source, Source);
    }
  });

  it('gives the variables by which the placeholder tells what it stands in for', () => {
    const { stack, image } = imageStack(() => ({ source: undefined }));
    const [repository, tag] = Object.entries(stack.resolve(image.placeholderEnvironment));
    assert.deepEqual(repository?.[0], 'DEPLOYTIME_REPOSITORY');
    assert.deepEqual(repository?.[1], stack.resolve(image.repository.repositoryName));
    assert.deepEqual(tag, ['DEPLOYTIME_TAG', stack.resolve(image.tag)]);
  });

  it('passes on every property under the name of the contract', () => {
    const { stack } = imageStack((scope) => ({
      tag: 'v1',
      sourceCredentials: new Secret(scope, 'Secret'),
      platform: 'linux/arm64',
      usedBy: 'lambda',
      onExisting: 'overwrite',
      onDelete: 'retain',
      deploymentId: '7',
      serviceTimeout: Duration.minutes(5),
      qualifier: 'blue',
    }));
    assert.deepEqual(getResource(stack, 'Image').Properties, {
      ServiceToken: TOKEN.replace('deploytime-', 'deploytime-blue-'),
      ServiceTimeout: '300',
      RepositoryName: '<Repository>',
      Tag: 'v1',
      Source: SOURCE,
      SourceCredentials: '<Secret>',
      Platform: 'linux/arm64',
      UsedBy: 'lambda',
      OnExisting: 'overwrite',
      OnDelete: 'retain',
      DeploymentId: '7',
    });
  });

  it('takes another service token, which may be a parameter of SSM', () => {
    const serviceToken = 'arn:aws:lambda:eu-west-1:111111111111:function:other';
    assert.equal(
      getResource(imageStack(() => ({ serviceToken })).stack, 'Image').Properties.ServiceToken,
      serviceToken,
    );
    const { stack } = imageStack((scope) => ({
      serviceToken: new CfnParameter(scope, 'Token').valueAsString,
    }));
    assert.equal(getResource(stack, 'Image').Properties.ServiceToken, '<Token>');
  });

  it('gives the attributes of the resource', () => {
    const { stack, image } = imageStack();
    const { tag, digest, imageUri, taggedImageUri, repositoryUri, origin } = image;
    const attributes = [tag, digest, imageUri, taggedImageUri, repositoryUri, origin].map(
      (attribute) => stack.resolve(attribute)['Fn::GetAtt'][1],
    );
    assert.deepEqual(attributes, ECR_IMAGE_ATTRIBUTES);
  });

  it('tags the repository and the secret of its own stack, so that the service may use them', () => {
    const { stack } = imageStack((scope) => ({ sourceCredentials: new Secret(scope, 'Secret') }));
    assert.deepEqual(tagsOf(stack, 'Repository'), [{ Key: 'deploytime', Value: 'allow' }]);
    assert.deepEqual(tagsOf(stack, 'Secret'), [{ Key: 'deploytime:source-credentials', Value: 'true' }]);
  });

  it('tags no other resource, and none of another stack', () => {
    const app = quickApp();
    const owner = new Stack(app, 'owner');
    const repository = new Repository(owner, 'Repository');
    const user = new Stack(app, 'user');
    new Repository(user, 'Bystander');
    new EcrImage(user, 'Image', { repository, source: SOURCE });
    assert.equal(tagsOf(owner, 'Repository'), undefined);
    assert.equal(tagsOf(user, 'Bystander'), undefined);
  });

  it('is deleted before its repository, also where the name makes no reference', () => {
    const { stack } = imageStack();
    assert.deepEqual(getResource(stack, 'Image').DependsOn, [
      stack.getLogicalId(stack.node.findChild('Repository').node.defaultChild as never),
    ]);
  });

  it('uses an imported repository by its name', () => {
    const stack = new Stack(quickApp(), 'stack');
    const repository = Repository.fromRepositoryName(stack, 'Imported', 'team/app');
    new EcrImage(stack, 'Image', { repository, source: SOURCE });
    assert.equal(getResource(stack, 'Image').Properties.RepositoryName, 'team/app');
    assert.equal(flatResources(stack).size, 1);
  });

  it('asks for nothing beside the resource itself', () => {
    const { stack } = imageStack();
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 0);
    assert.deepEqual([...flatResources(stack).keys()].toSorted(), ['Image', 'Repository']);
  });
});

const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:login-AbCdEf';

/** The properties that the service's own reader is given: those of the template without CloudFormation's own. */
function propertiesAsRead(props: Partial<EcrImageProps>): EcrImageProperties {
  const stack = new Stack(quickApp(), 'stack');
  const repository = Repository.fromRepositoryName(stack, 'Imported', 'team/app');
  const sourceCredentials = Secret.fromSecretCompleteArn(stack, 'Secret', SECRET_ARN);
  new EcrImage(stack, 'Image', { repository, source: SOURCE, sourceCredentials, ...props });
  const { ServiceToken, ServiceTimeout, DeploymentId, ...raw } = getResource(stack, 'Image').Properties;
  return readProperties(ECR_IMAGE_TYPE, ecrImageSchema, raw);
}

describe('what EcrImage allows', () => {
  const allowed: Partial<EcrImageProps>[] = [
    {},
    { tag: 'v1' },
    ...(['linux/amd64', 'linux/arm64', 'all'] as const).map((platform) => ({ platform })),
    ...(['lambda', 'ecs', 'any'] as const).map((usedBy) => ({ usedBy })),
    ...(['keep', 'overwrite'] as const).map((onExisting) => ({ onExisting })),
    ...(['placeholder', 'retain', 'delete'] as const).map((onDelete) => ({ onDelete })),
  ];
  for (const props of allowed) {
    it(`is read by the service: ${JSON.stringify(props)}`, () => {
      const read = propertiesAsRead(props);
      assert.equal(read.RepositoryName, 'team/app');
      assert.equal(read.Tag, props.tag ?? 'initial');
      assert.equal(formatSource(read.Source), SOURCE);
      assert.equal(read.SourceCredentials, SECRET_ARN);
      assert.equal(read.Platform, props.platform ?? 'linux/amd64');
      assert.equal(read.UsedBy, props.usedBy ?? 'any');
      assert.equal(read.OnExisting, props.onExisting ?? 'keep');
      assert.equal(read.OnDelete, props.onDelete ?? 'placeholder');
    });
  }
});

const UNRESOLVED = Lazy.string({ produce: () => '!' });

describe('what EcrImage refuses at synthesis', () => {
  const refused: [string, object, string][] = [
    [
      'a platform',
      { platform: 'linux/riscv64' },
      'platform is "linux/riscv64"; it must be one of linux/amd64, linux/arm64, all',
    ],
    ['a user', { usedBy: 'batch' }, 'usedBy is "batch"; it must be one of lambda, ecs, any'],
    ['onExisting', { onExisting: 'replace' }, 'onExisting is "replace"; it must be one of keep, overwrite'],
    ['onDelete', { onDelete: 'keep' }, 'onDelete is "keep"; it must be one of placeholder, retain, delete'],
    [
      'a tag',
      { tag: '-v1' },
      'tag is "-v1"; it must be 1 to 128 letters, digits, "_", "." and "-", and begin with none of "." and "-"',
    ],
    [
      'a source that is no image reference',
      { source: 'https://ghcr.io/owner/name' },
      'source: "https://ghcr.io/owner/name" is no image reference: it is written without https://; ' +
        'registry/repository:tag or registry/repository@sha256:… is allowed',
    ],
    [
      'an index for Lambda',
      { usedBy: 'lambda', platform: 'all' },
      'platform is "all", but usedBy is "lambda", which takes an image of one platform; name that platform',
    ],
    [
      'no time',
      { serviceTimeout: Duration.seconds(0) },
      'serviceTimeout is 0 seconds; it must be 1 to 3600 whole seconds',
    ],
    [
      'two hours',
      { serviceTimeout: Duration.hours(2) },
      'serviceTimeout is 7200 seconds; it must be 1 to 3600 whole seconds',
    ],
    [
      'part of a second',
      { serviceTimeout: Duration.millis(1500) },
      'serviceTimeout is 1.5 seconds; it must be 1 to 3600 whole seconds',
    ],
    [
      'a service token with a version',
      { serviceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:other:3' },
      'serviceToken is "arn:aws:lambda:eu-west-1:111111111111:function:other:3"; it must be the ARN of a function without a version',
    ],
    [
      'a service token beside a qualifier',
      { serviceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:other', qualifier: 'blue' },
      'serviceToken and qualifier are both given; only one of them can say which copy of the service answers',
    ],
  ];
  for (const [what, props, mistake] of refused) {
    it(`${what}, in a sentence that says where`, () => {
      assert.throws(() => imageStack(() => props), { message: `stack/Image: ${mistake}` });
    });
  }

  for (const source of [undefined, 'placeholder']) {
    it(`is a login that nobody asks for: with source ${source}`, () => {
      const withLogin = (stack: Stack) => ({ source, sourceCredentials: new Secret(stack, 'Secret') });
      assert.throws(() => imageStack(withLogin), {
        message:
          'stack/Image: sourceCredentials are given, but source is the placeholder, which is part of the service and ' +
          'needs no login; name an image of the registry as source, or leave sourceCredentials out',
      });
    });
  }

  it('is named all at once', () => {
    const props = { platform: 'x', tag: '' } as object;
    assert.throws(() => imageStack(() => props), /^Error: stack\/Image: platform is "x".*; tag is ""/);
  });

  it('is nothing that is only known at deploy time', () => {
    imageStack((scope) => ({
      tag: UNRESOLVED,
      source: UNRESOLVED,
      serviceToken: UNRESOLVED,
      platform: UNRESOLVED as 'all',
      serviceTimeout: Duration.seconds(new CfnParameter(scope, 'Seconds', { type: 'Number' }).valueAsNumber),
    }));
  });
});
