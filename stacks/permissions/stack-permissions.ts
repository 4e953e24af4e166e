import type { Stack } from 'aws-cdk-lib';
import type { Permission } from './permission.ts';

/** To see the status of the stack that asks: whether it is being rolled back, no event tells. */
export function readStackStatus(stack: Stack): Permission {
  return {
    statement: {
      sid: 'ReadStackStatus',
      actions: ['cloudformation:DescribeStacks'],
      resources: [stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: '*/*' })],
    },
    whyWildcard: 'The stacks that ask come later; they are of this account and Region.',
  };
}
