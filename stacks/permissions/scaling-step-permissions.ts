import type { Stack } from 'aws-cdk-lib';
import type { ScalingArns } from '../scaling-arns.ts';
import type { Permission } from './permission.ts';
import { startRunPermission, useTablePermission } from './scaling-run-permissions.ts';
import { changeTargetPermissions, readTargetPermissions } from './scaling-target-permissions.ts';

/** The source of every event of this service. */
const EVENT_SOURCE = 'deploytime';

export interface ScalingStepPermissionsProps {
  /** Targets that may be changed although they lack the tag, by their short names. Default: none. */
  readonly scalableTargets?: readonly string[];
}

/** What a step of a run and the sweep may do: the only ones here that change anything's capacity. */
export function scalingStepPermissions(
  stack: Stack,
  arns: ScalingArns,
  { scalableTargets = [] }: ScalingStepPermissionsProps,
): Permission[] {
  return [
    useTablePermission(arns.table),
    startRunPermission(arns.stateMachine),
    {
      statement: {
        sid: 'TellOutcomes',
        actions: ['events:PutEvents'],
        resources: [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
        conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
      },
    },
    ...readTargetPermissions(stack),
    ...changeTargetPermissions(stack, scalableTargets),
  ];
}
