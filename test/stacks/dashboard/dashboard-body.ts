import { ServiceStack } from '../../../stacks/service-stack.ts';
import { flatResources, quickApp } from '../synthesis.ts';

/** A metric of a widget: what names it, and how it is shown. */
export type WidgetMetric = readonly (string | { readonly label?: string; readonly expression?: string })[];

/** A widget, as far as it is drawn. Places and sizes are in CloudWatch's units. */
export interface Widget {
  readonly type: 'text' | 'metric' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly view?: 'timeSeries' | 'bar';
    readonly stacked?: boolean;
    readonly metrics?: readonly WidgetMetric[];
    readonly yAxis?: { readonly left?: { readonly label?: string } };
    /** ARNs. */
    readonly alarms?: readonly string[];
  };
}

export interface DashboardBody {
  readonly name: string;
  readonly widgets: readonly Widget[];
  /** Names of alarms by their ARNs. */
  readonly alarmNames: ReadonlyMap<string, string>;
}

/** The dashboard that the service stack deploys. */
export function deployedDashboard(): DashboardBody {
  const resources = [...flatResources(new ServiceStack(quickApp(), 'deploytime'))];
  const [, dashboard] = resources.find(([, { Type }]) => Type === 'AWS::CloudWatch::Dashboard') ?? [];
  const { DashboardName, DashboardBody } = dashboard?.Properties ?? {};
  const alarms = resources.filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
  return {
    name: String(DashboardName).replace('<AWS::Region>', 'eu-central-1'),
    widgets: (JSON.parse(String(DashboardBody)) as { widgets: Widget[] }).widgets,
    alarmNames: new Map(alarms.map(([id, { Properties }]) => [`<${id}.Arn>`, String(Properties.AlarmName)])),
  };
}

/** What a metric is called in the legend. */
export function labelOf(metric: WidgetMetric): string {
  const options = metric.find((part) => typeof part === 'object');
  return options?.label ?? String(metric[1]);
}
