import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { PATTERN_SHAPE, readTargetPattern } from '../handlers/scaling/plan/target-pattern.ts';
import { findEcrHost } from './permissions/ecr-host.ts';
import type { FunctionNetwork } from './service-function.ts';
import { servicePrefix } from './service-name.ts';

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
   * run. Default: none.
   */
  readonly registryHosts?: Readonly<Record<string, string>>;
  /** The endpoint of an account that is not AWS's own. For the local run alone. Default: AWS's endpoints. */
  readonly endpointOverride?: string;
}

export const DEFAULT_LOG_RETENTION = RetentionDays.THREE_MONTHS;

/** Lambda allows 4096 bytes for all environment variables; the rest is for those that the service sets itself. */
const MAX_ENVIRONMENT_BYTES = 3_000;

/** The letters of a repository's name (ECR's API reference, CreateRepository) and the wildcards of an IAM resource. */
const REPOSITORY_PATTERN = /^[a-z0-9*?][a-z0-9._/*?-]{0,255}$/;
/**
 * The letters of a parameter's name and the wildcards of an IAM resource; `*` also stands for the slashes of levels.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
 */
const PARAMETER_PATTERN = /^(?=.{1,1011}$)(?:\/?[A-Za-z0-9_.*?-]+)(?:\/[A-Za-z0-9_.*?-]+)*$/;
/** Not of a FIFO topic, in which each message has a group: an alarm gives none. */
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
/** All patterns with their commas, in bytes. The role of the step holds each of them three times, and 10,240 in all. */
const MAX_SCALABLE_TARGETS_BYTES = 600;
const MAX_SCALABLE_TARGETS = 12;
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/;
const SUBNET_ID = /^subnet-[0-9a-f]{8,17}$/;
const SECURITY_GROUP_ID = /^sg-[0-9a-f]{8,17}$/;
/** Lambda's own bounds (API reference, VpcConfig). */
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/** @throws Error that names every property whose value is not allowed, with the value and what is allowed. */
export function checkServiceProperties(properties: ServiceProperties): void {
  const mistakes = [
    ...qualifierMistakes(properties.qualifier),
    ...repositoryPatternMistakes(properties.repositoryPattern),
    ...parameterPatternMistakes(properties.parameterPattern),
    ...(properties.allowedSourceRegistries ?? []).flatMap((host) =>
      hostMistakes('AllowedSourceRegistries', host),
    ),
    ...readableRegistryMistakes(properties),
    ...registryHostMistakes(properties.registryHosts ?? {}),
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

function qualifierMistakes(qualifier: string | undefined): string[] {
  try {
    servicePrefix(qualifier);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function repositoryPatternMistakes(pattern: string | undefined): string[] {
  if (pattern === undefined || REPOSITORY_PATTERN.test(pattern)) return [];
  return [
    `RepositoryPattern is "${pattern}"; it must be a repository's name, in which * stands for any characters and ? for one`,
  ];
}

function parameterPatternMistakes(pattern: string | undefined): string[] {
  if (pattern === undefined || PARAMETER_PATTERN.test(pattern)) return [];
  return [
    `ParameterPattern is "${pattern}"; it must be the name of an SSM parameter, as in /shop/*, in which * stands for any characters and ? for one`,
  ];
}

function hostMistakes(property: string, host: string): string[] {
  if (HOST.test(host)) return [];
  return [`${property} has "${host}"; it must be a host with an optional port, in lower case, as in ghcr.io`];
}

function readableRegistryMistakes(properties: ServiceProperties): string[] {
  const { readableRegistries = [], allowedSourceRegistries = [] } = properties;
  return readableRegistries.flatMap((host) => {
    if (!HOST.test(host) || findEcrHost(host) === undefined) {
      return [
        `ReadableRegistries has "${host}"; it must be the host of a private ECR registry, as in 111122223333.dkr.ecr.us-east-1.amazonaws.com`,
      ];
    }
    if (allowedSourceRegistries.length === 0 || allowedSourceRegistries.includes(host)) return [];
    return [`ReadableRegistries has "${host}", which AllowedSourceRegistries leaves out; name it in both`];
  });
}

function registryHostMistakes(registryHosts: Readonly<Record<string, string>>): string[] {
  return Object.entries(registryHosts).flatMap(([host, base]) => [
    ...hostMistakes('RegistryHosts', host),
    ...(isBaseUrl(base)
      ? []
      : [
          `RegistryHosts maps ${host} to "${withoutSecrets(base)}"; it must be an http or https URL without query and credentials`,
        ]),
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
  if (topicArn === undefined || TOPIC_ARN.test(topicArn)) return [];
  return [
    `AlarmTopicArn is "${topicArn}"; it must be the ARN of an SNS topic that is not FIFO, as in arn:aws:sns:us-east-1:111122223333:operators`,
  ];
}

function endpointMistakes(endpoint: string | undefined): string[] {
  if (endpoint === undefined || isBaseUrl(endpoint)) return [];
  return [
    `EndpointOverride is "${withoutSecrets(endpoint)}"; it must be an http or https URL without query and credentials`,
  ];
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
    ...idMistakes('SubnetIds', network.subnetIds, SUBNET_ID, 'subnet-…', MAX_SUBNETS),
    ...idMistakes(
      'SecurityGroupIds',
      network.securityGroupIds,
      SECURITY_GROUP_ID,
      'sg-…',
      MAX_SECURITY_GROUPS,
    ),
  ];
}

function idMistakes(
  property: string,
  ids: readonly string[],
  pattern: RegExp,
  form: string,
  most: number,
): string[] {
  if (ids.length === 0 || ids.length > most) {
    return [`${property} has ${ids.length} ids; it must have 1 to ${most}`];
  }
  return ids
    .filter((id) => !pattern.test(id))
    .map((id) => `${property} has "${id}"; it must be an id such as ${form}`);
}

function retentionMistakes(retention: RetentionDays | undefined): string[] {
  const allowed = retentionDays();
  if (retention === undefined || allowed.includes(retention)) return [];
  return [`LogRetention is ${retention}; it must be one of ${allowed.join(', ')} days`];
}

/** The numbers that CloudWatch Logs takes, 9999 standing for ever. */
function retentionDays(): number[] {
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
  return {
    DEPLOYTIME_REGISTRY_HOSTS: JSON.stringify(properties.registryHosts ?? {}),
    DEPLOYTIME_ALLOWED_SOURCE_REGISTRIES: (properties.allowedSourceRegistries ?? []).join(','),
  };
}

/** As the functions of scheduled scaling read it. */
export function scalableTargetsEnvironment(patterns: readonly string[]): string {
  return patterns.join(',');
}
