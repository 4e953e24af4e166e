import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { parseReference } from '../../handlers/oci/reference.ts';
import { TAG } from '../../handlers/oci/tag.ts';
import type { EcrImageProps } from './ecr-image.ts';
import {
  accountMistakes,
  matching,
  oneOf,
  refusalOf,
  regionMistakes,
  requestMistakes,
  throwMistakes,
} from './mistakes.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64', 'all'];
const USERS = ['lambda', 'ecs', 'any'];
const ON_EXISTING = ['keep', 'overwrite'];
const ON_DELETE = ['placeholder', 'retain', 'delete'];

/** The image that this project ships, as `source`. */
const PLACEHOLDER = 'placeholder';

/**
 * Checks what is known at synthesis; a token is left to the service, which checks everything again.
 * @throws Error that names every property whose value is not allowed, with the value and what is allowed.
 */
export function checkEcrImageProps(scope: IConstruct, props: EcrImageProps): void {
  const stack = Stack.of(scope);
  throwMistakes(scope, [
    ...accountMistakes(stack, props.repository),
    ...regionMistakes(stack, props.repository),
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
    ...requestMistakes(props),
  ]);
}

function sourceMistakes({ source, sourceCredentials, usedBy, platform }: EcrImageProps): string[] {
  const isPlaceholder = source === undefined || source === PLACEHOLDER;
  return [
    ...(isPlaceholder ? [] : referenceMistakes(source)),
    ...(isPlaceholder && sourceCredentials !== undefined
      ? [
          'sourceCredentials are given, but source is the placeholder, which is part of the service and needs no login; ' +
            'name an image of the registry as source, or leave sourceCredentials out',
        ]
      : []),
    ...(usedBy === 'lambda' && platform === 'all'
      ? [
          'platform is "all", but usedBy is "lambda", which takes an image of one platform; name that platform',
        ]
      : []),
  ];
}

/** The service reads it by the same grammar. */
function referenceMistakes(source: string): string[] {
  if (Token.isUnresolved(source)) return [];
  const refusal = refusalOf(() => parseReference(source));
  return refusal === undefined ? [] : [`source: ${refusal}`];
}
