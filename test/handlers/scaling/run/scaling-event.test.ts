import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Change } from '../../../../handlers/scaling/decision/change.ts';
import {
  eventOf,
  MAX_REASON_CHARACTERS,
  SCALING_OUTCOMES,
  type ScalingEvent,
} from '../../../../handlers/scaling/run/scaling-event.ts';
import { schemaMistakes } from '../../../support/docs/json-schema.ts';
import { night } from '../../../support/scaling/plans.ts';

const FILE = join(import.meta.dirname, '../../../../docs/schemas/scheduled-scaling-event.json');
const SCHEMA = JSON.parse(await readFile(FILE, 'utf8'));

const EVENT: ScalingEvent = {
  outcome: 'Started',
  reason: 'the start of nightly-batch at 2026-11-20T01:00:00Z begins',
  run: { plan: 'nightly-0123abcd', scenario: 'nightly-batch', edge: 'start', scheduledTime: night('01:00') },
  execution: 'arn:aws:states:us-east-1:111122223333:execution:deploytime-scaling-run:start-nightly-batch',
  at: night('01:00') + 7,
};

const INSTANCE = { instance: 'orders-1' };
const CHANGES: { readonly [Kind in Change['kind']]: Extract<Change, { kind: Kind }> } = {
  'start-cluster': { kind: 'start-cluster' },
  'stop-cluster': { kind: 'stop-cluster' },
  'change-class': { kind: 'change-class', ...INSTANCE, instanceClass: 'db.r6g.2xlarge' },
  'create-replica': { kind: 'create-replica', ...INSTANCE, instanceClass: 'db.r6g.2xlarge', owner: 'plan-1' },
  'delete-replica': { kind: 'delete-replica', ...INSTANCE },
  'fail-over': { kind: 'fail-over', ...INSTANCE },
  'set-min-capacity': { kind: 'set-min-capacity', minCapacity: 1.5, maxCapacity: 16 },
  'set-desired-count': { kind: 'set-desired-count', desiredCount: 12 },
  'set-bounds': { kind: 'set-bounds', minCapacity: 4, maxCapacity: 40 },
};

/** As whoever listens gets it, without what EventBridge adds. */
function received(event: ScalingEvent): Record<string, unknown> {
  const { source, detailType, time, detail } = eventOf(event);
  const sent = { source, 'detail-type': detailType, time: new Date(time), detail };
  return JSON.parse(JSON.stringify(sent)) as Record<string, unknown>;
}

describe('an event on the bus', () => {
  test('says which run it is of, and what became of it', () => {
    assert.deepEqual(received(EVENT), {
      source: 'deploytime',
      'detail-type': 'Scheduled Scaling Started',
      time: '2026-11-20T01:00:00.007Z',
      detail: {
        version: '1',
        plan: 'nightly-0123abcd',
        scenario: 'nightly-batch',
        edge: 'start',
        scheduledTime: '2026-11-20T01:00:00Z',
        outcome: 'Started',
        reason: EVENT.reason,
        execution: EVENT.execution,
      },
    });
  });

  for (const outcome of SCALING_OUTCOMES) {
    test(`is as its schema says: ${outcome}`, () => {
      assert.deepEqual(schemaMistakes(SCHEMA, received({ ...EVENT, outcome })), []);
      const target = 'docdb/orders';
      assert.deepEqual(schemaMistakes(SCHEMA, received({ ...EVENT, outcome, target })), []);
    });
  }

  for (const change of Object.values(CHANGES)) {
    test(`is as its schema says: Changed by ${change.kind}`, () => {
      const event = received({ ...EVENT, outcome: 'Changed', target: 'docdb/orders', change });
      assert.deepEqual(schemaMistakes(SCHEMA, event), []);
      assert.deepEqual((event.detail as { change: unknown }).change, change);
    });
  }

  test('of a run that brings everything back names no scenario', () => {
    const run = {
      plan: 'nightly-0123abcd',
      edge: 'end',
      scheduledTime: night('05:00'),
      isRepair: true,
    } as const;
    const event = received({ ...EVENT, run, outcome: 'Converged' });
    assert.deepEqual(schemaMistakes(SCHEMA, event), []);
    assert.ok(!('scenario' in (event.detail as object)));
  });

  test('cuts a reason without end', () => {
    const event = received({ ...EVENT, reason: 'no '.repeat(10_000) });
    assert.deepEqual(schemaMistakes(SCHEMA, event), []);
    assert.equal((event.detail as { reason: string }).reason.length, MAX_REASON_CHARACTERS);
  });
});

describe('the schema of the events', () => {
  test('names every outcome, and no other', () => {
    assert.deepEqual(SCHEMA.$defs.detail.properties.outcome.enum, SCALING_OUTCOMES);
    assert.deepEqual(
      SCHEMA.properties['detail-type'].enum,
      SCALING_OUTCOMES.map((outcome) => `Scheduled Scaling ${outcome}`),
    );
  });

  test('names every change, and no other', () => {
    const kinds = SCHEMA.$defs.change.oneOf.map(
      (change: { properties: { kind: { const: string } } }) => change.properties.kind.const,
    );
    assert.deepEqual(kinds, Object.keys(CHANGES));
  });

  const good = received({ ...EVENT, outcome: 'Changed', change: CHANGES['change-class'] });
  const detail = good.detail as Record<string, unknown>;
  for (const [what, event, mistake] of [
    ['another source', { ...good, source: 'aws.rds' }, '$.source is not deploytime'],
    ['no reason', { ...good, detail: { ...detail, reason: undefined } }, '$.detail.reason is no string'],
    ['another field', { ...good, detail: { ...detail, id: 1 } }, '$.detail.id is not known'],
    [
      'a change that is none',
      { ...good, detail: { ...detail, change: { kind: 'change-class', instance: 'orders-1' } } },
      '$.detail.change is as 0 of oneOf say, not as one',
    ],
    [
      'a time that is none',
      { ...good, detail: { ...detail, scheduledTime: '1:00' } },
      '$.detail.scheduledTime does not match',
    ],
    [
      'no detail',
      { source: good.source, 'detail-type': good['detail-type'], time: good.time },
      '$.detail is missing',
    ],
  ] as const) {
    test(`refuses ${what}`, () => {
      const mistakes = schemaMistakes(SCHEMA, event);
      assert.ok(
        mistakes.some((each) => each.startsWith(mistake)),
        mistakes.join('\n'),
      );
    });
  }
});
