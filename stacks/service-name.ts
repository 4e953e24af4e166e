import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ifGiven, isLate } from './late-property.ts';
import { QUALIFIER } from './service-property-patterns.ts';

const SERVICE = 'deploytime';

/** The functions that stacks name as their service token, one for each resource type. */
export type ProviderName = Exclude<FunctionName, 'scaling-step' | 'undelivered'>;
/** Every function of the service. Each has an entry of this name in handlers/. */
export const FUNCTION_NAMES = [
  'ecr-image',
  'image-tag',
  'layer-fingerprint',
  'scheduled-scaling',
  'scaling-step',
  'undelivered',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];
/** What scheduled scaling has beside its functions: table, state machine, rule and queue. */
export type ScalingResourceName = 'scaling' | 'scaling-run' | 'scaling-sweep' | 'scaling-dead-letters';

/**
 * What every name of one copy of the service begins with: `deploytime`, or `deploytime-<qualifier>`.
 * @throws Error for a qualifier that can't stand in all of those names.
 */
export function servicePrefix(qualifier = ''): string {
  if (qualifier === '') return SERVICE;
  if (isLate(qualifier)) return Token.asString(ifGiven('Qualifier', `${SERVICE}-${qualifier}`, SERVICE));
  if (QUALIFIER.pattern.test(qualifier)) return `${SERVICE}-${qualifier}`;
  throw new Error(`Qualifier is "${qualifier}"; it must be empty, or ${QUALIFIER.allowed}`);
}

/**
 * The name of a Lambda function of the service, for ever: templates of other stacks hold it, and a stack whose
 * service token changes can't be updated any more.
 */
export function functionName(name: FunctionName, qualifier?: string): string {
  return `${servicePrefix(qualifier)}-${name}`;
}

/** The name of what scheduled scaling has beside its functions. People and their scripts hold it as well. */
export function scalingResourceName(name: ScalingResourceName, qualifier?: string): string {
  return `${servicePrefix(qualifier)}-${name}`;
}

/** The SSM parameter that holds a provider's service token. */
export function serviceTokenParameterName(name: ProviderName, qualifier?: string): string {
  return `/${servicePrefix(qualifier)}/service-token/${name}`;
}

/** The service token of a provider in the scope's own account and Region: its function's ARN, without a version. */
export function serviceTokenArn(scope: Construct, name: ProviderName, qualifier?: string): string {
  return Arn.format(
    {
      service: 'lambda',
      resource: 'function',
      resourceName: functionName(name, qualifier),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    },
    Stack.of(scope),
  );
}
