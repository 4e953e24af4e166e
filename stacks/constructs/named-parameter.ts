import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { isKnown } from './mistakes.ts';

/**
 * What the service is told of a parameter: its name, or its ARN where that is known, since only the ARN names the
 * parameter of another account.
 */
export function namedParameter(props: {
  readonly parameter?: IStringParameter;
  readonly parameterName?: string;
}): string | undefined {
  const { parameter, parameterName = parameter?.parameterName } = props;
  return isKnown(parameter?.parameterArn) ? parameter.parameterArn : parameterName;
}
