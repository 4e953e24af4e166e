import type { Stack } from 'aws-cdk-lib';
import { readTargetPattern, type TargetPattern } from '../../handlers/scaling/plan/target-pattern.ts';
import type { Permission } from './permission.ts';
import { scalingClusterPermissions } from './scaling-cluster-permissions.ts';
import { ecsServiceArn, rdsArn } from './scaling-consent.ts';
import { scalingReplicaPermissions } from './scaling-replica-permissions.ts';
import { scalingServicePermissions } from './scaling-service-permissions.ts';

/** To look at clusters, instances and services. */
export function readTargetPermissions(stack: Stack): Permission[] {
  const whyWildcard = 'Targets are named by stacks that come later; this only looks at them.';
  return [
    {
      statement: {
        sid: 'ReadClusters',
        actions: ['rds:DescribeDBClusters'],
        resources: [rdsArn(stack, 'cluster', '*')],
      },
      whyWildcard,
    },
    {
      statement: {
        sid: 'ReadInstances',
        actions: ['rds:DescribeDBInstances', 'rds:ListTagsForResource'],
        resources: [rdsArn(stack, 'db', '*')],
      },
      whyWildcard,
    },
    {
      statement: {
        sid: 'ReadServices',
        actions: ['ecs:DescribeServices'],
        resources: [ecsServiceArn(stack, '*')],
      },
      whyWildcard,
    },
    {
      statement: {
        sid: 'ReadScalableTargets',
        actions: ['application-autoscaling:DescribeScalableTargets'],
        resources: ['*'],
      },
      whyWildcard: 'AWS limits this action to no resources; it only looks at them.',
    },
  ];
}

/** @param patterns Targets that may be changed although they lack the tag, by their short names. */
export function changeTargetPermissions(stack: Stack, patterns: readonly string[]): Permission[] {
  const named = patterns.map(parsed);
  const clusters = named.flatMap((pattern) => (pattern.kind === 'docdb' ? [pattern.clusterId] : []));
  const services = named.flatMap((pattern) =>
    pattern.kind === 'ecs' ? [`${pattern.cluster}/${pattern.service}`] : [],
  );
  return [
    ...scalingClusterPermissions(stack, clusters),
    ...scalingReplicaPermissions(stack),
    ...scalingServicePermissions(stack, services),
  ];
}

/** @throws Error for a pattern that `checkServiceProperties` did not see. */
function parsed(pattern: string): TargetPattern {
  const reading = readTargetPattern(pattern);
  if (reading.ok) return reading.value;
  throw new Error(`ScalableTargets has "${pattern}", which is no pattern of targets`);
}
