import type { Stack } from 'aws-cdk-lib';
import type { Permission } from './permission.ts';

const READ_ACTIONS = ['ssm:GetParameter'];

/**
 * To read parameters of this Region. No key may be used: a SecureString stays encrypted.
 * @param pattern The stack property ParameterPattern. Default: any name.
 */
export function readParameters(stack: Stack, pattern = '*'): Permission {
  return {
    statement: {
      sid: 'ReadParameters',
      actions: READ_ACTIONS,
      resources: [parameterArn(stack, '*', pattern)],
    },
    whyWildcard:
      'Parameters are named by stacks that come later; the stack property ParameterPattern limits their names. Of another account only those can be read that it shares with this one.',
  };
}

/** To read the public parameters, in which AWS tells the ARNs of its own layers. They are of no account. */
export function readPublicParameters(stack: Stack): Permission {
  return {
    statement: {
      sid: 'ReadPublicParameters',
      actions: READ_ACTIONS,
      resources: [parameterArn(stack, '', '/aws/service/*')],
    },
    whyWildcard: 'What AWS publishes there is no secret, and it adds to it.',
  };
}

/** An ARN has one slash before the name, whether the name begins with one or not. */
function parameterArn(stack: Stack, account: string, name: string): string {
  return stack.formatArn({
    service: 'ssm',
    account,
    resource: 'parameter',
    resourceName: name.replace(/^\//, ''),
  });
}
