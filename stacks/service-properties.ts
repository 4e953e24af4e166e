import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { PATTERN_SHAPE, readTargetPattern } from '../handlers/scaling/plan/target-pattern.ts';
import { isLate } from './late-property.ts';
import { findEcrHost } from './permissions/ecr-host.ts';
import type { FunctionNetwork } from './service-function.ts';
import { servicePrefix } from './service-name.ts';
import {
  BASE_URL,
  ECR_HOST,
  HOST,
  PARAMETER_PATTERN,
  type PropertyPattern,
  REPOSITORY_PATTERN,
  SECURITY_GROUP_ID,
  SUBNET_ID,
  TOPIC_ARN,
} from './service-property-patterns.ts';

/** What an operator decides about one copy of the service. Everything is optional. */
export interface ServiceProperties {
  /** Goes into every name, for a second copy beside the first. Default: empty. */
  readonly qualifier?: string;
  /** Repositories that may be written to although they don't carry the tag `deploytime=allow`: a repository's name
   * with `*` and `?`. Default: none. */
  readonly repositoryPattern?: string;
  /**
   * Parameters of Systems Manager that may be read: a parameter's name with `*` and `?`, with or without its first
   * slash. It holds for names in other accounts, too, which must share what is read. Default: any name.
   */
  readonly parameterPattern?: string;
  /** Hosts of the registries that a source may be in; no other one may. It grants nothing. Default: any registry. */
  readonly allowedSourceRegistries?: readonly string[];
  /**
   * Hosts of the private ECR registries of other accounts and Regions that the role may read, `<account>.dkr.ecr.
   * <region>.amazonaws.com`; their repositories' own policies must agree. It forbids no other registry. Default: none.
   */
  readonly readableRegistries?: readonly string[];
  /**
   * DocumentDB clusters and ECS services that may be scaled although they don't carry the tag `deploytime:scaling=true`:
   * their short names with `*` and `?`, as in `docdb/orders` or `ecs/prod/*`. An instance of such a cluster needs no tag
   * where its name is the cluster's, or begins with the cluster's and a hyphen. Default: none.
   */
  readonly scalableTargets?: readonly string[];
  /** The SNS topic that the alarms tell. Default: they tell nobody. */
  readonly alarmTopicArn?: string;
  /** Subnets and security groups of the function that talks to registries. Default: outside any VPC. */
  readonly network?: FunctionNetwork;
  /** Default: three months. */
  readonly logRetention?: RetentionDays;
  /**
   * Registry host → base URL that connections for it really go to, for a registry behind a proxy and for the local
   * run. Default: none. In a template that has it for a parameter: such a map as JSON.
   */
  readonly registryHosts?: Readonly<Record<string, string>> | string;
  /** The endpoint of an account that is not AWS's own. For the local run alone. Default: AWS's endpoints. */
  readonly endpointOverride?: string;
}

export const DEFAULT_LOG_RETENTION = RetentionDays.THREE_MONTHS;

/** Lambda allows 4096 bytes for all environment variables; the rest is for those that the service sets itself. */
const MAX_ENVIRONMENT_BYTES = 3_000;

/** All patterns with their commas, in bytes. The role of the step holds each of them three times, and 10,240 in all. */
const MAX_SCALABLE_TARGETS_BYTES = 600;
const MAX_SCALABLE_TARGETS = 12;
/** What `Vpc.fromLookup` gives for a subnet until the CDK command line has looked: an error would keep it from that. */
const LOOKED_UP_LATER = /^[ps]-\d{5}$/;
/** Lambda's own bounds (API reference, VpcConfig). */
export const MAX_SUBNETS = 16;
export const MAX_SECURITY_GROUPS = 5;

/**
 * What a template's parameters hold is left to those, which say themselves what is allowed.
 * @throws Error that names every property whose value is not allowed, with the value and what is allowed.
 */
