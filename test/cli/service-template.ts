import { VERSION } from '../../cli/package-files.ts';
import { PROVIDERS, type RESOURCE_TYPES, SERVICE_FUNCTIONS } from '../../cli/service/service-name.ts';

interface Options {
  /** Default: the package's own. */
  readonly version?: string;
  /** Resources beside those of the service, or in their place; undefined takes one away. */
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Answers every request with SUCCESS, and does nothing. */
const ANSWER = `exports.handler = async (event) => {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = 'one' } = event;
  const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId });
  await fetch(event.ResponseURL, { method: 'PUT', body });
};`;

/** The service's template as far as the command line looks at it: names, versions, what belongs to what; no code. */
export function smallServiceTemplate({ version = VERSION, resources, parameters }: Options = {}): string {
  return JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Parameters: {
      Qualifier: {
        Type: 'String',
        Default: '',
        AllowedPattern: '([a-z][a-z0-9]{0,15})?',
        ConstraintDescription:
          'must be empty, or a lower-case letter and up to 15 lower-case letters and digits',
      },
      LogRetention: { Type: 'String', Default: '90', AllowedValues: ['30', '90'] },
      ...parameters,
    },
    Conditions: { HasQualifier: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Qualifier' }, ''] }] } },
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'lambda.amazonaws.com' },
                Action: 'sts:AssumeRole',
              },
            ],
          },
        },
      },
      ...Object.fromEntries(SERVICE_FUNCTIONS.map((name) => [logicalId(name), fn(name, version)])),
      ...Object.fromEntries(PROVIDERS.map((name) => [`${logicalId(name)}Token`, token(name)])),
      ...Object.fromEntries(PROVIDERS.map((name) => [`${logicalId(name)}OnFailure`, destination(name)])),
      ScalingTable: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: named('scaling'),
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        },
      },
      DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: named('scaling-dead-letters') } },
      Sweep: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: named('scaling-sweep'),
          ScheduleExpression: 'rate(15 minutes)',
          State: 'ENABLED',
        },
      },
      ...resources,
    },
  });
}

/** `EcrImage` of `ecr-image`. */
export function logicalId(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function named(name: string): unknown {
  return {
    'Fn::If': ['HasQualifier', { 'Fn::Sub': `deploytime-\${Qualifier}-${name}` }, `deploytime-${name}`],
  };
}

function fn(name: string, version: string): unknown {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: named(name),
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: ANSWER },
      Environment: { Variables: { DEPLOYTIME_VERSION: version, DEPLOYTIME_PARTITION: 'aws' } },
    },
  };
}

function token(name: keyof typeof RESOURCE_TYPES): unknown {
  return {
    Type: 'AWS::SSM::Parameter',
    Properties: {
      Type: 'String',
      Name: {
        'Fn::If': [
          'HasQualifier',
          { 'Fn::Sub': `/deploytime-\${Qualifier}/service-token/${name}` },
          `/deploytime/service-token/${name}`,
        ],
      },
      Value: { 'Fn::GetAtt': [logicalId(name), 'Arn'] },
    },
  };
}

function destination(name: string): unknown {
  return {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: logicalId(name) },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Undelivered', 'Arn'] } } },
    },
  };
}
