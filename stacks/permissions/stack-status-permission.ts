import type { Stack } from 'aws-cdk-lib';
import type { Permission } from './permission.ts';

/** To tell a rollback of the very stack that asks from any other Update. */
export function stackStatusPermission(stack: Stack): Permission {
  return {
    statement: {
      sid: 'ReadStackStatus',
      actions: ['cloudformation:DescribeStacks'],
      resources: [stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: '*' })],
    },
    whyWildcard:
      'The stacks that use this service come later; only the one that asks is looked at, and only for its status.',
  };
}
