import { ProviderError } from './errors.ts';

/** What a function knows of where it runs. Set by the service stack and by Lambda; read once, at start. */
export interface Environment {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** The partition's DNS suffix, `amazonaws.com` in the commercial Regions. */
  readonly urlSuffix: string;
  /** The endpoint of an account that is not AWS's own (AWS_ENDPOINT_URL), as in the local run. */
  readonly endpointOverride?: URL;
  /** Registry host → base URL that its connections really go to. Empty on AWS. */
  readonly registryHosts: ReadonlyMap<string, URL>;
  /** Registries that a source may be in; empty: any. */
  readonly allowedSourceRegistries: readonly string[];
  /** Where this function's log is. */
  readonly logGroupName: string;
}

/**
 * @throws ProviderError `InternalFailure` naming the variable that is missing or malformed: the service stack
 * sets all of them, so this is a fault of the deployment, not of a request.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const endpointOverride = variables.AWS_ENDPOINT_URL;
  return {
    partition: required(variables, 'DEPLOYTIME_PARTITION'),
    region: required(variables, 'AWS_REGION'),
    accountId: required(variables, 'DEPLOYTIME_ACCOUNT_ID'),
    urlSuffix: required(variables, 'DEPLOYTIME_URL_SUFFIX'),
    ...(endpointOverride && { endpointOverride: url('AWS_ENDPOINT_URL', endpointOverride) }),
    registryHosts: hostMap('DEPLOYTIME_REGISTRY_HOSTS', variables.DEPLOYTIME_REGISTRY_HOSTS ?? '{}'),
    allowedSourceRegistries: list(variables.DEPLOYTIME_ALLOWED_SOURCE_REGISTRIES),
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
  };
}

/** What the functions of scheduled scaling know beside that. */
export interface ScalingEnvironment {
  /** Plans, records, leases, claims and history. */
  readonly tableName: string;
  /** What a run is an execution of. */
  readonly stateMachineArn: string;
  /** The role with which EventBridge Scheduler starts a run. */
  readonly scheduleRoleArn: string;
  /** Where EventBridge Scheduler leaves what it could not start. */
  readonly deadLetterArn: string;
  /** Patterns of short names with `*` and `?`: what matches one may be scaled without the tag. Empty: nothing may. */
  readonly scalableTargets: readonly string[];
}

/** @throws ProviderError `InternalFailure` naming the variable that is missing: a fault of the deployment. */
export function readScalingEnvironment(variables: NodeJS.ProcessEnv = process.env): ScalingEnvironment {
  return {
    tableName: required(variables, 'DEPLOYTIME_SCALING_TABLE'),
    stateMachineArn: required(variables, 'DEPLOYTIME_SCALING_STATE_MACHINE_ARN'),
    scheduleRoleArn: required(variables, 'DEPLOYTIME_SCALING_SCHEDULE_ROLE_ARN'),
    deadLetterArn: required(variables, 'DEPLOYTIME_SCALING_DEAD_LETTER_ARN'),
    scalableTargets: list(variables.DEPLOYTIME_SCALABLE_TARGETS),
  };
}

function required(variables: NodeJS.ProcessEnv, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new ProviderError(
    'InternalFailure',
    `The environment variable ${name} is not set; deploy the service stack again`,
  );
}

/** Comma-separated. */
function list(value = ''): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function url(name: string, value: string): URL {
  if (URL.canParse(value)) return new URL(value);
  throw new ProviderError(
    'InternalFailure',
    `The environment variable ${name} holds "${value}", which is no URL`,
  );
}

function hostMap(name: string, value: string): ReadonlyMap<string, URL> {
  let entries: unknown;
  try {
    entries = JSON.parse(value);
  } catch (cause) {
    throw new ProviderError('InternalFailure', `The environment variable ${name} is no JSON object`, {
      cause,
    });
  }
  return new Map(
    Object.entries(entries as Record<string, unknown>).map(([host, base]) => [host, url(name, String(base))]),
  );
}
