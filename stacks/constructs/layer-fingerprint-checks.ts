import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import {
  LAYER_NAME,
  LAYER_VERSION_ARN_SHAPE,
  parseLayerArn,
  parseLayerVersionArn,
} from '../../handlers/layers/arn.ts';
import { parseExclusion } from '../../handlers/layers/exclusion.ts';
import type { LayerFingerprintProps } from './layer-fingerprint.ts';
import { isKnown, matching, refusalOf, requestMistakes, throwMistakes } from './mistakes.ts';
import { exactlyOne, parameterMistakes } from './parameter-checks.ts';

/**
 * Checks what is known at synthesis; a token is left to the service, which checks everything again.
 * @throws Error that names every property whose value is not allowed, with the value and what is allowed.
 */
export function checkLayerFingerprintProps(scope: IConstruct, props: LayerFingerprintProps): void {
  const { layerVersionArn, layerVersion, layerName, parameterName, parameter } = props;
  throwMistakes(scope, [
    ...exactlyOne({ layerVersionArn, layerVersion, layerName, parameterName, parameter }),
    ...versionMistakes(layerVersionArn),
    ...nameMistakes(layerName),
    ...parameterMistakes(parameterName),
    ...exclusionMistakes(props.exclude),
    ...requestMistakes(props),
  ]);
}

function versionMistakes(arn: string | undefined): string[] {
  if (!isKnown(arn) || parseLayerVersionArn(arn)) return [];
  return [`layerVersionArn is "${arn}"; it must be the ARN of a layer version: ${LAYER_VERSION_ARN_SHAPE}`];
}

function nameMistakes(name: string | undefined): string[] {
  if (!isKnown(name) || parseLayerArn(name)) return [];
  if (parseLayerVersionArn(name)) {
    return [`layerName is "${name}", which names a version; give it as layerVersionArn`];
  }
  return matching(
    'layerName',
    name,
    LAYER_NAME,
    'the name of a layer (1 to 140 letters, digits, "-" and "_") or its ARN without a version',
  );
}

/** A pattern that is a token is read at deploy time. */
function exclusionMistakes(patterns: readonly string[] | undefined): string[] {
  if (patterns === undefined || Token.isUnresolved(patterns)) return [];
  const refusal = refusalOf(() =>
    parseExclusion(patterns.map((pattern) => (isKnown(pattern) ? pattern : '*'))),
  );
  return refusal === undefined ? [] : [`exclude: ${refusal}`];
}

/** The layer's name, where the props tell it. */
export function findLayerName(props: LayerFingerprintProps): string | undefined {
  const arn = [props.layerVersionArn, props.layerVersion?.layerVersionArn].find(isKnown);
  if (arn !== undefined) return parseLayerVersionArn(arn)?.layerName;
  if (!isKnown(props.layerName)) return undefined;
  return parseLayerArn(props.layerName)?.layerName ?? props.layerName;
}