export function checkServiceProperties(given: ServiceProperties): void {
  const properties = withoutLate(serviceProperties(given));
  const mistakes = [
    ...qualifierMistakes(properties.qualifier),
    ...repositoryPatternMistakes(properties.repositoryPattern),
    ...parameterPatternMistakes(properties.parameterPattern),
    ...(properties.allowedSourceRegistries ?? []).flatMap((host) =>
      hostMistakes('AllowedSourceRegistries', host),
    ),
    ...readableRegistryMistakes(properties),
    ...registryHostMistakes(properties.registryHosts),
    ...scalableTargetMistakes(properties.scalableTargets ?? []),
    ...topicMistakes(properties.alarmTopicArn),
    ...endpointMistakes(properties.endpointOverride),
    ...networkMistakes(properties.network),
    ...retentionMistakes(properties.logRetention),
    ...sizeMistakes(properties),
  ];
  if (mistakes.length > 0)
    throw new Error(`The service stack's properties are wrong: ${mistakes.join('; ')}`);
}

/** The properties of the service among those of a construct or a stack. */
export function serviceProperties(given: ServiceProperties): ServiceProperties {
  const { qualifier, repositoryPattern, parameterPattern, allowedSourceRegistries, readableRegistries } =
    given;
  const { scalableTargets, alarmTopicArn, network, logRetention, registryHosts, endpointOverride } = given;
  return {
    ...{ qualifier, repositoryPattern, parameterPattern, allowedSourceRegistries, readableRegistries },
    ...{ scalableTargets, alarmTopicArn, network, logRetention, registryHosts, endpointOverride },
  };
}

function withoutLate(properties: ServiceProperties): ServiceProperties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => !isLate(value)));
}

