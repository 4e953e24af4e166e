import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServiceStack } from '../../../stacks/service-stack.ts';
import { getResource, quickApp } from '../synthesis.ts';
import { providerStatements, statementsOf } from './statements.ts';

const PLACE = '<AWS::Region>:<AWS::AccountId>';
const STATE_MACHINE = `arn:<AWS::Partition>:states:${PLACE}:stateMachine:deploytime-scaling-run`;
/** To look at targets; the same as a step of a run has. */
const READ_TARGETS = ['ReadClusters', 'ReadInstances', 'ReadServices', 'ReadScalableTargets'];

describe('the permissions of the provider of scheduled scaling', () => {
  const statements = statementsOf('ScheduledScalingRole');

  it('are these, and no others', () => {
    const shared = statements.filter(({ Sid }) => READ_TARGETS.includes(Sid));
    assert.deepEqual(
      shared,
      statementsOf('ScalingStepRole').filter(({ Sid }) => READ_TARGETS.includes(Sid)),
    );
    assert.deepEqual(
      statements.filter((statement) => !shared.includes(statement)),
      [
        ...providerStatements('ScheduledScaling'),
        {
          Sid: 'UseScalingTable',
          Effect: 'Allow',
          Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
          Resource: `arn:<AWS::Partition>:dynamodb:${PLACE}:table/deploytime-scaling`,
        },
        { Sid: 'StartRuns', Effect: 'Allow', Action: 'states:StartExecution', Resource: STATE_MACHINE },
        {
          Sid: 'KeepScheduleGroups',
          Effect: 'Allow',
          Action: [
            'scheduler:CreateScheduleGroup',
            'scheduler:DeleteScheduleGroup',
            'scheduler:GetScheduleGroup',
          ],
          Resource: `arn:<AWS::Partition>:scheduler:${PLACE}:schedule-group/deploytime-*`,
        },
        {
          Sid: 'KeepSchedules',
          Effect: 'Allow',
          Action: [
            'scheduler:CreateSchedule',
            'scheduler:DeleteSchedule',
            'scheduler:GetSchedule',
            'scheduler:UpdateSchedule',
          ],
          Resource: `arn:<AWS::Partition>:scheduler:${PLACE}:schedule/deploytime-*/*`,
        },
        { Sid: 'ListSchedules', Effect: 'Allow', Action: 'scheduler:ListSchedules', Resource: '*' },
        {
          Sid: 'PassScheduleRole',
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: '<ScalingScheduleRole.Arn>',
          Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
        },
        {
          Sid: 'ReadStackStatus',
          Effect: 'Allow',
          Action: 'cloudformation:DescribeStacks',
          Resource: `arn:<AWS::Partition>:cloudformation:${PLACE}:stack/*`,
        },
        {
          Sid: 'ReadTagsOfClusters',
          Effect: 'Allow',
          Action: 'rds:ListTagsForResource',
          Resource: `arn:<AWS::Partition>:rds:${PLACE}:cluster:*`,
        },
        {
          Sid: 'ReadInstanceClasses',
          Effect: 'Allow',
          Action: 'rds:DescribeOrderableDBInstanceOptions',
          Resource: '*',
        },
      ],
    );
  });

  it('change no target, whatever ScalableTargets says: runs do that', () => {
    assert.deepEqual(
      statementsOf('ScheduledScalingRole', { scalableTargets: ['docdb/*', 'ecs/*/*'] }),
      statements,
    );
  });
});

describe('the role of the schedules', () => {
  const stack = new ServiceStack(quickApp(), 'deploytime');

  it('is for EventBridge Scheduler, on behalf of this account', () => {
    const { Properties } = getResource(stack, 'ScalingScheduleRole');
    assert.deepEqual(Properties.AssumeRolePolicyDocument, {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
        },
      ],
    });
  });

  it('has no fixed name, which a copy of the service in another Region would want as well', () => {
    assert.equal(getResource(stack, 'ScalingScheduleRole').Properties.RoleName, undefined);
  });

  it('starts runs, and leaves what it could not start', () => {
    assert.deepEqual(statementsOf('ScalingScheduleRole'), [
      { Sid: 'StartRuns', Effect: 'Allow', Action: 'states:StartExecution', Resource: STATE_MACHINE },
      {
        Sid: 'LeaveDeadLetters',
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: `arn:<AWS::Partition>:sqs:${PLACE}:deploytime-scaling-dead-letters`,
      },
    ]);
  });
});

describe('the role of a run', () => {
  it('asks the one function, and sends traces', () => {
    assert.deepEqual(
      statementsOf('ScalingRunRole').map(({ Sid, Action, Resource }) => [Sid, Action, Resource]),
      [
        ['TakeSteps', 'lambda:InvokeFunction', '<ScalingStepFunction.Arn>'],
        [
          'SendTraces',
          [
            'xray:GetSamplingRules',
            'xray:GetSamplingTargets',
            'xray:PutTelemetryRecords',
            'xray:PutTraceSegments',
          ],
          '*',
        ],
      ],
    );
  });
});
