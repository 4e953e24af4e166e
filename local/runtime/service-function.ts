import manifest from '../../package.json' with { type: 'json' };
import type { FunctionConfiguration } from './function-configuration.ts';

/** Time and memory as the service stack gives them; a test holds the two together. */
const LIMITS = {
  'ecr-image': { memoryMb: 1024, timeoutSeconds: 900 },
  'image-tag': { memoryMb: 256, timeoutSeconds: 900 },
  'layer-fingerprint': { memoryMb: 1024, timeoutSeconds: 900 },
  'scaling-step': { memoryMb: 512, timeoutSeconds: 60 },
  'scheduled-scaling': { memoryMb: 512, timeoutSeconds: 900 },
  undelivered: { memoryMb: 256, timeoutSeconds: 60 },
} as const;

/** A function of the service, under the name of its entry in handlers/. */
export type ServiceFunctionName = keyof typeof LIMITS;

export const SERVICE_FUNCTION_NAMES = Object.keys(LIMITS) as ServiceFunctionName[];

/** Those that answer CloudFormation; a step of a run answers its state machine. */
export const ANSWERING_FUNCTION_NAMES = SERVICE_FUNCTION_NAMES.filter((name) => name !== 'scaling-step');

/** How long a provider's event may wait, as the service stack has it, in seconds. */
export const PROVIDER_EVENT_AGE_SECONDS = 900;

/** The account that a function is to find itself in. */
export interface ServiceSurroundings {
  /** Default `aws`. */
  readonly partition?: string;
  readonly region: string;
  readonly accountId: string;
  /** Default `amazonaws.com`. */
  readonly urlSuffix?: string;
  /** Where answers are taken, besides CloudFormation's own hosts. */
  readonly responseEndpoint: URL;
  /** The account's endpoint for the AWS SDK. Default: the response endpoint. */
  readonly accountEndpoint?: URL;
  /** Endpoints of single services. Default: the account's. */
  readonly serviceEndpoints?: Readonly<Partial<Record<CalledService, URL>>>;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Registry host → base URL that its connections really go to. Default: none. */
  readonly registryHosts?: Readonly<Record<string, string>>;
  /** Default: any. */
  readonly allowedSourceRegistries?: readonly string[];
  /** Patterns of what may be scaled without the tag. Default: none. */
  readonly scalableTargets?: readonly string[];
}

/**
 * The services that a function of ours calls, as the SDK's variables name them.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
const CALLED_SERVICES = [
  'APPLICATION_AUTO_SCALING',
  'CLOUDFORMATION',
  'DOCDB',
  'DYNAMODB',
  'ECR',
  'ECS',
  'EVENTBRIDGE',
  'LAMBDA',
  'SCHEDULER',
  'SECRETS_MANAGER',
  'SFN',
  'SSM',
] as const;
type CalledService = (typeof CALLED_SERVICES)[number];

/**
 * A function of the service, configured as the service stack configures it.
 * @param taskRoot The folder with its bundle.
 */
export function serviceFunction(
  name: ServiceFunctionName,
  taskRoot: string,
  surroundings: ServiceSurroundings,
): FunctionConfiguration {
  const { partition = 'aws', region, accountId, credentials } = surroundings;
  return {
    functionName: `deploytime-${name}`,
    taskRoot,
    ...LIMITS[name],
    partition,
    region,
    accountId,
    ...(credentials && { credentials }),
    environment: environmentOf(surroundings),
  };
}

function environmentOf(surroundings: ServiceSurroundings): Record<string, string> {
  const {
    accountEndpoint,
    responseEndpoint,
    serviceEndpoints = {},
    registryHosts = {},
    allowedSourceRegistries = [],
  } = surroundings;
  return {
    DEPLOYTIME_VERSION: manifest.version,
    DEPLOYTIME_PARTITION: surroundings.partition ?? 'aws',
    DEPLOYTIME_ACCOUNT_ID: surroundings.accountId,
    DEPLOYTIME_URL_SUFFIX: surroundings.urlSuffix ?? 'amazonaws.com',
    DEPLOYTIME_REGISTRY_HOSTS: JSON.stringify(registryHosts),
    DEPLOYTIME_ALLOWED_SOURCE_REGISTRIES: allowedSourceRegistries.join(','),
    ...scalingEnvironmentOf(surroundings),
    POWERTOOLS_SERVICE_NAME: 'deploytime',
    POWERTOOLS_METRICS_NAMESPACE: 'deploytime',
    // The override is where answers may go; the SDK's calls have their own.
    AWS_ENDPOINT_URL: responseEndpoint.origin,
    ...Object.fromEntries(
      CALLED_SERVICES.map((service) => [
        `AWS_ENDPOINT_URL_${service}`,
        (serviceEndpoints[service] ?? accountEndpoint ?? responseEndpoint).origin,
      ]),
    ),
  };
}

function scalingEnvironmentOf(surroundings: ServiceSurroundings): Record<string, string> {
  const { partition = 'aws', region, accountId, scalableTargets = [] } = surroundings;
  const own = `${region}:${accountId}`;
  return {
    DEPLOYTIME_SCALING_TABLE: 'deploytime-scaling',
    DEPLOYTIME_SCALING_STATE_MACHINE_ARN: `arn:${partition}:states:${own}:stateMachine:deploytime-scaling-run`,
    DEPLOYTIME_SCALING_SCHEDULE_ROLE_ARN: `arn:${partition}:iam::${accountId}:role/deploytime-scaling-schedule`,
    DEPLOYTIME_SCALING_DEAD_LETTER_ARN: `arn:${partition}:sqs:${own}:deploytime-scaling-dead-letters`,
    DEPLOYTIME_SCALABLE_TARGETS: scalableTargets.join(','),
  };
}
