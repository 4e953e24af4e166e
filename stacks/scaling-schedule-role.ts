import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type Permission, policyStatements } from './permissions/permission.ts';
import { startRunPermission } from './permissions/scaling-run-permissions.ts';
import type { ScalingArns } from './scaling-arns.ts';

/**
 * With this role EventBridge Scheduler starts runs, and leaves those that it could not start. It has no fixed name: a
 * role's name is of the whole account, and each Region may have a copy of the service.
 */
export function scalingScheduleRole(scope: Construct, id: string, arns: ScalingArns): Role {
  const permissions: Permission[] = [
    startRunPermission(arns.stateMachine),
    {
      statement: {
        sid: 'LeaveDeadLetters',
        actions: ['sqs:SendMessage'],
        resources: [arns.deadLetters],
      },
    },
  ];
  return new Role(scope, id, {
    description: 'What the schedules of Custom::ScheduledScaling may do',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    inlinePolicies: { own: new PolicyDocument({ statements: policyStatements(permissions) }) },
  });
}
