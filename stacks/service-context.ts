import { PermissionsBoundary } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { checkKeys, contextList, contextMap, contextNumber, contextText } from './context.ts';
import type { ServiceStackProps } from './service-stack.ts';

/** No property of the service, but of whatever uses it: constructs/deployment-id.ts reads it. */
const DEPLOYMENT_ID = 'DeploymentId';
/** `-c deploytime:<property>=<value>`, or `deploytime:<property>` under `context` in cdk.json. */
const PREFIX = 'deploytime:';
/** The properties' names in the context. */
export const SERVICE_PROPERTIES = [
  'AlarmTopicArn',
  'AllowedSourceRegistries',
  'EndpointOverride',
  'LogRetention',
  'ParameterPattern',
  'PermissionsBoundary',
  'Qualifier',
  'ReadableRegistries',
  'RegistryHosts',
  'RepositoryPattern',
  'ScalableTargets',
  'SecurityGroupIds',
  'SubnetIds',
] as const;

/**
 * Reads the stack properties from the app's context. Lists are comma-separated there, RegistryHosts is a JSON object,
 * LogRetention is in days, PermissionsBoundary is the ARN or the name of a managed policy.
 * @throws Error for a property that does not exist, with those that do.
 */
export function readServiceContext(scope: IConstruct): ServiceStackProps {
  checkKeys(scope, PREFIX, [...SERVICE_PROPERTIES, DEPLOYMENT_ID]);
  const text = (property: (typeof SERVICE_PROPERTIES)[number]) => contextText(scope, PREFIX + property);
  const list = (property: (typeof SERVICE_PROPERTIES)[number]) => contextList(scope, PREFIX + property);
  const subnetIds = list('SubnetIds');
  const securityGroupIds = list('SecurityGroupIds');
  const boundary = text('PermissionsBoundary');
  return {
    qualifier: text('Qualifier'),
    repositoryPattern: text('RepositoryPattern'),
    parameterPattern: text('ParameterPattern'),
    allowedSourceRegistries: list('AllowedSourceRegistries'),
    readableRegistries: list('ReadableRegistries'),
    scalableTargets: list('ScalableTargets'),
    alarmTopicArn: text('AlarmTopicArn'),
    registryHosts: contextMap(scope, `${PREFIX}RegistryHosts`),
    endpointOverride: text('EndpointOverride'),
    logRetention: contextNumber(scope, `${PREFIX}LogRetention`),
    network:
      subnetIds === undefined && securityGroupIds === undefined
        ? undefined
        : { subnetIds: subnetIds ?? [], securityGroupIds: securityGroupIds ?? [] },
    permissionsBoundary: boundary === undefined ? undefined : permissionsBoundary(boundary),
  };
}

function permissionsBoundary(nameOrArn: string): PermissionsBoundary {
  return nameOrArn.startsWith('arn:')
    ? PermissionsBoundary.fromArn(nameOrArn)
    : PermissionsBoundary.fromName(nameOrArn);
}