function qualifierMistakes(qualifier: string | undefined): string[] {
  try {
    servicePrefix(qualifier);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function repositoryPatternMistakes(pattern: string | undefined): string[] {
  if (pattern === undefined || REPOSITORY_PATTERN.pattern.test(pattern)) return [];
  return [`RepositoryPattern is "${pattern}"; it must be ${REPOSITORY_PATTERN.allowed}`];
}

function parameterPatternMistakes(pattern: string | undefined): string[] {
  if (pattern === undefined || PARAMETER_PATTERN.pattern.test(pattern)) return [];
  return [`ParameterPattern is "${pattern}"; it must be ${PARAMETER_PATTERN.allowed}`];
}

function hostMistakes(property: string, host: string): string[] {
  if (HOST.pattern.test(host)) return [];
  return [`${property} has "${host}"; it must be ${HOST.allowed}`];
}

function readableRegistryMistakes(properties: ServiceProperties): string[] {
  const { readableRegistries = [], allowedSourceRegistries = [] } = properties;
  return readableRegistries.flatMap((host) => {
    if (!HOST.pattern.test(host) || findEcrHost(host) === undefined) {
      return [`ReadableRegistries has "${host}"; it must be ${ECR_HOST.allowed}`];
    }
    if (allowedSourceRegistries.length === 0 || allowedSourceRegistries.includes(host)) return [];
    return [`ReadableRegistries has "${host}", which AllowedSourceRegistries leaves out; name it in both`];
  });
}

function registryHostMistakes(registryHosts: ServiceProperties['registryHosts'] = {}): string[] {
  if (typeof registryHosts === 'string') {
    return ['RegistryHosts is a text; it must be a map from registry host to base URL'];
  }
  return Object.entries(registryHosts).flatMap(([host, base]) => [
    ...hostMistakes('RegistryHosts', host),
    ...(isBaseUrl(base)
      ? []
      : [`RegistryHosts maps ${host} to "${withoutSecrets(base)}"; it must be ${BASE_URL.allowed}`]),
  ]);
}

function scalableTargetMistakes(patterns: readonly string[]): string[] {
  const bytes = Buffer.byteLength(scalableTargetsEnvironment(patterns));
  return [
    ...patterns
      .filter((pattern) => !readTargetPattern(pattern).ok)
      .map((pattern) => `ScalableTargets has "${pattern}"; it must be ${PATTERN_SHAPE}`),
    ...(patterns.length <= MAX_SCALABLE_TARGETS && bytes <= MAX_SCALABLE_TARGETS_BYTES
      ? []
      : [
          `ScalableTargets has ${patterns.length} patterns of ${bytes} bytes; a role has room for ${MAX_SCALABLE_TARGETS} of ${MAX_SCALABLE_TARGETS_BYTES}. Set the tag deploytime:scaling=true on the targets instead`,
        ]),
  ];
}

function topicMistakes(topicArn: string | undefined): string[] {
  if (topicArn === undefined || TOPIC_ARN.pattern.test(topicArn)) return [];
  return [`AlarmTopicArn is "${topicArn}"; it must be ${TOPIC_ARN.allowed}`];
}

function endpointMistakes(endpoint: string | undefined): string[] {
  if (endpoint === undefined || isBaseUrl(endpoint)) return [];
  return [`EndpointOverride is "${withoutSecrets(endpoint)}"; it must be ${BASE_URL.allowed}`];
}

function isBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (!['http:', 'https:'].includes(url.protocol)) return false;
  return url.search === '' && url.hash === '' && url.username === '' && url.password === '';
}

/** A URL that was refused, fit to be printed: its credentials and its query are left out. */
function withoutSecrets(value: string): string {
  return value.replace(/^([^/]*\/\/)?[^/]*@/, '$1…@').replace(/[?#].*$/s, '?…');
}

function networkMistakes(network: FunctionNetwork | undefined): string[] {
  if (network === undefined) return [];
  return [
    ...idMistakes('SubnetIds', network.subnetIds, SUBNET_ID, MAX_SUBNETS),
    ...idMistakes('SecurityGroupIds', network.securityGroupIds, SECURITY_GROUP_ID, MAX_SECURITY_GROUPS),
  ];
}

function idMistakes(
  property: string,
  ids: readonly string[],
  { pattern, allowed }: PropertyPattern,
  most: number,
): string[] {
  if (ids.length === 0 || ids.length > most) {
    return [`${property} has ${ids.length} ids; it must have 1 to ${most}`];
  }
  const wrong = ids.filter((id) => !pattern.test(id) && !LOOKED_UP_LATER.test(id));
  return wrong.map((id) => `${property} has "${id}"; it must be ${allowed}`);
}

function retentionMistakes(retention: RetentionDays | undefined): string[] {
  const allowed = retentionDays();
  if (retention === undefined || allowed.includes(retention)) return [];
  return [`LogRetention is ${retention}; it must be one of ${allowed.join(', ')} days`];
}

/** The numbers that CloudWatch Logs takes, 9999 standing for ever. */
export function retentionDays(): number[] {
  return Object.values(RetentionDays).filter((value) => typeof value === 'number');
}

function sizeMistakes(properties: ServiceProperties): string[] {
  const bytes = Buffer.byteLength(Object.values(registryEnvironment(properties)).join(''));
  if (bytes <= MAX_ENVIRONMENT_BYTES) return [];
  return [
    `AllowedSourceRegistries and RegistryHosts have ${bytes} bytes together; Lambda has room for ${MAX_ENVIRONMENT_BYTES}`,
  ];
}

/** The environment variables of a function that talks to registries. */
export function registryEnvironment(properties: ServiceProperties): Record<string, string> {
  const { registryHosts = {}, allowedSourceRegistries = [] } = properties;
  return {
    DEPLOYTIME_REGISTRY_HOSTS:
      typeof registryHosts === 'string' ? registryHosts : JSON.stringify(registryHosts),
    DEPLOYTIME_ALLOWED_SOURCE_REGISTRIES: allowedSourceRegistries.join(','),
  };
}

/** As the functions of scheduled scaling read it. */
export function scalableTargetsEnvironment(patterns: readonly string[]): string {
  return patterns.join(',');
}
