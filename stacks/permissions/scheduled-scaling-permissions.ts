import type { Stack } from 'aws-cdk-lib';
import type { ScalingArns } from '../scaling-arns.ts';
import type { Permission } from './permission.ts';
import { rdsArn } from './scaling-consent.ts';
import { startRunPermission, useTablePermission } from './scaling-run-permissions.ts';
import { readTargetPermissions } from './scaling-target-permissions.ts';
import { stackStatusPermission } from './stack-status-permission.ts';

/** What the name of every plan's schedule group begins with; the plan's id follows. */
const GROUP_NAMES = 'deploytime-*';

export interface ScheduledScalingPermissionsProps {
  /** The role with which EventBridge Scheduler starts a run. */
  readonly scheduleRoleArn: string;
}

/** What `Custom::ScheduledScaling` may do: nothing to a target but look at it. Changes are the runs'. */
export function scheduledScalingPermissions(
  stack: Stack,
  arns: ScalingArns,
  { scheduleRoleArn }: ScheduledScalingPermissionsProps,
): Permission[] {
  return [
    useTablePermission(arns.table),
    startRunPermission(arns.stateMachine),
    ...schedulePermissions(stack),
    {
      statement: {
        sid: 'PassScheduleRole',
        actions: ['iam:PassRole'],
        resources: [scheduleRoleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      },
    },
    stackStatusPermission(stack),
    ...readTargetPermissions(stack),
    {
      statement: {
        sid: 'ReadTagsOfClusters',
        actions: ['rds:ListTagsForResource'],
        resources: [rdsArn(stack, 'cluster', '*')],
      },
      whyWildcard:
        'Clusters are named by stacks that come later; a deployment says beforehand which of them lacks the tag.',
    },
    {
      statement: {
        sid: 'ReadInstanceClasses',
        actions: ['rds:DescribeOrderableDBInstanceOptions'],
        resources: ['*'],
      },
      whyWildcard: 'AWS limits this action to no resources; it tells what can be ordered in the Region.',
    },
  ];
}

function schedulePermissions(stack: Stack): Permission[] {
  const whyWildcard = "A plan's id is in the names of its group, and plans come later.";
  return [
    {
      statement: {
        sid: 'KeepScheduleGroups',
        actions: [
          'scheduler:CreateScheduleGroup',
          'scheduler:DeleteScheduleGroup',
          'scheduler:GetScheduleGroup',
        ],
        resources: [
          stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: GROUP_NAMES }),
        ],
      },
      whyWildcard,
    },
    {
      statement: {
        sid: 'KeepSchedules',
        actions: [
          'scheduler:CreateSchedule',
          'scheduler:DeleteSchedule',
          'scheduler:GetSchedule',
          'scheduler:UpdateSchedule',
        ],
        resources: [
          stack.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${GROUP_NAMES}/*` }),
        ],
      },
      whyWildcard,
    },
    {
      statement: { sid: 'ListSchedules', actions: ['scheduler:ListSchedules'], resources: ['*'] },
      whyWildcard: 'AWS limits this action to no resources; it tells the names of schedules.',
    },
  ];
}
