import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nextServerlessCapacity } from '../../../../handlers/scaling/documentdb/serverless-capacity.ts';
import {
  EXPECTED_DURATIONS,
  expectationOf,
  formatDuration,
  formatRange,
  sumOf,
  sumOfOutages,
} from '../../../../handlers/scaling/forecast/expectation.ts';
import { DOCUMENTDB_DURATIONS } from '../../../support/documentdb-api/durations.ts';
import { batchService, instance, LARGE, ordersCluster } from '../../../support/scaling/observations.ts';

const { instance: INSTANCE, failOver: FAIL_OVER } = EXPECTED_DURATIONS;
const MINUTE_MS = 60_000;

describe('what is expected of a change', () => {
  test('is an outage where the only instance is changed in place', () => {
    const change = { kind: 'change-class', instance: 'orders-1', instanceClass: LARGE } as const;
    const single = ordersCluster({ instances: [instance('orders-1', { isWriter: true })] });
    assert.deepEqual(expectationOf(change, single), {
      duration: INSTANCE,
      outage: { affects: 'everything', ...INSTANCE },
    });
    assert.deepEqual(expectationOf(change, ordersCluster()), { duration: INSTANCE });
  });

  test('is a moment without a writer at a failover', () => {
    const expected = expectationOf({ kind: 'fail-over', instance: 'orders-2' }, ordersCluster());
    assert.deepEqual(expected.outage, { affects: 'writes', ...FAIL_OVER });
  });

  test('is an outage without an end where the cluster is stopped', () => {
    const { outage } = expectationOf({ kind: 'stop-cluster' }, ordersCluster());
    assert.deepEqual([outage?.affects, outage?.isUntilStart], ['everything', true]);
  });

  for (const [from, to, restarts] of [
    [0.5, 1, false],
    [1, 1.5, true],
    [8, 0.5, true],
    [2, 8, false],
  ] as const) {
    test(`is ${restarts ? 'a restart' : 'no outage'} where a serverless minimum goes from ${from} to ${to}`, () => {
      const cluster = ordersCluster({ serverless: { minCapacity: from, maxCapacity: 16 } });
      const change = { kind: 'set-min-capacity', minCapacity: to, maxCapacity: 16 } as const;
      assert.equal(expectationOf(change, cluster).outage !== undefined, restarts);
      // The run says the same: without AllowOutage it makes no such change.
      const goal = { plan: 'plan-1', because: 'a test', minCapacity: to, allowOutage: false };
      const next = nextServerlessCapacity(goal, cluster);
      assert.equal(next?.kind === 'impossible', restarts);
    });
  }

  test('is no outage for a service', () => {
    const change = { kind: 'set-desired-count', desiredCount: 9 } as const;
    assert.deepEqual(expectationOf(change, batchService()), { duration: EXPECTED_DURATIONS.tasks });
  });

  test('is as long as the simulator of DocumentDB takes', () => {
    const { create, modify, failover, delete: deletion, stop } = DOCUMENTDB_DURATIONS;
    for (const [expected, [minMs, maxMs]] of [
      [INSTANCE, create],
      [INSTANCE, modify],
      [FAIL_OVER, failover],
      [EXPECTED_DURATIONS.deletion, deletion],
      [EXPECTED_DURATIONS.stop, stop],
    ] as const) {
      assert.ok(expected.minMs <= minMs && expected.maxMs >= maxMs);
    }
  });
});

test('outages add up, and the worse one tells what is affected', () => {
  assert.equal(sumOfOutages([]), undefined);
  const writes = { affects: 'writes', minMs: 1, maxMs: 2 } as const;
  const all = { affects: 'everything', minMs: 10, maxMs: 20 } as const;
  assert.deepEqual(sumOfOutages([writes, writes]), { affects: 'writes', minMs: 2, maxMs: 4 });
  assert.deepEqual(sumOfOutages([writes, all]), { affects: 'everything', minMs: 11, maxMs: 22 });
});

test('ranges and durations are told as people tell them', () => {
  const cases: readonly (readonly [minMs: number, maxMs: number, text: string])[] = [
    [0, 0, '0'],
    [15_000, 60_000, '15 to 60 s'],
    [60_000, 60_000, '60 s'],
    [30_000, 5 * MINUTE_MS, '1 to 5 min'],
    [24.4 * MINUTE_MS, 41.2 * MINUTE_MS, '24 to 42 min'],
    [60 * MINUTE_MS, 60 * MINUTE_MS, '60 min'],
    [62 * MINUTE_MS, 185 * MINUTE_MS, '1 h 2 min to 3 h 5 min'],
  ];
  for (const [minMs, maxMs, text] of cases) assert.equal(formatRange({ minMs, maxMs }), text);
  assert.equal(formatRange(sumOf([])), '0');
  for (const [minutes, text] of [
    [0, '0 min'],
    [45, '45 min'],
    [270, '4 h 30 min'],
    [1440, '1 d'],
    [2941, '2 d 1 h 1 min'],
  ] as const) {
    assert.equal(formatDuration(minutes * MINUTE_MS), text);
  }
});
