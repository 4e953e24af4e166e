import type { Stack } from 'aws-cdk-lib';
import type { Permission } from './permission.ts';
import { rdsArn, SCALING_TAG } from './scaling-consent.ts';

/** On a replica that this service made: the plan it was made for. */
const PLAN_TAG_KEY = 'deploytime:plan';
/** What this service's replicas have in their names, after that of their cluster. */
const REPLICA_MARK = '-deploytime-';
/** The groups that a new instance is put into; which ones they are its cluster says. */
const INSTANCE_GROUPS = ['og', 'pg', 'secgrp', 'subgrp'];

/** Only replicas of this service are made, tagged and deleted: their names and their tags tell them. */
export function scalingReplicaPermissions(stack: Stack): Permission[] {
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
    ...encryptReplicaPermissions(stack),
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
