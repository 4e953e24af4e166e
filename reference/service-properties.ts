import type { SERVICE_PROPERTIES } from '../stacks/service-context.ts';

/** A property of the service, as its operator reads of it. Links are as from docs/service-properties.md. */
export interface ServicePropertyReference {
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
    defaultValue: 'empty',
    value: 'a lower-case letter and up to 15 lower-case letters and digits',
    description: 'Goes into every name, for a second copy beside the first.',
  },
  RepositoryPattern: {
    defaultValue: 'none',
    value: "a repository's name with `*` and `?`",
    description: 'Repositories that `Custom::EcrImage` may write to without the tag `deploytime=allow`.',
  },
  ParameterPattern: {
    defaultValue: 'any',
    value: "a parameter's name with `*` and `?`, as in `/shop/*`, with or without the first `/`",
    description:
      'Parameters that may be read. `*` stands for slashes, too. It holds for parameters of other accounts as well.',
  },
  AllowedSourceRegistries: {
    defaultValue: 'any',
    value: 'a list of hosts, as `ghcr.io`',
    description: 'Registries that a Source may be in, and no others. It grants nothing.',
  },
  ReadableRegistries: {
    defaultValue: 'none',
    value: 'a list of hosts, `<account>.dkr.ecr.<region>.amazonaws.com`',
    description:
      "Private ECR registries of other accounts or Regions that may be read; their repositories' policies must agree. It forbids nothing. Where AllowedSourceRegistries is set, a host must stand in both.",
  },
  ScalableTargets: {
    defaultValue: 'none',
    value:
      'a list of at most 12 short names with `*` and `?`, of 600 bytes in all: `docdb/orders`, `ecs/prod/*`',
    description:
      'Clusters and services that may be scaled without the tag: [who may be scaled](operations.md#who-may-be-scaled).',
  },
  AlarmTopicArn: {
    defaultValue: 'nobody is told',
    value: 'the ARN of an SNS topic, not a FIFO one',
    description: 'The topic that the [alarms](operations.md#alarms) tell.',
  },
  SubnetIds: {
    defaultValue: 'no VPC',
    value: 'a list of 1 to 16 ids',
    description:
      'Where `deploytime-ecr-image` runs, which talks to registries; together with SecurityGroupIds. The other functions never do: [networks](operations.md#networks).',
  },
  SecurityGroupIds: {
    defaultValue: 'no VPC',
    value: 'a list of 1 to 5 ids',
    description: 'Of `deploytime-ecr-image` in those subnets.',
  },
  LogRetention: {
    defaultValue: '`90`',
    value: 'a number of days that CloudWatch Logs takes',
    description: 'How long the logs of the functions are kept.',
  },
  PermissionsBoundary: {
    defaultValue: 'none',
    value: 'the ARN or the name of a managed policy',
    description: 'The permissions boundary of every role.',
  },
  RegistryHosts: {
    defaultValue: 'none',
    value: 'a map from registry host to base URL',
    description:
      'Where connections for a registry really go, for one behind a proxy. References, URIs and answers keep the real host.',
  },
  EndpointOverride: {
    defaultValue: 'none',
    value: 'a URL',
    description: "The endpoint of an account that is not AWS's own; the local run sets it.",
  },
};
