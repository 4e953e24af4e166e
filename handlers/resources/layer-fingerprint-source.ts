import { ProviderError } from '../errors.ts';
import {
  formatLayerArn,
  formatLayerVersionArn,
  LAYER_VERSION_ARN_SHAPE,
  type LayerArn,
  type LayerVersionArn,
  parseLayerArn,
  parseLayerVersionArn,
} from '../layers/arn.ts';
import type { LayerStore, LayerVersion } from '../layers/layer-store.ts';
import type { ParameterName } from '../parameters/parameter-name.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import type { LayerFingerprintProperties } from './layer-fingerprint-properties.ts';
import { checkParameterRegion } from './parameter-property.ts';

export interface LayerSourcePorts {
  readonly layers: LayerStore;
  readonly parameters: ParameterStore;
  /** Where this service works: a function takes layers of its own Region alone. */
  readonly region: string;
}

/**
 * The version that the properties name at this moment.
 * @throws ProviderError `NotFound` where it, its layer or the parameter is not there; `InvalidRequest` where it is in
 * another Region, or the parameter holds something else.
 */
export async function locate(
  ports: LayerSourcePorts,
  properties: LayerFingerprintProperties,
  signal: AbortSignal,
): Promise<LayerVersion> {
  const { arn, namedBy } = await nameVersion(ports, properties, signal);
  checkRegion(arn, namedBy, ports.region);
  const version = await ports.layers.findVersion(arn, signal);
  if (version !== undefined) return version;
  throw new ProviderError(
    'NotFound',
    `There is no layer version ${formatLayerVersionArn(arn)}, which ${namedBy} names: it was deleted, or never published`,
  );
}

interface NamedVersion {
  readonly arn: LayerVersionArn;
  /** For messages: the property, and what it holds. */
  readonly namedBy: string;
}

async function nameVersion(
  ports: LayerSourcePorts,
  { LayerVersionArn, LayerName, ParameterName }: LayerFingerprintProperties,
  signal: AbortSignal,
): Promise<NamedVersion> {
  if (LayerVersionArn !== undefined) return { arn: LayerVersionArn, namedBy: 'LayerVersionArn' };
  if (LayerName !== undefined) return findNewest(ports, LayerName, signal);
  if (ParameterName !== undefined) return readParameter(ports, ParameterName, signal);
  throw new ProviderError('InternalFailure', 'No property names a layer, although one must');
}

async function findNewest(
  { layers, region }: LayerSourcePorts,
  layerName: string,
  signal: AbortSignal,
): Promise<NamedVersion> {
  const namedBy = `LayerName ${layerName}`;
  const layer = parseLayerArn(layerName);
  if (layer !== undefined) checkRegion(layer, namedBy, region);
  const arn = await layers.findNewest(layerName, signal);
  if (arn !== undefined) return { arn, namedBy };
  throw new ProviderError(
    'NotFound',
    `The layer ${layerName} has no version in this account and Region, or there is no such layer. Publish it first; in the same template name its version with LayerVersionArn`,
  );
}

async function readParameter(
  { parameters, region }: LayerSourcePorts,
  name: ParameterName,
  signal: AbortSignal,
): Promise<NamedVersion> {
  const namedBy = `the parameter ${name.text}`;
  checkParameterRegion(name, region);
  const parameter = await parameters.findParameter(name, signal);
  if (parameter === undefined) {
    throw new ProviderError(
      'NotFound',
      `There is no parameter ${name.text} in this account and Region. Whoever publishes the layer puts the ARN of its version there, as a String`,
    );
  }
  const { value } = parameter;
  const arn = parseLayerVersionArn(value);
  if (arn !== undefined) return { arn, namedBy };
  const isPadded = parseLayerVersionArn(value.trim()) !== undefined;
  const what = isPadded
    ? 'the ARN of a layer version with white space around it'
    : 'no ARN of a layer version';
  throw new ProviderError(
    'InvalidRequest',
    `${upperFirst(namedBy)} holds a text of ${value.length} characters that is ${what}; allowed is ${LAYER_VERSION_ARN_SHAPE}`,
  );
}

function checkRegion({ region }: LayerArn, namedBy: string, ownRegion: string): void {
  if (region === ownRegion) return;
  throw new ProviderError(
    'InvalidRequest',
    `${upperFirst(namedBy)} names a layer in ${region}; allowed is one in ${ownRegion}, since a function takes layers of its own Region alone. Publish it there as well`,
  );
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether a version of this layer can be what the properties name, as far as they tell. */
export function mayNameLayer(properties: LayerFingerprintProperties, layer: LayerArn): boolean {
  const { LayerVersionArn, LayerName } = properties;
  if (LayerVersionArn !== undefined) return formatLayerArn(LayerVersionArn) === formatLayerArn(layer);
  if (LayerName !== undefined) return LayerName === layer.layerName || LayerName === formatLayerArn(layer);
  return true;
}
