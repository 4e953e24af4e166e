import type { RawProperties } from '../cloudformation/event.ts';
import { optional, type PropertiesOf } from '../cloudformation/properties.ts';
import { accepted, list, type PropertyKind, refused, text } from '../cloudformation/property-kinds.ts';
import {
  LAYER_VERSION_ARN_SHAPE,
  type LayerVersionArn,
  MAX_LAYER_ARN_CHARACTERS,
  parseLayerArn,
  parseLayerVersionArn,
} from '../layers/arn.ts';

/** The type's name in a template. */
export const LAYER_FINGERPRINT_TYPE = 'Custom::LayerFingerprint';

/** The properties of Custom::LayerFingerprint, in the order of its documentation. */
export const layerFingerprintSchema = {
  LayerVersionArn: optional(layerVersionArn(), 'A version of a layer, by its ARN.'),
  LayerName: optional(
    layerName(),
    'A layer by its name, or by its ARN without a version: the newest version it has.',
  ),
  ParameterName: optional(
    text(/^[\w./:-]{1,2048}$/, 'the name or the ARN of an SSM parameter'),
    'An SSM parameter of type String, by name or ARN, that holds the ARN of a layer version.',
  ),
  Exclude: optional(
    list(text(/^.{1,256}$/, 'a glob of 1 to 256 characters')),
    'Globs of paths that are left out of the fingerprint, besides __pycache__/, *.pyc and .DS_Store.',
  ),
};

export type LayerFingerprintProperties = PropertiesOf<typeof layerFingerprintSchema>;

/** What names the layer: a template gives one of them. */
const SOURCES = ['LayerVersionArn', 'LayerName', 'ParameterName'] as const;

/** Exactly one of the sources must be given. */
export function layerFingerprintRules(given: RawProperties): readonly string[] {
  const named = SOURCES.filter((name) => given[name] !== undefined);
  if (named.length === 1) return [];
  const which = named.length === 0 ? 'none' : named.join(' and ');
  return [`${which} of ${SOURCES.join(', ')} is given, allowed is exactly one`];
}

/** The attributes, for Fn::GetAtt. */
export const LAYER_FINGERPRINT_ATTRIBUTES = [
  'Fingerprint',
  'LayerVersionArn',
  'LatestLayerVersionArn',
  'Version',
  'CodeSha256',
  'Description',
] as const;

function layerVersionArn(): PropertyKind<LayerVersionArn> {
  return {
    allowed: `the ARN of a layer version: ${LAYER_VERSION_ARN_SHAPE}`,
    read: (given) => {
      const arn = typeof given === 'string' ? parseLayerVersionArn(given) : undefined;
      return arn === undefined ? refused() : accepted(arn);
    },
  };
}

/**
 * A name, or an ARN without a version.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html
 */
function layerName(): PropertyKind<string> {
  return {
    allowed: `the name of a layer (1 to ${MAX_LAYER_ARN_CHARACTERS} letters, digits, "-" and "_") or its ARN without a version`,
    read: (given) => {
      if (typeof given !== 'string') return refused();
      if (parseLayerVersionArn(given)) return refused('it names a version; give that as LayerVersionArn');
      return LAYER_NAME.test(given) || parseLayerArn(given) ? accepted(given) : refused();
    },
  };
}

const LAYER_NAME = new RegExp(`^[a-zA-Z0-9_-]{1,${MAX_LAYER_ARN_CHARACTERS}}$`);
