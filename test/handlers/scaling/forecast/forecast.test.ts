import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TargetState } from '../../../../handlers/scaling/decision/target-state.ts';
import { formatCapacity } from '../../../../handlers/scaling/forecast/capacity.ts';
import {
  type Forecast,
  forecast,
  MAX_FORECAST_EDGES,
} from '../../../../handlers/scaling/forecast/forecast.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import {
  batchService,
  instance,
  LARGE,
  ordersCluster,
  SMALL,
} from '../../../support/scaling/observations.ts';
import {
  BATCH,
  batchStep,
  expression,
  night,
  nightly,
  ORDERS,
  ordersStep,
  storedPlan,
} from '../../../support/scaling/plans.ts';

const steps = [ordersStep({ instanceClass: LARGE }), batchStep({ desiredCount: 12 })];

describe('a forecast', () => {
  test('has each start in the order of its steps, and each end in reverse', () => {
    assert.deepEqual(callsOf(storedPlan([nightly({ steps })])), [
      '01:00 start change-class orders-2',
      '01:00 start fail-over orders-2',
      '01:00 start change-class orders-1',
      '01:00 start set-desired-count',
      '05:00 end set-desired-count',
      '05:00 end change-class orders-1',
      '05:00 end fail-over orders-1',
      '05:00 end change-class orders-2',
    ]);
  });

  test('makes no further step of a start after one that fails, and tells why', () => {
    const tooFew = nightly({ steps: [ordersStep({ instanceCount: 1 }), batchStep({ desiredCount: 12 })] });
    const { runs } = look(storedPlan([tooFew]));
    assert.deepEqual(
      runs.map(({ edge, calls, ends }) => [edge, calls.length, ends.map(({ outcome }) => outcome)]),
      [
        ['start', 0, ['Failed']],
        ['end', 0, ['Converged', 'Converged']],
      ],
    );
    assert.match(String(runs[0]?.ends[0]?.reason), /orders.* 2 .*aren't ours/);
  });

  test('ends with After where a step has it', () => {
    const after = nightly({ steps: [batchStep({ desiredCount: 12 }, { desiredCount: 7 })] });
    assert.deepEqual(courses(look(storedPlan([after]), { to: night('00:00', 2) })), [
      'batch 20T00:00 3 tasks, 20T01:00 12 tasks, 20T05:00 7 tasks, 21T01:00 12 tasks, 21T05:00 7 tasks',
    ]);
  });

  test('gives a target to the higher priority, and back to the lower one', () => {
    const low = nightly({ name: 'low' });
    const high = nightly({
      name: 'high',
      priority: 2,
      start: expression('cron(0 2 * * ? *)'),
      end: { kind: 'duration', durationMs: 3_600_000 },
      steps: [batchStep({ desiredCount: 30 })],
    });
    assert.deepEqual(courses(look(storedPlan([low, high]))), [
      'batch 20T00:00 3 tasks, 20T01:00 12 tasks, 20T02:00 30 tasks, 20T03:00 12 tasks, 20T05:00 3 tasks',
    ]);
  });

  test('hands a target over at the instant at which one window ends and another begins', () => {
    const first = nightly({ name: 'first' });
    const second = nightly({
      name: 'second',
      start: expression('cron(0 5 * * ? *)'),
      end: { kind: 'duration', durationMs: 3_600_000 },
      steps: [batchStep({ desiredCount: 5 })],
    });
    const { runs } = look(storedPlan([first, second]));
    assert.deepEqual(
      runs.map(({ scenario, edge, calls }) => `${scenario} ${edge} ${calls.map(({ reason }) => reason)}`),
      [
        'first start The desired count of prod/batch is changed from 3 to 12',
        'second start The desired count of prod/batch is changed from 12 to 5',
        'first end ',
        'second end The desired count of prod/batch is changed from 5 to 3',
      ],
    );
  });

  test('knows what led to what there is at its beginning', () => {
    const seen = look(storedPlan([nightly()]), { from: night('03:00'), to: night('23:00') });
    assert.deepEqual(courses(seen), ['batch 20T03:00 12 tasks, 20T05:00 3 tasks']);
    assert.deepEqual(
      seen.runs.map(({ at }) => at < seen.from),
      [true, false],
    );
    assert.equal(seen.spans[0]?.start, night('01:00'));
  });

  test('begins with what is there where a run begins at its first instant', () => {
    const seen = look(storedPlan([nightly()]), { from: night('01:00') });
    assert.deepEqual(courses(seen), ['batch 20T01:00 3 tasks, 20T01:00 12 tasks, 20T05:00 3 tasks']);
  });

  describe('that goes on from what the service remembers', () => {
    const stored = storedPlan([nightly()]);
    const record: TargetState['record'] = {
      plan: stored.plan.id,
      recordedAt: night('01:00'),
      original: { kind: 'ecs', desiredCount: 1 },
      holder: {
        scenario: 'nightly',
        windowStart: night('01:00'),
        asked: { desiredCount: 12 },
        allowOutage: false,
        refusedClasses: [],
      },
    };
    const lookFrom = (at: number, desiredCount: number) =>
      forecast({
        stored,
        from: at,
        to: night('23:00'),
        present: () => batchService({ desiredCount }),
        known: { at, states: new Map([['ecs/prod/batch', { version: 3, record }]]) },
      });

    test('brings back what was recorded', () => {
      const seen = lookFrom(night('03:00'), 12);
      assert.deepEqual(courses(seen), ['batch 20T03:00 12 tasks, 20T05:00 1 task']);
      assert.deepEqual(
        seen.runs.map(({ edge }) => edge),
        ['end'],
      );
    });

    test('tells what is left to do of a start', () => {
      const seen = lookFrom(night('03:00'), 7);
      assert.deepEqual(courses(seen), ['batch 20T03:00 7 tasks, 20T03:00 12 tasks, 20T05:00 1 task']);
    });

    test('tells what is left of a window that is over', () => {
      const seen = lookFrom(night('06:00'), 12);
      assert.deepEqual(courses(seen), ['batch 20T06:00 12 tasks, 20T06:00 1 task']);
      assert.deepEqual(
        seen.runs.map(({ edge, at }) => [edge, at]),
        [['end', night('06:00')]],
      );
    });
  });

  test('is not kept waiting by what is under way', () => {
    const moving = ordersCluster({
      status: 'modifying',
      instances: [instance('orders-1', { isWriter: true, status: 'modifying' }), instance('orders-2')],
    });
    const { runs } = forecast({
      stored: storedPlan([nightly({ steps: [ordersStep({ instanceClass: LARGE })] })]),
      from: night('00:00'),
      to: night('03:00'),
      present: () => moving,
    });
    assert.deepEqual(
      runs.flatMap(({ ends }) => ends.map(({ outcome }) => outcome)),
      ['Converged'],
    );
  });

  test('has nothing of a plan that was deleted', () => {
    const { runs, spans } = look(storedPlan([nightly()], { status: 'removed' }));
    assert.deepEqual([runs, spans], [[], []]);
  });

  test('refuses to tell more than anybody reads', () => {
    const often = nightly({
      start: expression('cron(0/10 * * * ? *)'),
      end: { kind: 'duration', durationMs: 300_000 },
    });
    assert.throws(
      () => look(storedPlan([often]), { to: night('00:00', 8) }),
      new RegExp(
        `there are 2304 starts and ends, and at most ${MAX_FORECAST_EDGES} are shown: ask for less time`,
      ),
    );
  });
});

function look(
  stored: StoredPlan,
  { from = night('00:00'), to = night('23:00') }: { readonly from?: number; readonly to?: number } = {},
): Forecast {
  return forecast({
    stored,
    from,
    to,
    present: ({ kind }) =>
      kind === 'docdb' ? ordersCluster({ target: ORDERS }) : batchService({ target: BATCH }),
  });
}

function callsOf(stored: StoredPlan): readonly string[] {
  const { runs } = look(stored);
  assert.deepEqual(
    runs.flatMap(({ ends }) => ends.map(({ reason }) => reason.includes(SMALL))).filter(Boolean),
    [true],
    'at the end the former class is back',
  );
  return runs.flatMap(({ at, edge, calls }) =>
    calls.map(({ change }) => {
      const instanceId = 'instance' in change ? ` ${change.instance}` : '';
      return `${new Date(at).toISOString().slice(11, 16)} ${edge} ${change.kind}${instanceId}`;
    }),
  );
}

function courses({ targets }: Forecast): readonly string[] {
  return targets.map(({ target, capacities }) => {
    const course = capacities.map(
      ({ from, capacity }) => `${new Date(from).toISOString().slice(8, 16)} ${formatCapacity(capacity)}`,
    );
    return `${target.kind === 'ecs' ? target.service : target.clusterId} ${course.join(', ')}`;
  });
}
