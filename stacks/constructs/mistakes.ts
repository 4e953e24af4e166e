import { type Stack, Token } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { IConstruct } from 'constructs';
import type { ServiceRequestProps } from './service-request.ts';

/*
 * What is wrong with a construct's props, as far as that is known at synthesis; a token is left to the service, which
 * checks everything again. Each mistake is a clause that names the property, the value and what is allowed.
 */

/** @throws Error that names every mistake, with the construct's path. */
export function throwMistakes(scope: IConstruct, mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new Error(`${scope.node.path}: ${mistakes.join('; ')}`);
}

/** Whether there is a value that can be looked at. */
export function isKnown(value: string | undefined): value is string {
  return value !== undefined && !Token.isUnresolved(value);
}

export function oneOf(property: string, value: string | undefined, allowed: readonly string[]): string[] {
  if (!isKnown(value) || allowed.includes(value)) return [];
  return [`${property} is "${value}"; it must be one of ${allowed.join(', ')}`];
}

export function matching(
  property: string,
  value: string | undefined,
  pattern: RegExp,
  form: string,
): string[] {
  if (!isKnown(value) || pattern.test(value)) return [];
  return [`${property} is "${value}"; it must be ${form}`];
}

/** What a reader that throws has to say; undefined where it has nothing. */
export function refusalOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The ARN of a function without a version or an alias: a token that changes can't be updated. */
const FUNCTION_ARN = /^arn:[a-z0-9-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}$/;
/** CloudFormation's bounds for ServiceTimeout. */
const MAX_SERVICE_TIMEOUT_SECONDS = 3600;

/** Of what every construct has. */
export function requestMistakes(props: ServiceRequestProps): string[] {
  return [
    ...timeoutMistakes(props),
    ...matching('serviceToken', props.serviceToken, FUNCTION_ARN, 'the ARN of a function without a version'),
    ...(props.serviceToken !== undefined && props.qualifier !== undefined
      ? [
          'serviceToken and qualifier are both given; only one of them can say which copy of the service answers',
        ]
      : []),
  ];
}

function timeoutMistakes({ serviceTimeout }: ServiceRequestProps): string[] {
  if (serviceTimeout === undefined || serviceTimeout.isUnresolved()) return [];
  const seconds = serviceTimeout.toMilliseconds() / 1000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SERVICE_TIMEOUT_SECONDS) return [];
  return [
    `serviceTimeout is ${seconds} seconds; it must be 1 to ${MAX_SERVICE_TIMEOUT_SECONDS} whole seconds`,
  ];
}

/** The service works in its own account and Region, which are those of the stack that uses it. */
export function accountMistakes(stack: Stack, repository: IRepository): string[] {
  return elsewhere('account', stack.account, repositoryAccounts(repository));
}

/** The same for the Region. */
export function regionMistakes(stack: Stack, { env, repositoryArn }: IRepository): string[] {
  const [, , , region] = repositoryArn.split(':');
  return elsewhere('Region', stack.region, [env.region, region]);
}

/** What an imported repository's own environment leaves open, its ARN may say. A token has no colon in it. */
export function repositoryAccounts({ env, repositoryArn }: IRepository): readonly (string | undefined)[] {
  const [, , , , account] = repositoryArn.split(':');
  return [env.account, account];
}

function elsewhere(what: string, own: string, given: readonly (string | undefined)[]): string[] {
  if (Token.isUnresolved(own)) return [];
  const other = given.find((place) => isKnown(place) && place !== own);
  if (other === undefined) return [];
  return [`repository is of the ${what} ${other}; it must be of the stack's own, which is ${own}`];
}
