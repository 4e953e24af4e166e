import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { Permission } from './permission.ts';

/** The tag by which the owner of a cluster, an instance or a service lets this service scale it. */
export const SCALING_TAG = { key: 'deploytime:scaling', value: 'true' } as const;

/** Why a statement about everything that carries the tag names nothing. */
export const WHY_TAGGED =
  'Targets are named by stacks that come later; the condition limits this to what carries the tag deploytime:scaling=true.';
/** Why a statement has the names that it has. */
export const WHY_NAMED = 'The stack property ScalableTargets was set to this.';

/** A condition that the resource carries the tag. */
export function tagged(): NonNullable<Permission['statement']['conditions']> {
  return { StringEquals: { [`aws:ResourceTag/${SCALING_TAG.key}`]: SCALING_TAG.value } };
}

/**
 * DocumentDB's actions and ARNs have the prefix of RDS, whose API it shares.
 * @param resource `cluster`, `db`, or a kind of group.
 */
export function rdsArn(stack: Stack, resource: string, resourceName: string): string {
  return stack.formatArn({
    service: 'rds',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** @param name The cluster's and the service's, with a slash between. */
export function ecsServiceArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 'ecs', resource: 'service', resourceName: name });
}
