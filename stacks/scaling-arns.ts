import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { scalingResourceName } from './service-name.ts';

/**
 * The ARNs of what scheduled scaling has, put together from names. Its parts name each other in a circle (the state
 * machine asks the function, and the function starts the state machine), which references could not.
 */
export interface ScalingArns {
  readonly table: string;
  readonly stateMachine: string;
  readonly deadLetters: string;
}

export function scalingArns(scope: Construct, qualifier?: string): ScalingArns {
  const stack = Stack.of(scope);
  return {
    table: stack.formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: scalingResourceName('scaling', qualifier),
    }),
    stateMachine: stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: scalingResourceName('scaling-run', qualifier),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
    deadLetters: stack.formatArn({
      service: 'sqs',
      resource: scalingResourceName('scaling-dead-letters', qualifier),
    }),
  };
}
