import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ScalingOutcome } from '../handlers/scaling/run/scaling-event.ts';
import { servicePrefix } from './service-name.ts';

/** As handlers/telemetry.ts has it. */
const NAMESPACE = 'deploytime';
/** What the runs count, the sweep, and what could not be told to the history or the bus. */
export type ScalingMetricName = ScalingOutcome | 'SweepCompleted' | 'Untold';
/** What is counted of each request that CloudFormation is answered. */
export type RequestMetricName = 'Succeeded' | 'Failed' | 'Duration';

export interface ServiceMetricProps {
  readonly qualifier?: string;
  readonly period: Duration;
}

/** Of one copy of the service, in this Region. */
export function scalingMetric(
  metricName: ScalingMetricName,
  { qualifier, period }: ServiceMetricProps,
): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { service: servicePrefix(qualifier) },
    statistic: 'Sum',
    period,
  });
}

/** Of one resource type, its Creates, Updates and Deletes together. A Duration is the longest. */
export function requestMetric(
  metricName: RequestMetricName,
  resourceType: string,
  { qualifier, period }: ServiceMetricProps,
): MathExpression {
  const dimensions = `{${NAMESPACE},requestType,resourceType,service}`;
  const terms = `MetricName="${metricName}" resourceType="${resourceType}" service="${servicePrefix(qualifier)}"`;
  const found = (statistic: string) =>
    `SEARCH('${dimensions} ${terms}', '${statistic}', ${period.toSeconds()})`;
  return new MathExpression({
    // Where nothing was asked nothing is counted, which is 0; but no answer took 0 ms.
    expression: metricName === 'Duration' ? `MAX(${found('Maximum')})` : `FILL(SUM(${found('Sum')}), 0)`,
    label: resourceType.replace('Custom::', ''),
    period,
  });
}
