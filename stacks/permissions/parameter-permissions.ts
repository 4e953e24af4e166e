import { Fn, type Stack } from 'aws-cdk-lib';
import { isLate } from '../late-property.ts';
import type { Permission } from './permission.ts';

const READ_PARAMETER = ['ssm:GetParameter'];

/**
 * To read parameters of this Region. A version or a label is no part of a parameter's ARN.
 * @param pattern A parameter's name with wildcards, with or without a slash in front. Default: any name.
 */
export function parameterPermission(stack: Stack, pattern = '*'): Permission {
  const named = (name: string) => parameterArn(stack, { account: '*', name });
  return {
    statement: {
      sid: 'ReadParameters',
      actions: READ_PARAMETER,
      resources: [isLate(pattern) ? oneSlash(named(pattern)) : named(pattern.replace(/^\//, ''))],
    },
    whyWildcard:
      "Parameters are named by stacks that come later; the stack property ParameterPattern narrows this. Another account's are readable only where it shares them with this one. Values of the type SecureString are refused, and can not be decrypted.",
  };
}

/**
 * To read the parameters in which AWS tells the ARNs of its own layers. They have no account.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
 */
export function publicParameterPermission(stack: Stack): Permission {
  return {
    statement: {
      sid: 'ReadPublicParameters',
      actions: READ_PARAMETER,
      resources: [parameterArn(stack, { account: '', name: 'aws/service/*' })],
    },
    whyWildcard: 'AWS publishes these parameters, and adds to them; whoever has an account may read them.',
  };
}

/** A template can't take a first slash off a name; it can make one of two. */
function oneSlash(arn: string): string {
  return Fn.join('/', Fn.split('//', arn));
}

function parameterArn(stack: Stack, { account, name }: { account: string; name: string }): string {
  return stack.formatArn({ service: 'ssm', account, resource: 'parameter', resourceName: name });
}
