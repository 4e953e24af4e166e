import type { Stack } from 'aws-cdk-lib';
import type { Permission } from './permission.ts';
import { ecsServiceArn, tagged, WHY_NAMED, WHY_TAGGED } from './scaling-consent.ts';

/**
 * To change services of ECS, and the bounds between which Application Auto Scaling keeps them.
 * @param names Cluster and service, with a slash between and wildcards, of those that may be changed without the tag.
 */
export function scalingServicePermissions(stack: Stack, names: readonly string[]): Permission[] {
  return [
    {
      statement: {
        sid: 'ChangeTaggedServices',
        actions: ['ecs:UpdateService'],
        resources: [ecsServiceArn(stack, '*')],
        conditions: tagged(),
      },
      whyWildcard: WHY_TAGGED,
    },
    {
      statement: {
        sid: 'SetBoundsOfServices',
        actions: ['application-autoscaling:RegisterScalableTarget'],
        resources: [
          stack.formatArn({
            service: 'application-autoscaling',
            resource: 'scalable-target',
            resourceName: '*',
          }),
        ],
        conditions: {
          StringEquals: {
            'application-autoscaling:service-namespace': 'ecs',
            'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
          },
        },
      },
      whyWildcard:
        "A scalable target's id says nothing, and CloudFormation can't tag it; the condition leaves only services of ECS, of which the code changes those that carry the tag.",
    },
    ...namedServicePermissions(stack, names),
  ];
}

function namedServicePermissions(stack: Stack, names: readonly string[]): Permission[] {
  if (names.length === 0) return [];
  return [
    {
      statement: {
        sid: 'ChangeNamedServices',
        actions: ['ecs:UpdateService'],
        resources: names.map((name) => ecsServiceArn(stack, name)),
      },
      whyWildcard: WHY_NAMED,
    },
  ];
}
