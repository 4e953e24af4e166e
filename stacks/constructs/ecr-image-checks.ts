import { Stack, Token } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { IConstruct } from 'constructs';
import { parseReference } from '../../handlers/oci/reference.ts';
import type { EcrImageProps } from './ecr-image.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64', 'all'];
const USERS = ['lambda', 'ecs', 'any'];
const ON_EXISTING = ['keep', 'overwrite'];
const ON_DELETE = ['placeholder', 'retain', 'delete'];

/** The source of the contract that is not here yet: the image that this project will ship. */
const PLACEHOLDER = 'placeholder';
/** The distribution specification's grammar of a tag. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
/** The ARN of a function without a version or an alias: a token that changes can't be updated. */
const FUNCTION_ARN = /^arn:[a-z0-9-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}$/;
/** CloudFormation's bounds for ServiceTimeout. */
const MAX_SERVICE_TIMEOUT_SECONDS = 3600;

/**
 * Checks what is known at synthesis; a token is left to the service, which checks everything again.
 * @throws Error that names every property whose value is not allowed, with the value and what is allowed.
 */
export function checkEcrImageProps(scope: IConstruct, props: EcrImageProps): void {
  const mistakes = [
    ...placeMistakes(Stack.of(scope), props.repository),
    ...oneOf('platform', props.platform, PLATFORMS),
    ...oneOf('usedBy', props.usedBy, USERS),
    ...oneOf('onExisting', props.onExisting, ON_EXISTING),
    ...oneOf('onDelete', props.onDelete, ON_DELETE),
    ...matching(
      'tag',
      props.tag,
      TAG,
      '1 to 128 letters, digits, "_", "." and "-", and begin with none of "." and "-"',
    ),
    ...sourceMistakes(props),
    ...timeoutMistakes(props),
    ...matching('serviceToken', props.serviceToken, FUNCTION_ARN, 'the ARN of a function without a version'),
    ...(props.serviceToken !== undefined && props.qualifier !== undefined
      ? [
          'serviceToken and qualifier are both given; only one of them can say which copy of the service answers',
        ]
      : []),
  ];
  if (mistakes.length > 0) throw new Error(`${scope.node.path}: ${mistakes.join('; ')}`);
}

/** The service writes in its own account and Region, which are those of the stack that uses it. */
function placeMistakes(stack: Stack, { env, repositoryArn }: IRepository): string[] {
  // What an imported repository's own environment leaves open, its ARN may say. A token has no colon in it.
  const [, , , region, account] = repositoryArn.split(':');
  return [
    ...elsewhere('account', stack.account, [env.account, account]),
    ...elsewhere('Region', stack.region, [env.region, region]),
  ];
}

function elsewhere(what: string, own: string, given: readonly (string | undefined)[]): string[] {
  if (Token.isUnresolved(own)) return [];
  const other = given.find((place) => place !== undefined && !Token.isUnresolved(place) && place !== own);
  if (other === undefined) return [];
  return [`repository is of the ${what} ${other}; it must be of the stack's own, which is ${own}`];
}

function oneOf(property: string, value: string | undefined, allowed: readonly string[]): string[] {
  if (value === undefined || Token.isUnresolved(value) || allowed.includes(value)) return [];
  return [`${property} is "${value}"; it must be one of ${allowed.join(', ')}`];
}

function matching(property: string, value: string | undefined, pattern: RegExp, form: string): string[] {
  if (value === undefined || Token.isUnresolved(value) || pattern.test(value)) return [];
  return [`${property} is "${value}"; it must be ${form}`];
}

function sourceMistakes({ source, usedBy, platform }: EcrImageProps): string[] {
  return [
    ...referenceMistakes(source),
    ...(usedBy === 'lambda' && platform === 'all'
      ? [
          'platform is "all", but usedBy is "lambda", which takes an image of one platform; name that platform',
        ]
      : []),
  ];
}

/** The service reads it by the same grammar. */
function referenceMistakes(source: string | undefined): string[] {
  // The type asks for it, but JavaScript may leave it out.
  if (source === undefined) return ['source is missing; it must be an image, as in registry/repository:tag'];
  if (Token.isUnresolved(source)) return [];
  if (source === PLACEHOLDER) {
    return [
      'source is "placeholder", which is not part of this release; it must be an image, as in registry/repository:tag',
    ];
  }
  try {
    parseReference(source);
    return [];
  } catch (error) {
    return [`source: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function timeoutMistakes({ serviceTimeout }: EcrImageProps): string[] {
  if (serviceTimeout === undefined || serviceTimeout.isUnresolved()) return [];
  const seconds = serviceTimeout.toMilliseconds() / 1000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SERVICE_TIMEOUT_SECONDS) return [];
  return [
    `serviceTimeout is ${seconds} seconds; it must be 1 to ${MAX_SERVICE_TIMEOUT_SECONDS} whole seconds`,
  ];
}
