import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CfnParameter, type CfnParameterProps, PermissionsBoundary, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  PARAMETER_GROUPS,
  PARAMETERS,
  type ParameterName,
} from '../../../packaging/parameter-definitions.ts';
import { TemplateStack } from '../../../packaging/template-stack.ts';
import { DeploytimeService } from '../../../stacks/deploytime-service.ts';
import { SERVICE_PROPERTIES } from '../../../stacks/service-context.ts';
import { ServiceStack, type ServiceStackProps } from '../../../stacks/service-stack.ts';
import { VERSION } from '../../../stacks/version.ts';
import { quickApp } from '../synthesis.ts';
import { giveParameters } from './given-template.ts';

const functionCode = () => Code.fromInline('exports.handler = undefined;');
const TEMPLATE = Template.fromStack(new TemplateStack(quickApp(), 'deploytime', { functionCode })).toJSON();

/** One way to give the same properties to the CDK and to the template. */
interface Case {
  readonly says: string;
  readonly props: ServiceStackProps;
  readonly parameters: Partial<Record<ParameterName, string>>;
}

const REGISTRY = '222222222222.dkr.ecr.us-west-2.amazonaws.com';
const BOUNDARY = 'arn:aws:iam::111111111111:policy/boundary';
const CASES: readonly Case[] = [
  { says: 'nothing', props: {}, parameters: {} },
  { says: 'a qualifier', props: { qualifier: 'blue' }, parameters: { Qualifier: 'blue' } },
  {
    says: 'a name without a slash',
    props: { parameterPattern: 'shop/*' },
    parameters: { ParameterPattern: 'shop/*' },
  },
  {
    says: 'a name with a slash',
    props: { parameterPattern: '/shop/*' },
    parameters: { ParameterPattern: '/shop/*' },
  },
  {
    says: 'everything',
    props: {
      qualifier: 'blue',
      repositoryPattern: 'team/app-*',
      parameterPattern: '/team/*/tag',
      allowedSourceRegistries: ['ghcr.io', REGISTRY],
      alarmTopicArn: 'arn:aws:sns:eu-west-1:111111111111:operators',
      logRetention: RetentionDays.TWO_WEEKS,
      registryHosts: { 'registry.example.com': 'https://proxy.example.com' },
      endpointOverride: 'https://aws.example.com',
      permissionsBoundary: PermissionsBoundary.fromArn(BOUNDARY),
      network: {
        subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
        securityGroupIds: ['sg-0123456789abcdef0'],
      },
    },
    parameters: {
      Qualifier: 'blue',
      RepositoryPattern: 'team/app-*',
      ParameterPattern: '/team/*/tag',
      AllowedSourceRegistries: `ghcr.io,${REGISTRY}`,
      AlarmTopicArn: 'arn:aws:sns:eu-west-1:111111111111:operators',
      LogRetention: '14',
      RegistryHosts: '{"registry.example.com":"https://proxy.example.com"}',
      EndpointOverride: 'https://aws.example.com',
      PermissionsBoundary: BOUNDARY,
      SubnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
      SecurityGroupIds: 'sg-0123456789abcdef0',
    },
  },
];

/**
 * Resources as both ways have them: without the code, with one list of statements for each role, and without a list of
 * actions that is empty. cdk-nag, which can't read conditions, looks at those of the CDK (best-practice.test.ts).
 */
function comparable({ Resources }: ReturnType<typeof giveParameters>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(Resources).map(([id, { Type, Properties, ...rest }]) => {
      const { Code: _, AlarmActions = [], ...properties } = Properties;
      const actions = (AlarmActions as unknown[]).length > 0 && { AlarmActions };
      const policies = properties.Policies as
        | { PolicyDocument: { Statement: { Sid: string }[] } }[]
        | undefined;
      const statements = policies
        ?.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .toSorted((one, other) => one.Sid.localeCompare(other.Sid));
      return [
        id,
        {
          Type,
          ...rest,
          Properties: { ...properties, ...actions, ...(statements && { Policies: statements }) },
        },
      ];
    }),
  );
}

