import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { providerStatements, statementsOf } from './statements.ts';

function resourceOf(sid: string, parameterPattern: string): string | string[] | undefined {
  const statements = statementsOf('LayerFingerprintRole', { parameterPattern });
  return statements.find(({ Sid }) => Sid === sid)?.Resource;
}

describe('the permissions of the provider of layer fingerprints', () => {
  it('are to read parameters, layers and a status, and no others', () => {
    assert.deepEqual(statementsOf('LayerFingerprintRole'), [
      ...providerStatements('LayerFingerprint'),
      {
        Sid: 'ReadParameters',
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: 'arn:<AWS::Partition>:ssm:<AWS::Region>:*:parameter/*',
      },
      {
        Sid: 'ReadPublicParameters',
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: 'arn:<AWS::Partition>:ssm:<AWS::Region>::parameter/aws/service/*',
      },
      {
        Sid: 'ListLayerVersions',
        Effect: 'Allow',
        Action: 'lambda:ListLayerVersions',
        Resource: 'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:layer:*',
      },
      {
        Sid: 'ReadLayerVersions',
        Effect: 'Allow',
        Action: 'lambda:GetLayerVersion',
        Resource: 'arn:<AWS::Partition>:lambda:<AWS::Region>:*:layer:*:*',
      },
      {
        Sid: 'ReadStackStatus',
        Effect: 'Allow',
        Action: 'cloudformation:DescribeStacks',
        Resource: 'arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/*',
      },
    ]);
  });

  it("let it read the parameters that ParameterPattern matches, and AWS's public ones all the same", () => {
    assert.equal(
      resourceOf('ReadParameters', '/layers/*'),
      'arn:<AWS::Partition>:ssm:<AWS::Region>:*:parameter/layers/*',
    );
    assert.equal(
      resourceOf('ReadPublicParameters', '/layers/*'),
      'arn:<AWS::Partition>:ssm:<AWS::Region>::parameter/aws/service/*',
    );
  });
});
