import { Duration, Token } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ifGiven, mayBeEmpty } from './late-property.ts';
import { SWEEP_INTERVAL } from './scaling-sweep.ts';
import { scalingMetric } from './service-metrics.ts';
import { servicePrefix } from './service-name.ts';

/** As long as from one sweep to the next: what each of them finds anew is one alarm, and not one each quarter of an hour. */
const PERIOD = SWEEP_INTERVAL;
/** So many sweeps may be missing, one after the other. */
const MISSED_SWEEPS = 3;
/** A step that fails is asked for again by the state machine; several are no accident. */
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
    this.#topic =
      topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Topic', told(this, topicArn));
    const counted = { qualifier, period: PERIOD };
    const summed = { statistic: 'Sum', period: PERIOD };
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
      this.#addSweepMissing(scalingMetric('SweepCompleted', counted)),
      this.#add('DeadLetters', {
        name: 'scaling-dead-letters',
        means: 'EventBridge could not start a run or a sweep',
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          period: QUEUE_PERIOD,
        }),
      }),
      this.#add('RunFailed', {
        name: 'scaling-run-failed',
        means:
          'An execution of the state machine failed: as a run that ended Failed does, or one that broke off',
        metric: stateMachine.metricFailed(summed),
      }),
      this.#add('RunTimedOut', {
        name: 'scaling-run-timed-out',
        means: 'An execution of the state machine took a year, which is as long as it may',
        metric: stateMachine.metricTimedOut(summed),
      }),
      this.#add('RunAborted', {
        name: 'scaling-run-aborted',
        means: 'Somebody stopped an execution of the state machine',
        metric: stateMachine.metricAborted(summed),
      }),
      this.#add('ProviderErrors', {
        name: 'scaling-provider-errors',
        means: 'The provider of Custom::ScheduledScaling died without an answer',
        metric: provider.metricErrors(summed),
      }),
      this.#add('ProviderThrottles', {
        name: 'scaling-provider-throttles',
        means: 'The provider of Custom::ScheduledScaling was throttled',
        metric: provider.metricThrottles(summed),
      }),
      this.#add('StepErrors', {
        name: 'scaling-step-errors',
        means: 'The function that takes the steps of runs failed several times',
        metric: step.metricErrors(summed),
        threshold: STEP_ERRORS,
      }),
      this.#add('StepThrottles', {
        name: 'scaling-step-throttles',
        means: 'The function that takes the steps of runs was throttled several times',
        metric: step.metricThrottles(summed),
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

/** An action that is nothing is left out of an alarm's list. */
function told(scope: Construct, topicArn: string): string {
  return mayBeEmpty(scope, topicArn) ? Token.asString(ifGiven('AlarmTopicArn', topicArn)) : topicArn;
}

function described(means: string): string {
  return `${means}. What to do: docs/operations.md, «Scheduled scaling».`;
}
