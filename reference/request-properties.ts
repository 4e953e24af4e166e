import type { COMMON_PROPERTIES } from '../handlers/cloudformation/properties.ts';
import { integer, text } from '../handlers/cloudformation/property-kinds.ts';
import type { Schema } from './resource-type.ts';

/** CloudFormation's own bounds of a custom resource's ServiceTimeout, in seconds. */
const MIN_TIMEOUT_SECONDS = 1;
const MAX_TIMEOUT_SECONDS = 3600;

/** What every type has. The first two are read by CloudFormation, and no property of a handler's definition. */
export const requestProperties = {
  ServiceToken: {
    kind: text(/./, 'the ARN of the function that answers'),
    presence: 'required',
    description: 'Its ARN follows from account, Region and name; it also stands in SSM.',
  },
  ServiceTimeout: {
    kind: integer(MIN_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS),
    presence: 'optional',
    defaultValue: String(MAX_TIMEOUT_SECONDS),
    description: 'How long CloudFormation waits for an answer, in seconds.',
  },
  DeploymentId: {
    kind: text(/./, 'any text'),
    presence: 'optional',
    description: 'Does nothing but make CloudFormation ask again when it changes.',
  },
} as const satisfies Schema & Record<(typeof COMMON_PROPERTIES)[number], unknown>;