describe('the template with parameters', () => {
  for (const { says, props, parameters } of CASES) {
    it(`given ${says}, is the service stack that the CDK makes`, () => {
      const byCdk = new ServiceStack(quickApp(), 'deploytime', { ...props, functionCode });
      assert.deepEqual(
        comparable(giveParameters(TEMPLATE as never, parameters)),
        comparable(giveParameters(Template.fromStack(byCdk).toJSON() as never)),
      );
    });
  }

  it('lets other registries be read by account and Region, and fills the list with its own', () => {
    const { Resources } = giveParameters(TEMPLATE as never, {
      ReadableRegistries: `${REGISTRY},333333333333.dkr.ecr-fips.us-east-1.amazonaws.com`,
    });
    const statements = Object.values(comparable({ Resources, Outputs: {} })).flatMap((resource) => {
      const { Policies = [] } = (
        resource as { Properties: { Policies?: { Sid: string; Resource: unknown }[] } }
      ).Properties;
      return Policies.filter(({ Sid }) => Sid === 'ReadForeignImages');
    });
    assert.equal(statements.length, 2);
    const repositories = (place: string) => `arn:<AWS::Partition>:ecr:${place}:repository/*`;
    for (const { Resource } of statements) {
      assert.deepEqual(Resource, [
        repositories('us-west-2:222222222222'),
        repositories('us-east-1:333333333333'),
        repositories('<AWS::Region>:<AWS::AccountId>'),
        repositories('<AWS::Region>:<AWS::AccountId>'),
      ]);
    }
  });

  it('has every service property but the targets of scaling, which no template can take apart', () => {
    assert.deepEqual(
      Object.keys(PARAMETERS).toSorted(),
      SERVICE_PROPERTIES.filter((property) => property !== 'ScalableTargets').toSorted(),
    );
    assert.deepEqual(Object.keys(TEMPLATE.Parameters), Object.keys(PARAMETERS));
  });

  it('shows each parameter in one group, with a label', () => {
    const grouped = PARAMETER_GROUPS.flatMap(({ parameters }) => parameters);
    assert.deepEqual(grouped.toSorted(), Object.keys(PARAMETERS).toSorted());
    const { ParameterLabels } = TEMPLATE.Metadata['AWS::CloudFormation::Interface'];
    assert.deepEqual(Object.keys(ParameterLabels).toSorted(), grouped.toSorted());
  });

  it("has conditions for what only a deployment knows, which an app of one's own has not", () => {
    const stack = new Stack(quickApp(), 'own');
    const qualifier = new CfnParameter(stack, 'Qualifier').valueAsString;
    assert.throws(
      () => new DeploytimeService(stack, 'Deploytime', { qualifier, functionCode }),
      /qualifier is a token; a property of the service must be known at synthesis/,
    );
  });

  it('tells its version, and the service tokens', () => {
    assert.equal(TEMPLATE.Metadata['deploytime:version'], VERSION);
    const { Outputs } = giveParameters(TEMPLATE as never);
    assert.equal(Outputs.Version?.Value, VERSION);
    assert.deepEqual(Object.keys(Outputs).filter((name) => name.endsWith('ServiceToken')).length, 4);
  });

  it('is ASCII, for CloudFormation gives back a question mark for anything else', () => {
    const characters = new Set(JSON.stringify(TEMPLATE));
    assert.deepEqual(
      [...characters].filter((character) => character > '~'),
      [],
    );
  });

  it('needs nothing that CDK would have to put there', () => {
    const text = JSON.stringify(TEMPLATE);
    assert.doesNotMatch(
      text,
      /BootstrapVersion|cdk-bootstrap|AWS::CDK::Metadata|S3Bucket|S3Key|cdk-hnb659fds/,
    );
    assert.deepEqual(Object.keys(TEMPLATE.Rules), ['NetworkIsWhole']);
  });
});

describe('a parameter', () => {
  for (const [name, definition] of Object.entries<CfnParameterProps>(PARAMETERS)) {
    it(`${name} may be left as it is, and says what else it may be`, () => {
      assert.match(definition.constraintDescription ?? '', /^must be /);
      const byDefault = String(definition.default);
      if (definition.allowedPattern) assert.match(byDefault, new RegExp(definition.allowedPattern));
      else assert.ok(definition.allowedValues?.includes(byDefault));
    });
  }

  const values: readonly [name: ParameterName, allowed: readonly string[], refused: readonly string[]][] = [
    ['Qualifier', ['a', 'blue2'], ['Blue', '2blue', 'a-b', 'abcdefghijklmnopq']],
    ['RepositoryPattern', ['team/*', '*'], ['Team', 'a b', '/team']],
    ['ParameterPattern', ['/shop/*', 'shop', '*'], ['', '//shop', 'shop/', '/a//b']],
    ['AllowedSourceRegistries', ['ghcr.io', 'a.example:5000,b'], ['https://a', 'a, b', 'a,', 'A']],
    [
      'ReadableRegistries',
      [REGISTRY, `${REGISTRY},${REGISTRY}`],
      ['ghcr.io', `${REGISTRY},`, Array(5).fill(REGISTRY).join(',')],
    ],
    ['SubnetIds', ['subnet-12345678'], ['subnet-1', 'sg-12345678', 'subnet-12345678,']],
    ['SecurityGroupIds', ['sg-12345678,sg-12345679'], ['sg-1', 'subnet-12345678']],
    [
      'AlarmTopicArn',
      ['arn:aws:sns:us-east-1:111122223333:a'],
      ['arn:aws:sns:us-east-1:111122223333:a.fifo', 'a'],
    ],
    [
      'PermissionsBoundary',
      [BOUNDARY, 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
      ['boundary', 'arn:aws:iam::1:role/a'],
    ],
    [
      'RegistryHosts',
      ['{"a.example":"https://b.example"}', '{"a":"http://b:1/c", "d":"https://e"}'],
      ['', '{"a":1}', '{"a":"ftp://b"}', '{"a":"https://u:p@b"}', 'a=b'],
    ],
    [
      'EndpointOverride',
      ['http://127.0.0.1:4566', 'https://a.example/b'],
      ['127.0.0.1', 'https://u:p@a', 'https://a?b'],
    ],
  ];
  for (const [name, allowed, refused] of values) {
    const pattern = new RegExp(TEMPLATE.Parameters[name].AllowedPattern);
    it(`${name} takes ${allowed.join(' and ')}`, () => {
      assert.deepEqual(
        allowed.filter((value) => !pattern.test(value)),
        [],
      );
    });
    it(`${name} refuses ${refused.map((value) => `«${value}»`).join(', ')}`, () => {
      assert.deepEqual(
        refused.filter((value) => pattern.test(value)),
        [],
      );
    });
  }
});
