import type { CfnParameterProps } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { MOST_LATE_HOSTS } from '../stacks/permissions/image-permissions.ts';
import {
  DEFAULT_LOG_RETENTION,
  MAX_SECURITY_GROUPS,
  MAX_SUBNETS,
  retentionDays,
} from '../stacks/service-properties.ts';
import {
  BASE_URL,
  ECR_HOST,
  HOST,
  PARAMETER_PATTERN,
  type PropertyPattern,
  QUALIFIER,
  REPOSITORY_PATTERN,
  SECURITY_GROUP_ID,
  SUBNET_ID,
  TOPIC_ARN,
} from '../stacks/service-property-patterns.ts';

interface ParameterDefinition extends CfnParameterProps {
  /** What the console has in place of the name. */
  readonly label: string;
}

/** Half of what Lambda leaves of its 4096 bytes for all of a function's environment variables. */
const MAX_ENVIRONMENT_LENGTH = 1_500;

/** «For ever» is no number to CloudFormation, but the absence of one. */
const RETENTION_DAYS = retentionDays().filter((days) => days !== RetentionDays.INFINITE);

const PERMISSIONS_BOUNDARY: PropertyPattern = {
  pattern: /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/[A-Za-z0-9+=,.@_/-]{1,512}$/,
  allowed: 'the ARN of a managed policy',
};

const REGISTRY_HOSTS: PropertyPattern = {
  pattern: jsonMap(HOST.pattern, BASE_URL.pattern),
  allowed: `a JSON object from registry host to base URL, as in {"registry.example.com":"https://proxy.example.com"}; a base URL is ${BASE_URL.allowed}`,
};

/** By name, in the order in which the console shows them. stacks/service-properties.ts says more of each. */
export const PARAMETERS = {
  Qualifier: optional(QUALIFIER, {
    label: 'Qualifier',
    description:
      'Goes into every name, for a second copy of the service beside the first. Empty for the first. It is for good: with another one every service token would be another.',
  }),
  RepositoryPattern: optional(REPOSITORY_PATTERN, {
    label: 'Repositories that need no tag',
    description:
      'Repositories that Custom::EcrImage may write to although they lack the tag deploytime=allow: a name with * and ?. Empty: only those with the tag.',
  }),
  ParameterPattern: required(PARAMETER_PATTERN, {
    label: 'SSM parameters that may be read',
    description: 'Names with * and ?, as in /shop/*. Default: any parameter, SecureString never.',
    default: '*',
  }),
  AllowedSourceRegistries: listOf(HOST, {
    label: 'Registries that a source may be in',
    description:
      'Hosts with commas between, as in ghcr.io,public.ecr.aws. It grants nothing, and forbids all others. Empty: any registry.',
    maxLength: MAX_ENVIRONMENT_LENGTH,
  }),
  ReadableRegistries: listOf(
    ECR_HOST,
    {
      label: 'ECR registries of other accounts and Regions that may be read',
      description: `At most ${MOST_LATE_HOSTS} hosts with commas between. Their repositories' own policies must agree. Where AllowedSourceRegistries is given, name them there as well. Empty: none.`,
    },
    MOST_LATE_HOSTS,
  ),
  PermissionsBoundary: optional(PERMISSIONS_BOUNDARY, {
    label: 'Permissions boundary',
    description: 'The ARN of the managed policy that bounds every role of the service. Empty: none.',
  }),
  SubnetIds: listOf(
    SUBNET_ID,
    {
      label: 'Subnets',
      description:
        'Private subnets of deploytime-ecr-image, with commas between, where only a VPC leads to a registry. Empty: outside any VPC.',
    },
    MAX_SUBNETS,
  ),
  SecurityGroupIds: listOf(
    SECURITY_GROUP_ID,
    { label: 'Security groups', description: 'With commas between. They go with the subnets.' },
    MAX_SECURITY_GROUPS,
  ),
  LogRetention: {
    label: 'Log retention',
    description: 'How long the logs of the functions are kept, in days.',
    type: 'Number',
    default: String(DEFAULT_LOG_RETENTION),
    allowedValues: RETENTION_DAYS.map(String),
    constraintDescription: `must be one of ${RETENTION_DAYS.join(', ')}`,
  },
  AlarmTopicArn: optional(TOPIC_ARN, {
    label: 'Topic of the alarms',
    description: 'The SNS topic that the alarms of scheduled scaling tell. Empty: they tell nobody.',
  }),
  RegistryHosts: required(REGISTRY_HOSTS, {
    label: 'Registries behind a proxy',
    description: 'Registry host to base URL that connections for it really go to, as JSON. Default: none.',
    default: '{}',
    maxLength: MAX_ENVIRONMENT_LENGTH,
  }),
  EndpointOverride: optional(BASE_URL, {
    label: 'Endpoint override',
    description: "The endpoint of an account that is not AWS's own, as MiniStack is. Empty on AWS.",
  }),
} as const satisfies Record<string, ParameterDefinition>;
export type ParameterName = keyof typeof PARAMETERS;

export const PARAMETER_GROUPS: readonly {
  readonly label: string;
  readonly parameters: readonly ParameterName[];
}[] = [
  { label: 'Names', parameters: ['Qualifier'] },
  {
    label: 'What the service may do',
    parameters: [
      'RepositoryPattern',
      'ParameterPattern',
      'AllowedSourceRegistries',
      'ReadableRegistries',
      'PermissionsBoundary',
    ],
  },
  { label: 'Logs and alarms', parameters: ['LogRetention', 'AlarmTopicArn'] },
  { label: 'Network', parameters: ['SubnetIds', 'SecurityGroupIds', 'RegistryHosts', 'EndpointOverride'] },
];

type Words = Pick<ParameterDefinition, 'label' | 'description' | 'default' | 'maxLength'>;

function required({ pattern, allowed }: PropertyPattern, words: Words): ParameterDefinition {
  return {
    ...words,
    type: 'String',
    allowedPattern: pattern.source.replaceAll('\\/', '/'),
    constraintDescription: `must be ${allowed}`,
  };
}

function optional({ pattern, allowed }: PropertyPattern, words: Words): ParameterDefinition {
  return required(
    { pattern: new RegExp(`^$|${pattern.source}`), allowed: `empty, or ${allowed}` },
    { ...words, default: '' },
  );
}

/** @param most Default: as many as fit. */
function listOf({ pattern, allowed }: PropertyPattern, words: Words, most?: number): ParameterDefinition {
  const item = unanchored(pattern);
  const more = most === undefined ? '*' : `{0,${most - 1}}`;
  return optional(
    {
      pattern: new RegExp(`^${item}(?:,${item})${more}$`),
      allowed: `${most === undefined ? 'a list' : `a list of at most ${most}`} with commas between and no spaces; each is ${allowed}`,
    },
    words,
  );
}

function jsonMap(key: RegExp, value: RegExp): RegExp {
  const entry = `"${unanchored(key)}" ?: ?"${unanchored(value)}"`;
  return new RegExp(`^\\{(?:${entry}(?:, ?${entry})*)?\\}$`);
}

function unanchored({ source }: RegExp): string {
  return `(?:${source.replace(/^\^|\$$/g, '')})`;
}
