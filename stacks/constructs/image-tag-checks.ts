import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { IMAGE_SELECTOR_SHAPE, readImageSelector } from '../../handlers/oci/image-selector.ts';
import { PARAMETER_LABEL } from '../../handlers/parameters/parameter-name.ts';
import type { ImageTagProps } from './image-tag.ts';
import { isKnown, oneOf, regionMistakes, requestMistakes, throwMistakes } from './mistakes.ts';
import { exactlyOne, parameterMistakes } from './parameter-checks.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const USERS = ['lambda', 'ecs', 'any'];

/**
 * Checks what is known at synthesis; a token is left to the service, which checks everything again.
 * @throws Error that names every property whose value is not allowed, with the value and what is allowed.
 */
export function checkImageTagProps(scope: IConstruct, props: ImageTagProps): void {
  throwMistakes(scope, [
    ...exactlyOne({ parameter: props.parameter, parameterName: props.parameterName }),
    ...parameterMistakes(props.parameterName),
    ...selectorMistakes(props),
    ...defaultMistakes(props.default),
    ...(props.repository ? regionMistakes(Stack.of(scope), props.repository) : []),
    ...oneOf('platform', props.platform, PLATFORMS),
    ...(props.platform !== undefined && props.repository === undefined
      ? ['platform needs repository: without it no image is looked for']
      : []),
    ...oneOf('usedBy', props.usedBy, USERS),
    ...(props.usedBy === 'lambda' && props.repository === undefined
      ? ['usedBy is "lambda", which needs repository: without it no image is looked at']
      : []),
    ...requestMistakes(props),
  ]);
}

function selectorMistakes({ version, label, parameterName }: ImageTagProps): string[] {
  const mistakes: string[] = [];
  if (version !== undefined && !Token.isUnresolved(version) && !(Number.isInteger(version) && version >= 1)) {
    mistakes.push(`version is ${version}; it must be a whole number from 1`);
  }
  if (isKnown(label) && !PARAMETER_LABEL.test(label)) {
    mistakes.push(
      `label is "${label}"; it must be 1 to 100 letters, digits, "_", "." and "-", and begin with no digit, "aws" or "ssm"`,
    );
  }
  if (version !== undefined && label !== undefined) {
    mistakes.push('version and label are both given; only one of them can say which version is meant');
  }
  const hasSelector = isKnown(parameterName) && /^(?:arn:(?:[^:]*:){4})?[^:]*:/.test(parameterName);
  if (hasSelector && (version ?? label) !== undefined) {
    mistakes.push(
      `parameterName is "${parameterName}", which names a version already; leave out version and label`,
    );
  }
  return mistakes;
}

function defaultMistakes(given: string | undefined): string[] {
  if (!isKnown(given)) return [];
  const reading = readImageSelector(given);
  if (reading.ok) return [];
  return [
    `default is ${JSON.stringify(given)}, which ${reading.because}; it must be ${IMAGE_SELECTOR_SHAPE}`,
  ];
}
