import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Duration, Stack } from 'aws-cdk-lib';
import { SCALING_OUTCOMES } from '../../handlers/scaling/run/scaling-event.ts';
import { requestMetric, scalingMetric } from '../../stacks/service-metrics.ts';
import { quickApp } from './synthesis.ts';

type Telemetry = typeof import('../../handlers/telemetry.ts');

const OWN = 'POWERTOOLS_SERVICE_NAME';
const PERIOD = Duration.minutes(15);

/** What is counted for CloudWatch, and by which dimensions it is told. */
interface Counted {
  readonly namespace: string;
  readonly names: readonly string[];
  readonly dimensions: readonly string[];
  readonly service: unknown;
}

describe('the metrics that alarms and dashboard ask for', () => {
  let telemetry: Telemetry;
  const former = process.env[OWN];
  before(async () => {
    process.env[OWN] = 'deploytime-blue';
    telemetry = await import('../../handlers/telemetry.ts');
  });
  after(() => {
    if (former === undefined) delete process.env[OWN];
    else process.env[OWN] = former;
  });

  function counted(count: (own: Telemetry) => void): Counted {
    const { metrics } = telemetry;
    metrics.clearMetrics();
    metrics.clearDimensions();
    count(telemetry);
    const { _aws, service } = metrics.serializeMetrics();
    const [directive] = _aws.CloudWatchMetrics;
    metrics.clearMetrics();
    metrics.clearDimensions();
    return {
      namespace: directive?.Namespace ?? '',
      names: (directive?.Metrics ?? []).map(({ Name }) => Name),
      dimensions: directive?.Dimensions.flat().toSorted() ?? [],
      service,
    };
  }

  const run = { plan: 'nightly-01234567', edge: 'start', scheduledTime: 0 } as const;
  for (const outcome of SCALING_OUTCOMES) {
    it(`are counted for the outcome ${outcome}`, () => {
      const found = counted(({ countScaling }) =>
        countScaling({ outcome, reason: '', run, execution: '', at: 0 }),
      );
      const { namespace, metricName, dimensions } = scalingMetric(outcome, {
        qualifier: 'blue',
        period: PERIOD,
      });
      assert.deepEqual(found, {
        namespace,
        names: [metricName],
        dimensions: Object.keys(dimensions ?? {}),
        service: dimensions?.service,
      });
    });
  }

  it('are counted for a sweep', () => {
    const found = counted(({ countSweep }) => countSweep());
    const { namespace, metricName } = scalingMetric('SweepCompleted', { period: PERIOD });
    assert.deepEqual([found.namespace, found.names], [namespace, [metricName]]);
    assert.deepEqual(found.dimensions, ['service']);
  });

  it('are counted for an answered request, by other dimensions, so that one that failed is no Failed run', () => {
    const answered = {
      ...{ resourceType: 'Custom::EcrImage', requestType: 'Create', durationMs: 1 },
      status: 'FAILED',
    } as const;
    const { namespace, names, dimensions } = counted(({ countAnswered }) => countAnswered(answered));
    const stack = new Stack(quickApp(), 'stack');
    for (const name of ['Failed', 'Duration'] as const) {
      const { expression } = requestMetric(name, 'Custom::EcrImage', { period: PERIOD });
      assert.ok(names.includes(name));
      const schema = `{${[namespace, ...dimensions].join(',')}}`;
      assert.ok(String(stack.resolve(expression)).includes(schema), `${expression} looks for no ${schema}`);
    }
  });
});
