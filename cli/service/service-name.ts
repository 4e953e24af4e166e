/** The functions that stacks name as their service token, with the resource type that each answers for. */
export const RESOURCE_TYPES = {
  'ecr-image': 'Custom::EcrImage',
  'image-tag': 'Custom::ImageTag',
  'layer-fingerprint': 'Custom::LayerFingerprint',
  'scheduled-scaling': 'Custom::ScheduledScaling',
} as const;

export type ProviderName = keyof typeof RESOURCE_TYPES;
export type ResourceType = (typeof RESOURCE_TYPES)[ProviderName];
export type ServiceFunctionName = ProviderName | 'scaling-step' | 'undelivered';

export const PROVIDERS = Object.keys(RESOURCE_TYPES) as readonly ProviderName[];
/** Every function of the service. */
export const SERVICE_FUNCTIONS: readonly ServiceFunctionName[] = [
  ...PROVIDERS,
  'scaling-step',
  'undelivered',
];

/** The environment variable that each function has its version in. */
export const VERSION_VARIABLE = 'DEPLOYTIME_VERSION';

/** What a qualifier may be: it goes into every name. */
export const QUALIFIER_SHAPE = /^[a-z][a-z0-9]{0,15}$/;

/** What every name of one copy of the service begins with. */
export function servicePrefix(qualifier: string): string {
  return qualifier === '' ? 'deploytime' : `deploytime-${qualifier}`;
}

export function functionName(name: ServiceFunctionName, qualifier: string): string {
  return `${servicePrefix(qualifier)}-${name}`;
}

/** The SSM parameter that holds a provider's service token. */
export function serviceTokenParameterName(name: ProviderName, qualifier: string): string {
  return `/${servicePrefix(qualifier)}/service-token/${name}`;
}

/** The table of scheduled scaling, which outlives its stack. */
export function scalingTableName(qualifier: string): string {
  return `${servicePrefix(qualifier)}-scaling`;
}

/** Where EventBridge and its Scheduler leave what they could not start. */
export function deadLetterQueueName(qualifier: string): string {
  return `${servicePrefix(qualifier)}-scaling-dead-letters`;
}

/** The rule that looks every 15 minutes for scheduled scaling that was missed. */
export function sweepRuleName(qualifier: string): string {
  return `${servicePrefix(qualifier)}-scaling-sweep`;
}

/** Where a copy of the service is. */
export interface ServicePlace {
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly qualifier: string;
}

/** What a template names as its ServiceToken: the function's ARN, without a version. */
export function serviceTokenArn(name: ProviderName, place: ServicePlace): string {
  const { partition, region, accountId, qualifier } = place;
  return `arn:${partition}:lambda:${region}:${accountId}:function:${functionName(name, qualifier)}`;
}
