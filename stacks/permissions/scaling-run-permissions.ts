import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Permission } from './permission.ts';

/** To start a run. What a run does is the step's to do, whoever starts it. */
export function startRunPermission(stateMachineArn: string): Permission {
  return {
    statement: { sid: 'StartRuns', actions: ['states:StartExecution'], resources: [stateMachineArn] },
  };
}

/** To read and write plans, states, claims and history. */
export function useTablePermission(tableArn: string): Permission {
  return {
    statement: {
      sid: 'UseScalingTable',
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resources: [tableArn],
    },
  };
}

/**
 * What the state machine may do: ask the one function, and send traces.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
 */
export function scalingRunPermissions(step: IFunction): Permission[] {
  return [
    {
      statement: { sid: 'TakeSteps', actions: ['lambda:InvokeFunction'], resources: [step.functionArn] },
    },
    {
      statement: {
        sid: 'SendTraces',
        actions: [
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
          'xray:PutTelemetryRecords',
          'xray:PutTraceSegments',
        ],
        resources: ['*'],
      },
      whyWildcard: 'X-Ray has no resources that these actions could be limited to.',
    },
  ];
}
