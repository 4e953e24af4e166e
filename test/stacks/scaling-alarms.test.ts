import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ServiceStack, type ServiceStackProps } from '../../stacks/service-stack.ts';
import { tableUnder } from '../support/docs/table.ts';
import { flatResources, PROJECT_ROOT, quickApp, type TemplateResource } from './synthesis.ts';

function alarmsOf(props: ServiceStackProps = {}): Map<string, TemplateResource> {
  const resources = flatResources(new ServiceStack(quickApp(), 'deploytime', props));
  return new Map([...resources].filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm'));
}

const alarms = alarmsOf();

function alarm(id: string): Record<string, unknown> {
  return alarms.get(`ScalingAlarms${id}`)?.Properties ?? assert.fail(`There is no alarm ${id}`);
}

describe('the alarms', () => {
  it('have names that hold the qualifier', () => {
    const names = (props?: ServiceStackProps) =>
      [...alarmsOf(props).values()].map((each) => each.Properties.AlarmName);
    const suffixes = [
      'scaling-failed',
      'scaling-late',
      'scaling-sweep-missing',
      'scaling-dead-letters',
      'scaling-run-failed',
      'scaling-run-timed-out',
      'scaling-run-aborted',
      'scaling-provider-errors',
      'scaling-provider-throttles',
      'scaling-step-errors',
      'scaling-step-throttles',
    ];
    assert.deepEqual(
      names(),
      suffixes.map((suffix) => `deploytime-${suffix}`),
    );
    assert.deepEqual(
      names({ qualifier: 'blue' }),
      suffixes.map((suffix) => `deploytime-blue-${suffix}`),
    );
  });

  for (const outcome of ['Failed', 'Late']) {
    it(`ring at the first ${outcome} of this copy of the service, which other metrics of that name don't make`, () => {
      const { AlarmDescription, ...properties } = alarm(outcome);
      assert.deepEqual(properties, {
        AlarmName: `deploytime-scaling-${outcome.toLowerCase()}`,
        Namespace: 'deploytime',
        MetricName: outcome,
        Dimensions: [{ Name: 'service', Value: 'deploytime' }],
        Statistic: 'Sum',
        Period: 900,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        TreatMissingData: 'notBreaching',
      });
      assert.match(String(AlarmDescription), /docs\/operations\.md/);
    });
  }

  it('of a second copy are about its own metrics', () => {
    const { Properties } = alarmsOf({ qualifier: 'blue' }).get('ScalingAlarmsFailed') ?? assert.fail();
    assert.deepEqual(Properties.Dimensions, [{ Name: 'service', Value: 'deploytime-blue' }]);
  });

  it('ring where three sweeps in a row did not come to their end, also where nothing is counted at all', () => {
    const { MetricName, Period, EvaluationPeriods, ComparisonOperator, Threshold, TreatMissingData } =
      alarm('SweepMissing');
    assert.deepEqual(
      { MetricName, Period, EvaluationPeriods, ComparisonOperator, Threshold, TreatMissingData },
      {
        MetricName: 'SweepCompleted',
        Period: 900,
        EvaluationPeriods: 3,
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      },
    );
  });

  it('ring at the first dead letter', () => {
    const { Namespace, MetricName, Dimensions, Statistic, Threshold } = alarm('DeadLetters');
    assert.deepEqual(
      { Namespace, MetricName, Dimensions, Statistic, Threshold },
      {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: '<ScalingDeadLettersQueue.QueueName>' }],
        Statistic: 'Maximum',
        Threshold: 1,
      },
    );
  });

  const counts: readonly (readonly [id: string, metric: string, of: Record<string, string>, from: number])[] =
    [
      ['RunFailed', 'AWS/States ExecutionsFailed', { StateMachineArn: '<ScalingRunStateMachine>' }, 1],
      ['RunTimedOut', 'AWS/States ExecutionsTimedOut', { StateMachineArn: '<ScalingRunStateMachine>' }, 1],
      ['RunAborted', 'AWS/States ExecutionsAborted', { StateMachineArn: '<ScalingRunStateMachine>' }, 1],
      ['ProviderErrors', 'AWS/Lambda Errors', { FunctionName: '<ScheduledScalingFunction>' }, 1],
      ['ProviderThrottles', 'AWS/Lambda Throttles', { FunctionName: '<ScheduledScalingFunction>' }, 1],
      ['StepErrors', 'AWS/Lambda Errors', { FunctionName: '<ScalingStepFunction>' }, 3],
      ['StepThrottles', 'AWS/Lambda Throttles', { FunctionName: '<ScalingStepFunction>' }, 3],
    ];
  for (const [id, metric, of, from] of counts) {
    it(`ring from ${from} of ${metric} in a quarter of an hour, as ${id}`, () => {
      const { Namespace, MetricName, Dimensions, Statistic, Period, Threshold } = alarm(id);
      assert.equal(`${Namespace} ${MetricName}`, metric);
      assert.deepEqual(
        Dimensions,
        Object.entries(of).map(([Name, Value]) => ({ Name, Value })),
      );
      assert.deepEqual([Statistic, Period, Threshold], ['Sum', 900, from]);
    });
  }

  it('are about one metric each: of sums MiniStack makes no alarm', () => {
    for (const { Properties } of alarms.values()) assert.equal(Properties.Metrics, undefined);
  });

  it('are explained by the page on operations, each of them', () => {
    const explained = tableUnder('docs/operations.md', 'Alarms').flatMap(([names = '']) => names.split(', '));
    const names = [...alarms.values()].map((each) => String(each.Properties.AlarmName));
    assert.deepEqual(explained.map((name) => `deploytime-scaling-${name}`).toSorted(), names.toSorted());
    const page = readFileSync(join(PROJECT_ROOT, 'docs/operations.md'), 'utf8');
    assert.equal(names.length, 11);
    assert.match(page, /\| eleven alarms \| 1\.10 \|/);
  });

  it('tell nobody by default, and the topic where there is one', () => {
    for (const { Properties } of alarms.values()) assert.equal(Properties.AlarmActions, undefined);
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:111111111111:operators';
    for (const { Properties } of alarmsOf({ alarmTopicArn }).values()) {
      assert.deepEqual(Properties.AlarmActions, [alarmTopicArn]);
    }
  });
});
