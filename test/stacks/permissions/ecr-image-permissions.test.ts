import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findEcrRegistry } from '../../../handlers/registry/ecr-registry.ts';
import type { ServiceStackProps } from '../../../stacks/service-stack.ts';
import { providerStatements, type Statement, statementsOf } from './statements.ts';

const OWN_REPOSITORIES = 'arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:repository/*';
const READ_ACTIONS = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const WRITE_ACTIONS = [
  'ecr:BatchDeleteImage',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];
const ECR_IMAGE_STATEMENTS: Statement[] = [
  ...providerStatements('EcrImage'),
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

function statementOf(sid: string, props: ServiceStackProps): Statement | undefined {
  return statementsOf('EcrImageRole', props).find(({ Sid }) => Sid === sid);
}

describe('the permissions of the provider of images', () => {
  it('are these, and no others', () => {
    assert.deepEqual(statementsOf('EcrImageRole'), ECR_IMAGE_STATEMENTS);
  });

  it('never let it write to any repository without a condition', () => {
    for (const statement of statementsOf('EcrImageRole', { repositoryPattern: 'app-*' })) {
      const { Action, Resource, Condition, Effect } = statement;
      const writes = [Action].flat().some((action) => WRITE_ACTIONS.includes(action));
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
});
