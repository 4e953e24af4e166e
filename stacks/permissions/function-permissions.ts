import { Effect } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Permission } from './permission.ts';

/** To write to its own log group, and to no other; the stack creates the group, the function never does. */
export function logPermissions(logGroup: ILogGroup): Permission[] {
  return [
    {
      statement: {
        sid: 'WriteOwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        // The attribute ends in `:*`, which is the group's streams.
        resources: [logGroup.logGroupArn],
      },
    },
  ];
}

/** To send traces. */
export function tracePermissions(): Permission[] {
  return [
    {
      statement: {
        sid: 'SendTraces',
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        resources: ['*'],
      },
      whyWildcard: 'X-Ray has no resources that these actions could be limited to.',
    },
  ];
}

/** To hand a request that the function could not answer to its on-failure destination. */
export function destinationPermissions(destination: IFunction): Permission[] {
  return [
    {
      statement: {
        sid: 'InvokeOnFailureDestination',
        actions: ['lambda:InvokeFunction'],
        resources: [destination.functionArn],
      },
    },
  ];
}

/** The network interface calls that Lambda makes with the function's role when the function is in a VPC. */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * For a function in a VPC: Lambda itself makes these calls with the function's role, and the function's code may not.
 * `lambda:SourceFunctionArn` is only there in requests that come from a function's code.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function networkPermissions(functionArn: string): Permission[] {
  return [
    {
      statement: { sid: 'LetLambdaAttachNetwork', actions: NETWORK_INTERFACE_ACTIONS, resources: ['*'] },
      whyWildcard:
        'Lambda makes and describes the network interfaces, whose ids are not known before; the code of the function is denied the same actions.',
    },
    {
      statement: {
        sid: 'KeepNetworkFromCode',
        effect: Effect.DENY,
        actions: NETWORK_INTERFACE_ACTIONS,
        resources: ['*'],
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
      },
    },
  ];
}
