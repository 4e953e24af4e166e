import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServiceStack, type ServiceStackProps } from '../../stacks/service-stack.ts';
import { flatResources, quickApp, type TemplateResource } from './synthesis.ts';

interface MetricStat {
  readonly Metric: { readonly Namespace: string; readonly MetricName: string; readonly Dimensions: unknown };
  readonly Period: number;
  readonly Stat: string;
}

function alarmsOf(props: ServiceStackProps = {}): Map<string, TemplateResource> {
  const resources = flatResources(new ServiceStack(quickApp(), 'deploytime', props));
  return new Map([...resources].filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm'));
}

const alarms = alarmsOf();

function alarm(id: string): Record<string, unknown> {
  return alarms.get(`ScalingAlarms${id}`)?.Properties ?? assert.fail(`There is no alarm ${id}`);
}

/** Namespace, name, dimension and statistic of what a sum is made of, by its name in the expression. */
function partsOf(properties: Record<string, unknown>): {
  expression: string;
  parts: Record<string, unknown>;
} {
  const metrics = properties.Metrics as { Id: string; Expression?: string; MetricStat?: MetricStat }[];
  const parts = metrics.flatMap(({ Id, MetricStat }) => {
    if (MetricStat === undefined) return [];
    const { Metric, Stat, Period } = MetricStat;
    return [[Id, [Metric.Namespace, Metric.MetricName, Metric.Dimensions, Stat, Period]] as const];
  });
  const expression = metrics.find((metric) => metric.Expression !== undefined)?.Expression ?? '';
  return { expression, parts: Object.fromEntries(parts) };
}

describe('the alarms', () => {
  it('have names that hold the qualifier', () => {
    const names = (props?: ServiceStackProps) =>
      [...alarmsOf(props).values()].map((each) => each.Properties.AlarmName);
    const suffixes = [
      'scaling-failed',
      'scaling-late',
      'scaling-broken',
      'scaling-dead-letters',
      'scaling-sweep-missing',
      'scaling-provider-errors',
      'scaling-step-errors',
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

  it('ring at the first execution that failed, timed out or was aborted', () => {
    const dimensions = [{ Name: 'StateMachineArn', Value: '<ScalingRunStateMachine>' }];
    assert.deepEqual(partsOf(alarm('Broken')), {
      expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)',
      parts: {
        failed: ['AWS/States', 'ExecutionsFailed', dimensions, 'Sum', 900],
        timedOut: ['AWS/States', 'ExecutionsTimedOut', dimensions, 'Sum', 900],
        aborted: ['AWS/States', 'ExecutionsAborted', dimensions, 'Sum', 900],
      },
    });
    assert.equal(alarm('Broken').Threshold, 1);
  });

  for (const [id, fn, threshold] of [
    ['ProviderErrors', 'ScheduledScaling', 1],
    ['StepErrors', 'ScalingStep', 3],
  ] as const) {
    it(`ring at ${threshold} errors or throttled calls of ${fn}`, () => {
      const dimensions = [{ Name: 'FunctionName', Value: `<${fn}Function>` }];
      assert.deepEqual(partsOf(alarm(id)), {
        expression: 'FILL(errors, 0) + FILL(throttles, 0)',
        parts: {
          errors: ['AWS/Lambda', 'Errors', dimensions, 'Sum', 900],
          throttles: ['AWS/Lambda', 'Throttles', dimensions, 'Sum', 900],
        },
      });
      assert.equal(alarm(id).Threshold, threshold);
    });
  }

  it('tell nobody by default, and the topic where there is one', () => {
    for (const { Properties } of alarms.values()) assert.equal(Properties.AlarmActions, undefined);
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:111111111111:operators';
    for (const { Properties } of alarmsOf({ alarmTopicArn }).values()) {
      assert.deepEqual(Properties.AlarmActions, [alarmTopicArn]);
    }
  });
});
