import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ownLog, statementsOf, TRACES } from './statements.ts';

const NETWORK_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
const NETWORK = { subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] };
const PROVIDER_ROLES = ['EcrImageRole', 'ImageTagRole', 'LayerFingerprintRole', 'ScheduledScalingRole'];
const SCALING_ROLES = ['ScalingStepRole', 'ScalingRunRole', 'ScalingScheduleRole'];
/** Actions that change nothing but what is the function's own. */
const READING =
  /^(?:ssm:GetParameter|ecr:BatchGetImage|lambda:GetLayerVersion|lambda:ListLayerVersions|cloudformation:DescribeStacks)$/;

describe('the permissions of every function', () => {
  it('are its log and its traces for the undelivered', () => {
    assert.deepEqual(statementsOf('UndeliveredRole'), [ownLog('Undelivered'), TRACES]);
  });

  for (const role of [...PROVIDER_ROLES, ...SCALING_ROLES, 'UndeliveredRole']) {
    it(`never have a wildcard in an action of ${role}`, () => {
      const actions = statementsOf(role, { network: NETWORK }).flatMap(({ Action }) => Action);
      assert.deepEqual(
        actions.filter((action) => action.includes('*')),
        [],
      );
    });
  }

  for (const role of ['ImageTagRole', 'LayerFingerprintRole']) {
    it(`are to read, beside what every provider has, for ${role}`, () => {
      const actions = statementsOf(role)
        .slice(3)
        .flatMap(({ Action }) => Action);
      assert.notEqual(actions.length, 0);
      assert.deepEqual(
        actions.filter((action) => !READING.test(action)),
        [],
      );
    });
  }

  it('let Lambda attach a function to a VPC, and deny the same calls to its code', () => {
    const statements = statementsOf('EcrImageRole', { network: NETWORK, qualifier: 'blue' });
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
  });

  for (const role of ['ImageTagRole', 'LayerFingerprintRole', 'UndeliveredRole']) {
    it(`have no word of a network for ${role}, whose function is in none`, () => {
      assert.deepEqual(statementsOf(role, { network: NETWORK }), statementsOf(role));
    });
  }
});
