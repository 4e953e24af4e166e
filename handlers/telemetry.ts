import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import type { AnsweredRequest } from './cloudformation/lifecycle.ts';
import { redactingReplacer } from './redaction.ts';
import type { ScalingEvent } from './scaling/run/scaling-event.ts';

// The service's name in logs and traces, and the metrics' dimension, is POWERTOOLS_SERVICE_NAME: `deploytime`, and with
// the qualifier in it for a second copy, whose alarms must not ring for the first one.

/** Whatever is logged passes the redaction, also where POWERTOOLS_LOGGER_LOG_EVENT logs whole events. */
export const logger = new Logger({ jsonReplacerFn: redactingReplacer });

/** That an invocation counted nothing is no news: most steps of a run only look and wait. */
const sayQuietly = (said: unknown): void => logger.debug(String(said));
const metricsLog = {
  debug: sayQuietly,
  info: sayQuietly,
  warn: sayQuietly,
  error: (said: unknown): void => logger.error(String(said)),
};

export const metrics = new Metrics({ namespace: 'deploytime', logger: metricsLog });

/** It does not look at outgoing HTTP requests: their URLs are presigned. */
export const tracer = new Tracer({ captureHTTPsRequests: false });

/** The three middlewares of each function, outermost first. */
export function instrumentation() {
  return [
    captureLambdaHandler(tracer, { captureResponse: false }),
    injectLambdaContext(logger, { resetKeys: true }),
    logMetrics(metrics),
  ];
}

/** Counts an answered request, by resource type and request type. */
export function countAnswered({ resourceType, requestType, status, durationMs }: AnsweredRequest): void {
  metrics.addDimensions({ resourceType, requestType });
  metrics.addMetric(status === 'SUCCESS' ? 'Succeeded' : 'Failed', MetricUnit.Count, 1);
  metrics.addMetric('Duration', MetricUnit.Milliseconds, durationMs);
}

/** Counts what happened in a run of Custom::ScheduledScaling: a metric for each outcome. */
export function countScaling({ outcome }: ScalingEvent): void {
  metrics.addMetric(outcome, MetricUnit.Count, 1);
}

/** Counts what the history or the event bus could not be told. */
export function countUntold(): void {
  metrics.addMetric('Untold', MetricUnit.Count, 1);
}

/** Counts a sweep that came to its end: an alarm waits for it. */
export function countSweep(): void {
  metrics.addMetric('SweepCompleted', MetricUnit.Count, 1);
}
