import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readScalingEnvironment } from '../../handlers/environment.ts';
import { SETTLE_MS } from '../../handlers/scaling/decision/intent.ts';
import { scalingRunDefinition } from '../../stacks/scaling-run-definition.ts';
import { ServiceStack, type ServiceStackProps } from '../../stacks/service-stack.ts';
import { getResource, quickApp } from './synthesis.ts';

function serviceStack(props: ServiceStackProps = {}): ServiceStack {
  return new ServiceStack(quickApp(), 'deploytime', props);
}

function variablesOf(stack: ServiceStack, id: string): Record<string, string> {
  const { Environment } = getResource(stack, `${id}Function`).Properties;
  return (Environment as { Variables: Record<string, string> }).Variables;
}

const stack = serviceStack();

describe('the table of scheduled scaling', () => {
  const { Properties, ...policies } = getResource(stack, 'ScalingTable');

  it('has the keys and the expiry that the stores write, costs by the call, and can be put back to any second', () => {
    assert.deepEqual(Properties, {
      TableName: 'deploytime-scaling',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      // AWS's own key.
      SSESpecification: { SSEEnabled: false },
    });
  });

  it('stays when the service is removed, but for one of a first deployment that failed', () => {
    assert.deepEqual(policies, {
      Type: 'AWS::DynamoDB::Table',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    assert.equal(Properties.DeletionProtectionEnabled, undefined);
  });
});

describe('the queue of dead letters', () => {
  it('is encrypted, and keeps what nobody looks at as long as SQS can', () => {
    assert.deepEqual(getResource(stack, 'ScalingDeadLettersQueue').Properties, {
      QueueName: 'deploytime-scaling-dead-letters',
      MessageRetentionPeriod: 14 * 24 * 3600,
      SqsManagedSseEnabled: true,
    });
  });

  it('takes nothing without TLS, and of EventBridge what the sweep could not be asked', () => {
    const { PolicyDocument } = getResource(stack, 'ScalingDeadLettersQueuePolicy').Properties;
    const { Statement } = PolicyDocument as { Statement: Record<string, unknown>[] };
    assert.deepEqual(
      Statement.map(({ Effect, Action, Principal, Condition }) => ({ Effect, Action, Principal, Condition })),
      [
        {
          Effect: 'Deny',
          Action: 'sqs:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': '<ScalingSweepRule.Arn>' } },
        },
      ],
    );
  });
});

describe('the sweep', () => {
  it('asks the step every 15 minutes, and gives up before the next one', () => {
    assert.deepEqual(getResource(stack, 'ScalingSweepRule').Properties, {
      Name: 'deploytime-scaling-sweep',
      Description: 'Looks for scheduled scaling that was missed, or undone',
      ScheduleExpression: 'rate(15 minutes)',
      State: 'ENABLED',
      Targets: [
        {
          Id: 'Target0',
          Arn: '<ScalingStepFunction.Arn>',
          Input: '{"task":"sweep"}',
          RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 2 },
          DeadLetterConfig: { Arn: '<ScalingDeadLettersQueue.Arn>' },
        },
      ],
    });
  });

  it('is not asked again by Lambda', () => {
    assert.deepEqual(getResource(stack, 'ScalingStepFunctionEventInvokeConfig').Properties, {
      FunctionName: '<ScalingStepFunction>',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 900,
    });
  });
});

describe('the state machine of a run', () => {
  const { Properties } = getResource(stack, 'ScalingRunStateMachine');

  it('is a standard one with traces and the definition, which asks the step', () => {
    const { DefinitionString, RoleArn, ...rest } = Properties;
    assert.deepEqual(rest, {
      StateMachineName: 'deploytime-scaling-run',
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
    });
    assert.equal(RoleArn, '<ScalingRunRole.Arn>');
    assert.deepEqual(
      JSON.parse(DefinitionString as string),
      scalingRunDefinition({ stepFunctionArn: '<ScalingStepFunction.Arn>' }),
    );
  });

  it('lets the end of a long window wait for its time, as long as Step Functions lets an execution take', () => {
    const { TimeoutSeconds } = JSON.parse(String(Properties.DefinitionString));
    assert.equal(TimeoutSeconds, 365 * 24 * 3600);
  });

  it('acts for this account only', () => {
    const { AssumeRolePolicyDocument } = getResource(stack, 'ScalingRunRole').Properties;
    const { Statement } = AssumeRolePolicyDocument as { Statement: { Condition: unknown }[] };
    assert.deepEqual(
      Statement.map(({ Condition }) => Condition),
      [{ StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } }],
    );
  });
});

describe('the function that takes the steps', () => {
  const { Properties } = getResource(stack, 'ScalingStepFunction');

  it('is over before a call of its own could be taken for lost', () => {
    assert.equal(Properties.Timeout, 60);
    assert.ok(Number(Properties.Timeout) * 1000 < SETTLE_MS);
  });

  it('is asked by the state machine and the rule alone, and has no service token', () => {
    assert.throws(() => getResource(stack, 'ScalingStepServiceTokenParameter'));
  });
});

describe('the environment of scheduled scaling', () => {
  for (const id of ['ScalingStep', 'ScheduledScaling']) {
    it(`reaches ${id} as it reads it`, () => {
      const place = '<AWS::Region>:<AWS::AccountId>';
      assert.deepEqual(readScalingEnvironment(variablesOf(stack, id)), {
        tableName: '<ScalingTable>',
        stateMachineArn: `arn:<AWS::Partition>:states:${place}:stateMachine:deploytime-scaling-run`,
        scheduleRoleArn: '<ScalingScheduleRole.Arn>',
        deadLetterArn: `arn:<AWS::Partition>:sqs:${place}:deploytime-scaling-dead-letters`,
        scalableTargets: [],
      });
    });

    it(`has the qualifier in each ARN, and the patterns, in ${id}`, () => {
      const scalableTargets = ['docdb/orders', 'ecs/prod/*'];
      const blue = serviceStack({ qualifier: 'blue', scalableTargets });
      const environment = readScalingEnvironment(variablesOf(blue, id));
      assert.match(environment.stateMachineArn, /:stateMachine:deploytime-blue-scaling-run$/);
      assert.match(environment.deadLetterArn, /:deploytime-blue-scaling-dead-letters$/);
      assert.deepEqual(environment.scalableTargets, scalableTargets);
    });
  }

  it('is for the functions of scheduled scaling, and for no other', () => {
    for (const id of ['EcrImage', 'ImageTag', 'LayerFingerprint', 'Undelivered']) {
      const names = Object.keys(variablesOf(stack, id));
      assert.deepEqual(
        names.filter((name) => /SCAL/.test(name)),
        [],
      );
    }
  });

  it('has ARNs of what there is, though they are put together from names', () => {
    for (const props of [{}, { qualifier: 'blue' }]) {
      const service = serviceStack(props);
      const { stateMachineArn, deadLetterArn } = readScalingEnvironment(variablesOf(service, 'ScalingStep'));
      const names = [stateMachineArn, deadLetterArn].map((arn) => arn.split(':').at(-1));
      assert.deepEqual(names, [
        getResource(service, 'ScalingRunStateMachine').Properties.StateMachineName,
        getResource(service, 'ScalingDeadLettersQueue').Properties.QueueName,
      ]);
    }
  });
});
