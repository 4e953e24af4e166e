import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replicaName } from '../../../handlers/scaling/documentdb/replica-name.ts';
import { eventOf } from '../../../handlers/scaling/run/scaling-event.ts';
import { DESIRED_COUNT } from '../../../handlers/scaling/targets/ecs-reads.ts';
import { OWNER_TAG_KEY, PERMISSION_TAG } from '../../../handlers/scaling/targets/tags.ts';
import { SCALING_TAG } from '../../../stacks/permissions/scaling-consent.ts';
import { ownLog, type Statement, statementsOf, TRACES } from './statements.ts';

const PLACE = '<AWS::Region>:<AWS::AccountId>';
const rds = (resource: string) => `arn:<AWS::Partition>:rds:${PLACE}:${resource}`;
const SERVICES = `arn:<AWS::Partition>:ecs:${PLACE}:service/*`;
const KEYS = `arn:<AWS::Partition>:kms:${PLACE}:key/*`;
const TAGGED = { StringEquals: { 'aws:ResourceTag/deploytime:scaling': 'true' } };
const CLUSTER_CHANGES = [
  'rds:CreateDBInstance',
  'rds:FailoverDBCluster',
  'rds:ModifyDBCluster',
  'rds:ModifyDBInstance',
  'rds:StartDBCluster',
  'rds:StopDBCluster',
];
const INSTANCE_CHANGES = ['rds:FailoverDBCluster', 'rds:ModifyDBInstance'];
/** Whatever it is that an action changes, it is none of these. */
const READING = /^(?:rds:(?:Describe|List)|ecs:Describe|application-autoscaling:Describe)/;
/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_INLINE_POLICY_CHARACTERS = 10_240;

function statement(
  Sid: string,
  Action: string | string[],
  Resource: string | string[],
  Condition?: Statement['Condition'],
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) };
}

const READ_TARGETS: readonly Statement[] = [
  statement('ReadClusters', 'rds:DescribeDBClusters', rds('cluster:*')),
  statement('ReadInstances', ['rds:DescribeDBInstances', 'rds:ListTagsForResource'], rds('db:*')),
  statement('ReadServices', 'ecs:DescribeServices', SERVICES),
  statement('ReadScalableTargets', 'application-autoscaling:DescribeScalableTargets', '*'),
];

