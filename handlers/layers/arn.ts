/** A layer, as its ARN names it. */
export interface LayerArn {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly layerName: string;
}

/** One version of a layer. */
export interface LayerVersionArn extends LayerArn {
  readonly version: number;
}

/**
 * Lambda takes no longer ARN of a layer or of its version, in characters.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html
 */
export const MAX_LAYER_ARN_CHARACTERS = 140;

export const LAYER_NAME = new RegExp(`^[a-zA-Z0-9_-]{1,${MAX_LAYER_ARN_CHARACTERS}}$`);

/** What the ARN of a layer version looks like, in words. */
export const LAYER_VERSION_ARN_SHAPE = 'arn:<partition>:lambda:<region>:<account>:layer:<name>:<version>';

const LAYER =
  'arn:(?<partition>aws[a-z-]*):lambda:(?<region>[a-z0-9-]+):(?<accountId>[0-9]{12}):layer:(?<layerName>[a-zA-Z0-9_-]+)';
const LAYER_ARN = new RegExp(`^${LAYER}$`);
const LAYER_VERSION_ARN = new RegExp(`^${LAYER}:(?<version>[1-9][0-9]{0,14})$`);

/** Undefined for any other text, also where a version stands behind it. */
export function parseLayerArn(text: string): LayerArn | undefined {
  return parse(LAYER_ARN, text)?.layer;
}

/** Undefined for any other text. */
export function parseLayerVersionArn(text: string): LayerVersionArn | undefined {
  const parsed = parse(LAYER_VERSION_ARN, text);
  return parsed && { ...parsed.layer, version: Number(parsed.version) };
}

export function formatLayerArn({ partition, region, accountId, layerName }: LayerArn): string {
  return `arn:${partition}:lambda:${region}:${accountId}:layer:${layerName}`;
}

export function formatLayerVersionArn(arn: LayerVersionArn): string {
  return `${formatLayerArn(arn)}:${arn.version}`;
}

export function isSameLayer(one: LayerArn, other: LayerArn): boolean {
  return formatLayerArn(one) === formatLayerArn(other);
}

function parse(pattern: RegExp, text: string): { layer: LayerArn; version: string | undefined } | undefined {
  if (text.length > MAX_LAYER_ARN_CHARACTERS) return undefined;
  const { partition, region, accountId, layerName, version } = pattern.exec(text)?.groups ?? {};
  if (!partition || !region || !accountId || !layerName) return undefined;
  return { layer: { partition, region, accountId, layerName }, version };
}
