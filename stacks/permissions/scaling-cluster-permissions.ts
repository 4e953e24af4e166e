import type { Stack } from 'aws-cdk-lib';
import type { Permission } from './permission.ts';
import { rdsArn, tagged, WHY_NAMED, WHY_TAGGED } from './scaling-consent.ts';

const CLUSTER_CHANGES = [
  'rds:CreateDBInstance',
  'rds:FailoverDBCluster',
  'rds:ModifyDBCluster',
  'rds:ModifyDBInstance',
  'rds:StartDBCluster',
  'rds:StopDBCluster',
];
const INSTANCE_CHANGES = ['rds:FailoverDBCluster', 'rds:ModifyDBInstance'];

/**
 * To change clusters and their instances. A change of an instance asks for its cluster as well, and a failover for each
 * instance.
 * @param names Identifiers, with wildcards, of clusters that may be changed although they lack the tag.
 */
export function scalingClusterPermissions(stack: Stack, names: readonly string[]): Permission[] {
  return [
    {
      statement: {
        sid: 'ChangeTaggedClusters',
        actions: CLUSTER_CHANGES,
        resources: [rdsArn(stack, 'cluster', '*')],
        conditions: tagged(),
      },
      whyWildcard: WHY_TAGGED,
    },
    {
      statement: {
        sid: 'ChangeTaggedInstances',
        actions: INSTANCE_CHANGES,
        resources: [rdsArn(stack, 'db', '*')],
        conditions: tagged(),
      },
      whyWildcard: WHY_TAGGED,
    },
    ...namedClusterPermissions(stack, names),
  ];
}

function namedClusterPermissions(stack: Stack, names: readonly string[]): Permission[] {
  if (names.length === 0) return [];
  return [
    {
      statement: {
        sid: 'ChangeNamedClusters',
        actions: CLUSTER_CHANGES,
        resources: names.map((name) => rdsArn(stack, 'cluster', name)),
      },
      whyWildcard: WHY_NAMED,
    },
    {
      statement: {
        sid: 'ChangeNamedInstances',
        actions: INSTANCE_CHANGES,
        // An instance's ARN doesn't say its cluster.
        resources: names.flatMap((name) => [rdsArn(stack, 'db', name), rdsArn(stack, 'db', `${name}-*`)]),
      },
      whyWildcard: WHY_NAMED,
    },
  ];
}
