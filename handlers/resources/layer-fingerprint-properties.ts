import type { RawProperties } from '../cloudformation/event.ts';
import { optional, type PropertiesOf } from '../cloudformation/properties.ts';
import { accepted, type PropertyKind, refused } from '../cloudformation/property-kinds.ts';
import { ProviderError } from '../errors.ts';
import {
  LAYER_NAME,
  LAYER_VERSION_ARN_SHAPE,
  type LayerVersionArn,
  MAX_LAYER_ARN_CHARACTERS,
  parseLayerArn,
  parseLayerVersionArn,
} from '../layers/arn.ts';
import { type Exclusion, MAX_PATTERNS, parseExclusion } from '../layers/exclusion.ts';
import { parameterName } from './parameter-property.ts';

/** The type's name in a template. */
export const LAYER_FINGERPRINT_TYPE = 'Custom::LayerFingerprint';

/** The properties of Custom::LayerFingerprint, in the order of its documentation. */
export const layerFingerprintSchema = {
  LayerVersionArn: optional(layerVersionArn(), 'A version of a layer, by its ARN, in this Region.'),
  LayerName: optional(
    layerName(),
    'A layer of this account by its name, or by its ARN without a version: its newest version.',
  ),
  ParameterName: optional(
    parameterName(),
    'An SSM parameter of type String that holds the ARN of a layer version, by name or ARN; with `:3` or `:live` behind it a version or a label. The public parameters of AWS (`/aws/service/…`) do as well.',
  ),
  Exclude: optional(
    exclusion(),
    'Globs of paths that are left out of the fingerprint, besides `__pycache__/`, `*.pyc` and `.DS_Store`.',
  ),
};

export type LayerFingerprintProperties = PropertiesOf<typeof layerFingerprintSchema>;

/** What names the layer: a template gives one of them. */
const SOURCES = ['LayerVersionArn', 'LayerName', 'ParameterName'] as const;

/** Exactly one of the sources must be given. */
export function layerFingerprintRules(properties: RawProperties): readonly string[] {
  const named = SOURCES.filter((name) => properties[name] !== undefined);
  if (named.length === 1) return [];
  const given = named.length === 0 ? 'none is given' : `${named.join(' and ')} are given`;
  return [`${given}, allowed is exactly one of ${SOURCES.join(', ')}`];
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
      if (parseLayerVersionArn(given)) {
        return refused(`${JSON.stringify(given)} names a version; give it as LayerVersionArn`);
      }
      return LAYER_NAME.test(given) || parseLayerArn(given) ? accepted(given) : refused();
    },
  };
}

function exclusion(): PropertyKind<Exclusion> {
  return {
    allowed: `a list of at most ${MAX_PATTERNS} globs`,
    shape: { type: 'array', maxItems: MAX_PATTERNS, items: { type: 'string' } },
    read: (given) => {
      if (!Array.isArray(given) || !given.every((pattern) => typeof pattern === 'string')) return refused();
      try {
        return accepted(parseExclusion(given));
      } catch (error) {
        if (error instanceof ProviderError) return refused(error.message);
        throw error;
      }
    },
  };
}
