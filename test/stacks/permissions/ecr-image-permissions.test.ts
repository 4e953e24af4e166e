import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findEcrRegistry } from '../../../handlers/registry/ecr-registry.ts';
import { ServiceStack, type ServiceStackProps } from '../../../stacks/service-stack.ts';
import { getResource, quickApp } from '../synthesis.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string>>;
}

const OWN_REPOSITORIES = 'arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:repository/*';
const READ_ACTIONS = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const WRITE_ACTIONS = [
  'ecr:BatchDeleteImage',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];
const NETWORK_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

const OWN_LOG: Statement = {
  Sid: 'WriteOwnLog',
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: '<EcrImageLog.Arn>',
};
const TRACES: Statement = {
  Sid: 'SendTraces',
  Effect: 'Allow',
  Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  Resource: '*',
};
const ECR_IMAGE_STATEMENTS: Statement[] = [
  OWN_LOG,
  TRACES,
  {
    Sid: 'InvokeOnFailureDestination',
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: '<UndeliveredFunction.Arn>',
  },
  { Sid: 'LogInToEcr', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
  {
    Sid: 'ReadImages',
    Effect: 'Allow',
    Action: [...READ_ACTIONS, 'ecr:DescribeImages'].toSorted(),
    Resource: OWN_REPOSITORIES,
  },
  {
    Sid: 'WriteImagesWhereTagged',
    Effect: 'Allow',
    Action: WRITE_ACTIONS,
    Resource: OWN_REPOSITORIES,
    Condition: { StringEquals: { 'aws:ResourceTag/deploytime': 'allow' } },
  },
  {
    Sid: 'ReadSourceCredentials',
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:*',
    Condition: { StringEquals: { 'aws:ResourceTag/deploytime:source-credentials': 'true' } },
  },
  {
    Sid: 'DecryptSourceCredentials',
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: 'arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*',
    Condition: { StringLike: { 'kms:ViaService': 'secretsmanager.<AWS::Region>.*' } },
  },
];

function statementsOf(roleId: string, props: ServiceStackProps = {}): Statement[] {
  const { Properties } = getResource(new ServiceStack(quickApp(), 'deploytime', props), roleId);
  assert.equal(Properties.ManagedPolicyArns, undefined, 'no managed policy grants more than this');
  const policies = Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function statementOf(sid: string, props: ServiceStackProps): Statement | undefined {
  return statementsOf('EcrImageRole', props).find(({ Sid }) => Sid === sid);
}

describe('the permissions of the functions', () => {
  it('are these for the provider of images, and no others', () => {
    assert.deepEqual(statementsOf('EcrImageRole'), ECR_IMAGE_STATEMENTS);
  });

  it('are its log and its traces for the undelivered', () => {
    assert.deepEqual(statementsOf('UndeliveredRole'), [
      { ...OWN_LOG, Resource: '<UndeliveredLog.Arn>' },
      TRACES,
    ]);
  });

  it('never have a wildcard in an action, nor write to any repository without a condition', () => {
    const all = {
      repositoryPattern: 'app-*',
      network: { subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] },
    };
    for (const { Action, Resource, Condition, Effect } of statementsOf('EcrImageRole', all)) {
      const actions = [Action].flat();
      assert.deepEqual(
        actions.filter((action) => action.includes('*')),
        [],
      );
      const writes = actions.some((action) => WRITE_ACTIONS.includes(action));
      if (writes && Effect === 'Allow' && Condition === undefined) {
        assert.equal(Resource, OWN_REPOSITORIES.replace('*', 'app-*'));
      }
    }
  });

  it('let images be written where RepositoryPattern matches, with or without the tag', () => {
    assert.deepEqual(statementOf('WriteImagesWherePatternMatches', { repositoryPattern: 'team/app-*' }), {
      Sid: 'WriteImagesWherePatternMatches',
      Effect: 'Allow',
      Action: WRITE_ACTIONS,
      Resource: 'arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:repository/team/app-*',
    });
  });

  it('let images be read in the foreign ECR registries that ReadableRegistries names, and in no others', () => {
    const readableRegistries = [
      '222222222222.dkr.ecr.us-west-2.amazonaws.com',
      '333333333333.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
      '444444444444.dkr-ecr.eu-west-1.on.aws',
      '555555555555.dkr.ecr.cn-north-1.amazonaws.com.cn',
    ];
    assert.deepEqual(statementOf('ReadForeignImages', { readableRegistries }), {
      Sid: 'ReadForeignImages',
      Effect: 'Allow',
      Action: READ_ACTIONS,
      Resource: [
        'arn:<AWS::Partition>:ecr:cn-north-1:555555555555:repository/*',
        'arn:<AWS::Partition>:ecr:eu-west-1:444444444444:repository/*',
        'arn:<AWS::Partition>:ecr:us-gov-west-1:333333333333:repository/*',
        'arn:<AWS::Partition>:ecr:us-west-2:222222222222:repository/*',
      ],
    });
    assert.equal(statementOf('ReadForeignImages', {}), undefined);
    // What the handlers would log in to is what may be read.
    for (const host of readableRegistries) {
      const registry = findEcrRegistry(host);
      const resource = statementOf('ReadForeignImages', { readableRegistries: [host] })?.Resource;
      assert.equal(
        resource,
        registry && `arn:<AWS::Partition>:ecr:${registry.region}:${registry.accountId}:repository/*`,
      );
    }
  });

  it('are not widened by AllowedSourceRegistries, which only restricts', () => {
    const allowedSourceRegistries = ['ghcr.io', '222222222222.dkr.ecr.us-west-2.amazonaws.com'];
    assert.deepEqual(statementsOf('EcrImageRole', { allowedSourceRegistries }), ECR_IMAGE_STATEMENTS);
  });

  it('let Lambda attach a function to a VPC, and deny the same calls to its code', () => {
    const network = { subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] };
    const statements = statementsOf('EcrImageRole', { network, qualifier: 'blue' });
    assert.deepEqual(
      statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('ec2:'))),
      [
        { Sid: 'LetLambdaAttachNetwork', Effect: 'Allow', Action: NETWORK_ACTIONS, Resource: '*' },
        {
          Sid: 'KeepNetworkFromCode',
          Effect: 'Deny',
          Action: NETWORK_ACTIONS,
          Resource: '*',
          Condition: {
            ArnEquals: {
              'lambda:SourceFunctionArn':
                'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime-blue-ecr-image',
            },
          },
        },
      ],
    );
    assert.equal(
      statementsOf('UndeliveredRole', { network }).some(({ Sid }) => Sid === 'LetLambdaAttachNetwork'),
      false,
    );
  });
});
