import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { SWEEP_INTERVAL } from './scaling-sweep.ts';
import { scalingMetric } from './service-metrics.ts';
import { servicePrefix } from './service-name.ts';

/** As long as from one sweep to the next: what each of them finds anew is one alarm, and not one each quarter of an hour. */
const PERIOD = SWEEP_INTERVAL;
/** So many sweeps may be missing, one after the other. */
const MISSED_SWEEPS = 3;
/** One that fails is asked again by the state machine; several are no accident. */
const STEP_ERRORS = 3;
/** SQS tells the length of a queue so often. */
const QUEUE_PERIOD = Duration.minutes(5);

export interface ScalingAlarmsProps {
  readonly qualifier?: string;
  readonly provider: IFunction;
  readonly step: IFunction;
  readonly stateMachine: StateMachine;
  readonly deadLetters: IQueue;
  /** Default: the alarms tell nobody. */
  readonly topicArn?: string;
}

interface Wish {
  readonly name: string;
  /** What it means, and where to read what to do. */
  readonly means: string;
  readonly metric: IMetric;
  /** Rings at or above. Default: 1. */
  readonly threshold?: number;
}

/** What somebody should look at. docs/operations.md has a paragraph on each. */
export class ScalingAlarms extends Construct {
  readonly alarms: readonly Alarm[];
  readonly #prefix: string;
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: ScalingAlarmsProps) {
    super(scope, id);
    const { qualifier, topicArn, provider, step, stateMachine, deadLetters } = props;
    this.#prefix = servicePrefix(qualifier);
    this.#topic = topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Topic', topicArn);
    const counted = { qualifier, period: PERIOD };
    this.alarms = [
      this.#add('Failed', {
        name: 'scaling-failed',
        means: 'A run of scheduled scaling ended Failed, or a target could not be looked at',
        metric: scalingMetric('Failed', counted),
      }),
      this.#add('Late', {
        name: 'scaling-late',
        means: "A window of scheduled scaling ended before its targets had the window's capacity",
        metric: scalingMetric('Late', counted),
      }),
      this.#add('Broken', {
        name: 'scaling-broken',
        means: 'An execution of the state machine failed, timed out or was aborted',
        metric: brokenExecutions(stateMachine),
      }),
      this.#add('DeadLetters', {
        name: 'scaling-dead-letters',
        means: 'EventBridge could not start a run or a sweep',
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          period: QUEUE_PERIOD,
        }),
      }),
      this.#addSweepMissing(scalingMetric('SweepCompleted', counted)),
      this.#add('ProviderErrors', {
        name: 'scaling-provider-errors',
        means: 'The provider of Custom::ScheduledScaling died, or was throttled',
        metric: errorsOf(provider),
      }),
      this.#add('StepErrors', {
        name: 'scaling-step-errors',
        means: 'The function that takes the steps of runs died, or was throttled, several times',
        metric: errorsOf(step),
        threshold: STEP_ERRORS,
      }),
    ];
  }

  #add(id: string, { name, means, metric, threshold = 1 }: Wish): Alarm {
    return this.#tell(
      new Alarm(this, id, {
        alarmName: `${this.#prefix}-${name}`,
        alarmDescription: described(means),
        metric,
        threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        // Nothing is counted while nothing happens.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    );
  }

  /** It rings for the sweep that is not there. */
  #addSweepMissing(metric: IMetric): Alarm {
    return this.#tell(
      new Alarm(this, 'SweepMissing', {
        alarmName: `${this.#prefix}-scaling-sweep-missing`,
        alarmDescription: described(
          `No sweep of scheduled scaling came to its end for ${MISSED_SWEEPS * PERIOD.toMinutes()} minutes`,
        ),
        metric,
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: MISSED_SWEEPS,
        treatMissingData: TreatMissingData.BREACHING,
      }),
    );
  }

  #tell(alarm: Alarm): Alarm {
    if (this.#topic !== undefined) alarm.addAlarmAction(new SnsAction(this.#topic));
    return alarm;
  }
}

function described(means: string): string {
  return `${means}. What to do: docs/operations.md, «Scheduled scaling».`;
}

/** Each is only counted where it happened, so what is missing is none. */
function brokenExecutions(stateMachine: StateMachine): MathExpression {
  return new MathExpression({
    expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)',
    usingMetrics: {
      failed: stateMachine.metricFailed({ statistic: 'Sum' }),
      timedOut: stateMachine.metricTimedOut({ statistic: 'Sum' }),
      aborted: stateMachine.metricAborted({ statistic: 'Sum' }),
    },
    label: 'Broken executions',
    period: PERIOD,
  });
}

function errorsOf(fn: IFunction): MathExpression {
  return new MathExpression({
    expression: 'FILL(errors, 0) + FILL(throttles, 0)',
    usingMetrics: { errors: fn.metricErrors(), throttles: fn.metricThrottles() },
    label: 'Errors and throttles',
    period: PERIOD,
  });
}
