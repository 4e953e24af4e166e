import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CHANGE_LIMIT_MS,
  FAIL_OVER_LIMIT_MS,
  intentOf,
  judgeIntent,
  MAX_ATTEMPTS,
  READ_DELAY_MS,
  SETTLE_MS,
  seenIntent,
} from '../../../../handlers/scaling/decision/intent.ts';
import type { Intent } from '../../../../handlers/scaling/decision/target-state.ts';
import { batchService, ordersCluster } from '../../../support/scaling/observations.ts';
import { night } from '../../../support/scaling/plans.ts';

const NOW = night('01:00');
const INTENT: Intent = { change: { kind: 'set-desired-count', desiredCount: 12 }, at: NOW, attempt: 1 };
const FAIL_OVER: Intent = { change: { kind: 'fail-over', instance: 'orders-2' }, at: NOW, attempt: 1 };
const [UNTOUCHED, DONE] = [batchService(), batchService({ desiredCount: 12 })];

const verdict = (given: Partial<Intent>, ageMs: number, observed = UNTOUCHED) =>
  judgeIntent({ ...INTENT, ...given }, observed, NOW + ageMs);

describe('judgeIntent', () => {
  test('is over once its effect is seen', () => {
    assert.deepEqual(verdict({}, 0, DONE), { kind: 'over' });
  });

  test('waits for a first sign, never longer than until it is given up', () => {
    const early = verdict({}, 0);
    assert.equal(early.kind === 'wait' && early.seconds, 30);
    const late = verdict({}, SETTLE_MS - 1500);
    assert.equal(late.kind === 'wait' && late.seconds, 2);
  });

  test('is lost without any sign, and has failed after the last attempt', () => {
    assert.deepEqual(verdict({}, SETTLE_MS), { kind: 'lost' });
    assert.equal(verdict({ attempt: MAX_ATTEMPTS - 1 }, SETTLE_MS).kind, 'lost');
    const failed = verdict({ attempt: MAX_ATTEMPTS }, SETTLE_MS);
    assert.equal(failed.kind === 'failed' && failed.isForgotten, true);
  });

  test('lets what is under way take its time: a failover minutes, everything else an hour', () => {
    const moving = ordersCluster({ status: 'failing-over' });
    const slow: Intent = { ...INTENT, change: { kind: 'start-cluster' } };
    for (const [intent, limitMs] of [
      [FAIL_OVER, FAIL_OVER_LIMIT_MS],
      [slow, CHANGE_LIMIT_MS],
    ] as const) {
      assert.equal(judgeIntent(intent, moving, NOW + limitMs - 1).kind, 'wait');
      const failed = judgeIntent(intent, moving, NOW + limitMs);
      assert.equal(failed.kind === 'failed' && failed.isForgotten, false);
    }
  });

  test('does not take a read from before its effect was seen for an undoing', () => {
    const seen = { seenAt: NOW + SETTLE_MS };
    assert.equal(verdict(seen, SETTLE_MS + READ_DELAY_MS - 1).kind, 'wait');
    assert.deepEqual(verdict(seen, SETTLE_MS + READ_DELAY_MS), { kind: 'over' });
    assert.deepEqual(verdict(seen, SETTLE_MS, DONE), { kind: 'over' });
  });

  test('copes with a clock that is behind the one that wrote it', () => {
    assert.equal(verdict({}, -5000).kind, 'wait');
  });
});

describe('seenIntent', () => {
  test('remembers when the effect was seen first, until no earlier read can come', () => {
    const first = seenIntent(INTENT, DONE, NOW + 1000);
    assert.deepEqual(first, { ...INTENT, seenAt: NOW + 1000 });
    assert.deepEqual(first && seenIntent(first, DONE, NOW + 2000), first);
    assert.equal(first && seenIntent(first, DONE, NOW + 1000 + READ_DELAY_MS), undefined);
  });

  test('is undefined for what was not seen', () => {
    assert.equal(seenIntent(INTENT, UNTOUCHED, NOW), undefined);
    assert.equal(seenIntent(INTENT, UNTOUCHED, NOW + SETTLE_MS), undefined);
  });
});

describe('intentOf', () => {
  test('counts the attempts of one change', () => {
    assert.deepEqual(intentOf(INTENT.change, INTENT, NOW + SETTLE_MS), {
      ...INTENT,
      at: NOW + SETTLE_MS,
      attempt: 2,
    });
    assert.equal(intentOf(FAIL_OVER.change, INTENT, NOW).attempt, 1);
    assert.equal(intentOf(INTENT.change, undefined, NOW).attempt, 1);
  });

  test('begins anew where the one before had its effect, and somebody undid it', () => {
    assert.equal(intentOf(INTENT.change, { ...INTENT, seenAt: NOW }, NOW + READ_DELAY_MS).attempt, 1);
  });
});
