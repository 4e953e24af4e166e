import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { readTargetPattern, type TargetPattern } from '../../handlers/scaling/target-pattern.ts';
import type { Permission } from './permission.ts';

/** The tag by which the owner of a cluster, an instance or a service lets this service scale it. */
export const SCALING_TAG = { key: 'deploytime:scaling', value: 'true' } as const;
/** On a replica that this service made: the plan it was made for. */
const PLAN_TAG_KEY = 'deploytime:plan';
/** What this service's replicas have in their names, after that of their cluster. */
const REPLICA_MARK = '-deploytime-';

const CLUSTER_CHANGES = [
  'rds:CreateDBInstance',
  'rds:FailoverDBCluster',
  'rds:ModifyDBCluster',
  'rds:ModifyDBInstance',
  'rds:StartDBCluster',
  'rds:StopDBCluster',
];
const INSTANCE_CHANGES = ['rds:FailoverDBCluster', 'rds:ModifyDBInstance'];
/** The groups that a new instance is put into; which ones they are its cluster says. */
const INSTANCE_GROUPS = ['og', 'pg', 'secgrp', 'subgrp'];

const WHY_TAGGED =
  'Targets are named by stacks that come later; the condition limits this to what carries the tag deploytime:scaling=true.';

/** To look at clusters, instances and services. DocumentDB's actions have the prefix of RDS, whose API it shares. */
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
        resources: [serviceArn(stack, '*')],
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
  return [
    ...changeClusterPermissions(stack),
    ...createReplicaPermissions(stack),
    ...encryptReplicaPermissions(stack),
    ...changeServicePermissions(stack),
    ...patternPermissions(stack, patterns),
  ];
}

/** A change of an instance asks for its cluster as well, and a failover for each instance. */
function changeClusterPermissions(stack: Stack): Permission[] {
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
  ];
}

/** Only replicas of this service are made, tagged and deleted: their names and their tags tell them. */
function createReplicaPermissions(stack: Stack): Permission[] {
  const replicas = rdsArn(stack, 'db', `*${REPLICA_MARK}*`);
  return [
    {
      statement: {
        sid: 'CreateReplicas',
        actions: ['rds:AddTagsToResource', 'rds:CreateDBInstance'],
        resources: [replicas],
        conditions: {
          StringEquals: { [`aws:RequestTag/${SCALING_TAG.key}`]: SCALING_TAG.value },
          StringLike: { [`aws:RequestTag/${PLAN_TAG_KEY}`]: '?*' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': [SCALING_TAG.key, PLAN_TAG_KEY] },
        },
      },
      whyWildcard: `A replica's name is its cluster's, then ${REPLICA_MARK} and a hash; the condition asks for the tags that tell it as one of this service.`,
    },
    {
      statement: {
        sid: 'PutReplicasIntoGroups',
        actions: ['rds:CreateDBInstance'],
        resources: INSTANCE_GROUPS.map((group) => rdsArn(stack, group, '*')),
      },
      whyWildcard:
        'A new instance gets the groups of its cluster, whose names are not known; without a cluster and an instance that may be changed this allows nothing.',
    },
    {
      statement: {
        sid: 'DeleteReplicas',
        actions: ['rds:DeleteDBInstance'],
        resources: [replicas],
        conditions: { StringLike: { [`aws:ResourceTag/${PLAN_TAG_KEY}`]: '?*' } },
      },
      whyWildcard: `A replica's name is its cluster's, then ${REPLICA_MARK} and a hash; the condition asks for the tag that only replicas of this service carry.`,
    },
  ];
}

/**
 * Where a cluster is encrypted with a key of the account's, RDS uses it on behalf of whoever creates an instance.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html
 */
function encryptReplicaPermissions(stack: Stack): Permission[] {
  const keys = [stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' })];
  // The service's name ends in the partition's own suffix, which need not be the one of AWS::URLSuffix.
  const viaRds = { StringLike: { 'kms:ViaService': `rds.${stack.region}.*` } };
  const whyWildcard =
    "A cluster's owner chooses its key, and the key's policy must agree; the condition leaves only RDS, of which the role may create nothing but replicas.";
  return [
    {
      statement: {
        sid: 'LetRdsUseKeys',
        actions: ['kms:CreateGrant'],
        resources: keys,
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' }, ...viaRds },
      },
      whyWildcard,
    },
    {
      statement: {
        sid: 'LetRdsFindKeys',
        actions: ['kms:DescribeKey'],
        resources: keys,
        conditions: viaRds,
      },
      whyWildcard,
    },
  ];
}

function changeServicePermissions(stack: Stack): Permission[] {
  return [
    {
      statement: {
        sid: 'ChangeTaggedServices',
        actions: ['ecs:UpdateService'],
        resources: [serviceArn(stack, '*')],
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
  ];
}

/** By their names, where their owner doesn't tag them and the operator of the service says so. */
function patternPermissions(stack: Stack, patterns: readonly string[]): Permission[] {
  const named = patterns.map(parsed);
  const clusters = named.flatMap((pattern) => (pattern.kind === 'docdb' ? [pattern.clusterId] : []));
  const services = named.flatMap((pattern) =>
    pattern.kind === 'ecs' ? [`${pattern.cluster}/${pattern.service}`] : [],
  );
  const statements = [
    {
      sid: 'ChangeNamedClusters',
      actions: CLUSTER_CHANGES,
      resources: clusters.map((id) => rdsArn(stack, 'cluster', id)),
    },
    {
      sid: 'ChangeNamedInstances',
      actions: INSTANCE_CHANGES,
      // An instance's ARN doesn't say its cluster.
      resources: clusters.flatMap((id) => [rdsArn(stack, 'db', id), rdsArn(stack, 'db', `${id}-*`)]),
    },
    {
      sid: 'ChangeNamedServices',
      actions: ['ecs:UpdateService'],
      resources: services.map((name) => serviceArn(stack, name)),
    },
  ];
  return statements
    .filter(({ resources }) => resources.length > 0)
    .map((statement) => ({ statement, whyWildcard: 'The stack property ScalableTargets was set to this.' }));
}

/** @throws Error for a pattern that `checkServiceProperties` did not see. */
function parsed(pattern: string): TargetPattern {
  const reading = readTargetPattern(pattern);
  if (reading.ok) return reading.value;
  throw new Error(`ScalableTargets has "${pattern}", which is no pattern of targets`);
}

function tagged(): Permission['statement']['conditions'] {
  return { StringEquals: { [`aws:ResourceTag/${SCALING_TAG.key}`]: SCALING_TAG.value } };
}

/** @param resource `cluster`, `db`, or a kind of group. */
export function rdsArn(stack: Stack, resource: string, resourceName: string): string {
  return stack.formatArn({
    service: 'rds',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** @param name The cluster's and the service's, with a slash between. */
function serviceArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 'ecs', resource: 'service', resourceName: name });
}