describe('the permissions of a step of a run', () => {
  it('are these, and no others', () => {
    assert.deepEqual(statementsOf('ScalingStepRole'), [
      ownLog('ScalingStep'),
      TRACES,
      statement(
        'UseScalingTable',
        ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        `arn:<AWS::Partition>:dynamodb:${PLACE}:table/deploytime-scaling`,
      ),
      statement(
        'StartRuns',
        'states:StartExecution',
        `arn:<AWS::Partition>:states:${PLACE}:stateMachine:deploytime-scaling-run`,
      ),
      statement(
        'TellOutcomes',
        'events:PutEvents',
        `arn:<AWS::Partition>:events:${PLACE}:event-bus/default`,
        { StringEquals: { 'events:source': 'deploytime' } },
      ),
      ...READ_TARGETS,
      statement('ChangeTaggedClusters', CLUSTER_CHANGES, rds('cluster:*'), TAGGED),
      statement('ChangeTaggedInstances', INSTANCE_CHANGES, rds('db:*'), TAGGED),
      statement(
        'CreateReplicas',
        ['rds:AddTagsToResource', 'rds:CreateDBInstance'],
        rds('db:*-deploytime-*'),
        {
          StringEquals: { 'aws:RequestTag/deploytime:scaling': 'true' },
          StringLike: { 'aws:RequestTag/deploytime:plan': '?*' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['deploytime:scaling', 'deploytime:plan'] },
        },
      ),
      statement('PutReplicasIntoGroups', 'rds:CreateDBInstance', [
        rds('og:*'),
        rds('pg:*'),
        rds('secgrp:*'),
        rds('subgrp:*'),
      ]),
      statement('DeleteReplicas', 'rds:DeleteDBInstance', rds('db:*-deploytime-*'), {
        StringLike: { 'aws:ResourceTag/deploytime:plan': '?*' },
      }),
      statement('LetRdsUseKeys', 'kms:CreateGrant', KEYS, {
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
        StringLike: { 'kms:ViaService': 'rds.<AWS::Region>.*' },
      }),
      statement('LetRdsFindKeys', 'kms:DescribeKey', KEYS, {
        StringLike: { 'kms:ViaService': 'rds.<AWS::Region>.*' },
      }),
      statement('ChangeTaggedServices', 'ecs:UpdateService', SERVICES, TAGGED),
      statement(
        'SetBoundsOfServices',
        'application-autoscaling:RegisterScalableTarget',
        `arn:<AWS::Partition>:application-autoscaling:${PLACE}:scalable-target/*`,
        {
          StringEquals: {
            'application-autoscaling:service-namespace': 'ecs',
            'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
          },
        },
      ),
    ]);
  });

  it('change what ScalableTargets names, with or without the tag', () => {
    const scalableTargets = ['docdb/orders', 'docdb/shop-?', 'ecs/prod/*'];
    const sids = statementsOf('ScalingStepRole').map(({ Sid }) => Sid);
    const more = statementsOf('ScalingStepRole', { scalableTargets }).filter(
      ({ Sid }) => !sids.includes(Sid),
    );
    assert.deepEqual(more, [
      statement('ChangeNamedClusters', CLUSTER_CHANGES, [rds('cluster:orders'), rds('cluster:shop-?')]),
      statement('ChangeNamedInstances', INSTANCE_CHANGES, [
        rds('db:orders'),
        rds('db:orders-*'),
        rds('db:shop-?'),
        rds('db:shop-?-*'),
      ]),
      statement('ChangeNamedServices', 'ecs:UpdateService', SERVICES.replace('*', 'prod/*')),
    ]);
  });

  it('name nothing of a kind that ScalableTargets does not name', () => {
    const sids = (scalableTargets: string[]) =>
      statementsOf('ScalingStepRole', { scalableTargets })
        .map(({ Sid }) => Sid)
        .filter((sid) => sid.startsWith('ChangeNamed'));
    assert.deepEqual(sids(['ecs/prod/*']), ['ChangeNamedServices']);
    assert.deepEqual(sids(['docdb/orders']), ['ChangeNamedClusters', 'ChangeNamedInstances']);
  });

  it('never change the capacity of anything without a condition', () => {
    for (const { Sid, Action, Condition } of statementsOf('ScalingStepRole')) {
      const changes = [Action]
        .flat()
        .filter((action) => /^(?:rds|ecs|application-autoscaling):/.test(action) && !READING.test(action));
      // The groups alone make no instance.
      if (changes.length > 0 && Sid !== 'PutReplicasIntoGroups') assert.ok(Condition, Sid);
    }
  });

  it('fit into a role, also with as many patterns of targets as are allowed', () => {
    const names = (length: number) => 'x'.repeat(length);
    for (const scalableTargets of [
      Array.from({ length: 12 }, (_, i) => `docdb/${names(42)}${i % 10}`),
      Array.from({ length: 12 }, () => `docdb/*`),
      [`ecs/${names(255)}/${names(255)}`, `docdb/${names(63)}`],
    ]) {
      const policy = JSON.stringify(statementsOf('ScalingStepRole', { scalableTargets }));
      const expanded = policy
        .replaceAll('<AWS::Partition>', 'aws-iso-b')
        .replaceAll('<AWS::Region>', 'ap-southeast-99')
        .replaceAll('<AWS::AccountId>', '111111111111');
      assert.ok(expanded.length < MAX_INLINE_POLICY_CHARACTERS, `${expanded.length} characters`);
    }
  });
});

describe('the conditions of those permissions', () => {
  it('are about the tag that the code speaks of', () => {
    assert.deepEqual(SCALING_TAG, PERMISSION_TAG);
    assert.equal(OWNER_TAG_KEY, 'deploytime:plan');
  });

  it('are met by the names of replicas', () => {
    const longest = `${'c'.repeat(62)}x`;
    for (const cluster of ['orders', longest]) {
      assert.match(replicaName('nightly-01234567', cluster, 1), /^.+-deploytime-.+$/);
    }
  });

  it('are met by the bounds that are set', () => {
    assert.deepEqual(DESIRED_COUNT, {
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
    });
  });

  it('are met by the events that are published', () => {
    const run = { plan: 'nightly-01234567', edge: 'start', scheduledTime: 0 } as const;
    const event = eventOf({ outcome: 'Started', reason: '', run, execution: '', at: 0 });
    assert.equal(event.source, 'deploytime');
  });
});
