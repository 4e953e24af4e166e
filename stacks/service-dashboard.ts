import { Aws, Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  GraphWidgetView,
  type IAlarm,
  type IMetric,
  type IWidget,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { SCALING_OUTCOMES } from '../handlers/scaling/run/scaling-event.ts';
import { SWEEP_INTERVAL } from './scaling-sweep.ts';
import { type RequestMetricName, requestMetric, scalingMetric } from './service-metrics.ts';
import { servicePrefix } from './service-name.ts';

/** Of a dashboard, in CloudWatch's own units. */
const FULL_WIDTH = 24;
const GRAPH_HEIGHT = 6;
/** What is shown when it is opened. */
const DEFAULT_INTERVAL = Duration.days(1);
/** Fine enough to find a moment in a log, and coarse enough to see it in a day. */
const PERIOD = SWEEP_INTERVAL;

export interface ServiceDashboardProps {
  readonly qualifier?: string;
  readonly resourceTypes: readonly string[];
  /** Every function of the service, by its name without the prefix. */
  readonly functions: ReadonlyMap<string, IFunction>;
  readonly stateMachine: StateMachine;
  readonly deadLetters: IQueue;
  readonly alarms: readonly IAlarm[];
}

/** The whole service on one page: what it was asked and answered, and what scheduled scaling did. */
export class ServiceDashboard extends Construct {
  readonly #props: ServiceDashboardProps;

  constructor(scope: Construct, id: string, props: ServiceDashboardProps) {
    super(scope, id);
    this.#props = props;
    new Dashboard(this, 'Dashboard', {
      // A dashboard's name is of the whole account, and each Region may have a copy of the service.
      dashboardName: `${servicePrefix(props.qualifier)}-${Aws.REGION}`,
      defaultInterval: DEFAULT_INTERVAL,
      widgets: [
        [
          heading(
            'Custom resources',
            'What CloudFormation asked, by resource type, and how it was answered.',
          ),
        ],
        this.#requests(),
        this.#functions(),
        [
          heading(
            'Scheduled scaling',
            'What happened to the targets of plans. What an outcome or an alarm means: docs/operations.md.',
          ),
        ],
        this.#runs(),
        this.#background(),
        [
          new AlarmStatusWidget({
            title: 'Alarms',
            alarms: [...props.alarms],
            width: FULL_WIDTH,
            height: 3,
          }),
        ],
      ],
    });
  }

  #requests(): IWidget[] {
    return row([
      { title: 'Answered SUCCESS', left: this.#byType('Succeeded'), stacked: true },
      { title: 'Answered FAILED', left: this.#byType('Failed'), stacked: true },
      {
        title: 'Longest answer',
        left: this.#byType('Duration'),
        leftYAxis: { label: 'ms', showUnits: false, min: 0 },
      },
    ]);
  }

  #byType(name: RequestMetricName): IMetric[] {
    return this.#props.resourceTypes.map((type) => requestMetric(name, type, this.#counted()));
  }

  #functions(): IWidget[] {
    const functions = [...this.#props.functions];
    const undelivered = functions.filter(([name]) => name === 'undelivered');
    return row([
      {
        title: 'Providers that died without an answer',
        left: undelivered.map(([, fn]) => fn.metricInvocations({ label: 'answered for', period: PERIOD })),
      },
      {
        title: 'Errors of functions',
        left: functions.map(([label, fn]) => fn.metricErrors({ label, period: PERIOD })),
      },
      {
        title: 'Throttled calls of functions',
        left: functions.map(([label, fn]) => fn.metricThrottles({ label, period: PERIOD })),
      },
    ]);
  }

  #runs(): IWidget[] {
    const { stateMachine } = this.#props;
    const counted = { statistic: 'Sum', period: PERIOD };
    return row([
      {
        title: 'Outcomes',
        left: SCALING_OUTCOMES.map((outcome) => scalingMetric(outcome, this.#counted())),
        view: GraphWidgetView.BAR,
        // How often each was, over what the page shows.
        setPeriodToTimeRange: true,
      },
      {
        title: 'Runs',
        left: [
          stateMachine.metricStarted({ ...counted, label: 'started' }),
          stateMachine.metricSucceeded({ ...counted, label: 'succeeded' }),
          stateMachine.metricFailed({ ...counted, label: 'failed' }),
          stateMachine.metricTimedOut({ ...counted, label: 'timed out' }),
          stateMachine.metricAborted({ ...counted, label: 'aborted' }),
        ],
      },
    ]);
  }

  #background(): IWidget[] {
    const { functions, deadLetters } = this.#props;
    const step = functions.get('scaling-step');
    return row([
      {
        title: 'Sweeps in a quarter of an hour',
        left: [scalingMetric('SweepCompleted', this.#counted()).with({ label: 'completed' })],
        leftYAxis: { min: 0, showUnits: false },
      },
      {
        title: 'Dead letters',
        left: [
          deadLetters.metricApproximateNumberOfMessagesVisible({
            statistic: 'Maximum',
            period: PERIOD,
            label: 'waiting to be looked at',
          }),
        ],
      },
      {
        title: 'Longest step',
        left:
          step === undefined
            ? []
            : [step.metricDuration({ statistic: 'Maximum', period: PERIOD, label: 'scaling-step' })],
        leftYAxis: { label: 'ms', min: 0, showUnits: false },
      },
    ]);
  }

  #counted() {
    return { qualifier: this.#props.qualifier, period: PERIOD };
  }
}

function heading(title: string, text: string): IWidget {
  return new TextWidget({
    markdown: `## ${title}\n${text}`,
    width: FULL_WIDTH,
    height: 2,
    // The default of aws-cdk-lib changed.
    background: TextWidgetBackground.TRANSPARENT,
  });
}

/** Graphs side by side, each as wide as the others. */
function row(graphs: readonly GraphWidgetProps[]): IWidget[] {
  const width = FULL_WIDTH / graphs.length;
  return graphs.map(
    (props) =>
      new GraphWidget({ leftYAxis: { min: 0, showUnits: false }, ...props, width, height: GRAPH_HEIGHT }),
  );
}
