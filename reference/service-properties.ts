import type { SERVICE_PROPERTIES } from '../stacks/service-context.ts';
import type { FunctionNetwork } from '../stacks/service-function.ts';
import type { ServiceProperties } from '../stacks/service-properties.ts';

/** As a prop of the construct; the permissions boundary is one of the stack that it is in. */
type ServiceProp =
  | Exclude<keyof ServiceProperties, 'network'>
  | `network.${keyof FunctionNetwork}`
  | 'permissionsBoundary';

/** A property of the service, as its operator reads of it. Links are as from docs/service-properties.md. */
export interface ServicePropertyReference {
  readonly prop: ServiceProp;
  /** As Markdown. */
  readonly defaultValue: string;
  readonly value: string;
  readonly description: string;
}

/** In the order of the documentation. */
export const serviceProperties: Readonly<
  Record<(typeof SERVICE_PROPERTIES)[number], ServicePropertyReference>
> = {
  Qualifier: {
    prop: 'qualifier',
    defaultValue: 'empty',
    value: 'a lower-case letter and up to 15 lower-case letters and digits',
    description: 'Goes into every name, for a second copy beside the first.',
  },
  RepositoryPattern: {
    prop: 'repositoryPattern',
    defaultValue: 'none',
    value: "a repository's name with `*` and `?`",
    description: 'Repositories that `Custom::EcrImage` may write to without the tag `deploytime=allow`.',
  },
  ParameterPattern: {
    prop: 'parameterPattern',
    defaultValue: 'any',
    value: "a parameter's name with `*` and `?`, as in `/shop/*`, with or without the first `/`",
    description:
      'Parameters that may be read. `*` stands for slashes, too. It holds for parameters of other accounts as well.',
  },
  AllowedSourceRegistries: {
    prop: 'allowedSourceRegistries',
    defaultValue: 'any',
    value: 'a list of hosts, as `ghcr.io`',
    description: 'Registries that a Source may be in, and no others. It grants nothing.',
  },
  ReadableRegistries: {
    prop: 'readableRegistries',
    defaultValue: 'none',
    value: 'a list of hosts, `<account>.dkr.ecr.<region>.amazonaws.com`',
    description:
      "Private ECR registries of other accounts or Regions that may be read; their repositories' policies must agree. It forbids nothing. Where AllowedSourceRegistries is set, a host must stand in both.",
  },
  ScalableTargets: {
    prop: 'scalableTargets',
    defaultValue: 'none',
    value:
      'a list of at most 12 short names with `*` and `?`, of 600 bytes in all: `docdb/orders`, `ecs/prod/*`',
    description:
      'Clusters and services that may be scaled without the tag: [who may be scaled](operations.md#who-may-be-scaled).',
  },
  AlarmTopicArn: {
    prop: 'alarmTopicArn',
    defaultValue: 'nobody is told',
    value: 'the ARN of an SNS topic, not a FIFO one',
    description: 'The topic that the [alarms](operations.md#alarms) tell.',
  },
  SubnetIds: {
    prop: 'network.subnetIds',
    defaultValue: 'no VPC',
    value: 'a list of 1 to 16 ids',
    description:
      'Where `deploytime-ecr-image` runs, which talks to registries; together with SecurityGroupIds. The other functions never do: [networks](operations.md#networks).',
  },
  SecurityGroupIds: {
    prop: 'network.securityGroupIds',
    defaultValue: 'no VPC',
    value: 'a list of 1 to 5 ids',
    description: 'Of `deploytime-ecr-image` in those subnets.',
  },
  LogRetention: {
    prop: 'logRetention',
    defaultValue: '`90`',
    value: 'a number of days that CloudWatch Logs takes',
    description: 'How long the logs of the functions are kept.',
  },
  PermissionsBoundary: {
    prop: 'permissionsBoundary',
    defaultValue: 'none',
    value: 'the ARN or the name of a managed policy',
    description: 'The permissions boundary of every role.',
  },
  RegistryHosts: {
    prop: 'registryHosts',
    defaultValue: 'none',
    value: 'a map from registry host to base URL',
    description:
      'Where connections for a registry really go, for one behind a proxy. References, URIs and answers keep the real host.',
  },
  EndpointOverride: {
    prop: 'endpointOverride',
    defaultValue: 'none',
    value: 'a URL',
    description: "The endpoint of an account that is not AWS's own; the local run sets it.",
  },
};
