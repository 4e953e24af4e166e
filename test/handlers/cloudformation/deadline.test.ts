import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ANSWER_MARGIN_MS, deadlineOf } from '../../../handlers/cloudformation/deadline.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const SECOND = 1000;

describe('the deadline', () => {
  const TABLE: readonly [
    what: string,
    given: Parameters<typeof deadlineOf>[0],
    leftMs: number,
    limit: string,
  ][] = [
    [
      "is Lambda's remaining time less the margin",
      { now: NOW, remainingMs: 900 * SECOND, requestedAt: NOW, serviceTimeout: undefined },
      900 * SECOND - ANSWER_MARGIN_MS,
      "the function's own time limit",
    ],
    [
      'is ServiceTimeout less the margin where that is smaller',
      { now: NOW, remainingMs: 900 * SECOND, requestedAt: NOW, serviceTimeout: '300' },
      300 * SECOND - ANSWER_MARGIN_MS,
      'ServiceTimeout of 300 s',
    ],
    [
      'counts ServiceTimeout from the request',
      { now: NOW, remainingMs: 900 * SECOND, requestedAt: NOW - 100 * SECOND, serviceTimeout: '300' },
      200 * SECOND - ANSWER_MARGIN_MS,
      'ServiceTimeout of 300 s',
    ],
    [
      'counts it from the arrival where the request does not tell its time',
      { now: NOW, remainingMs: 900 * SECOND, requestedAt: undefined, serviceTimeout: '300' },
      300 * SECOND - ANSWER_MARGIN_MS,
      'ServiceTimeout of 300 s',
    ],
    [
      'does not grow where the clock that signed the URL is ahead',
      { now: NOW, remainingMs: 900 * SECOND, requestedAt: NOW + 50 * SECOND, serviceTimeout: '300' },
      300 * SECOND - ANSWER_MARGIN_MS,
      'ServiceTimeout of 300 s',
    ],
    [
      'leaves three quarters of a short time to work in',
      { now: NOW, remainingMs: 900 * SECOND, requestedAt: NOW, serviceTimeout: '4' },
      3 * SECOND,
      'ServiceTimeout of 4 s',
    ],
    [
      'is in the past for a request that is older than any first delivery',
      { now: NOW, remainingMs: 900 * SECOND, requestedAt: NOW - 1201 * SECOND, serviceTimeout: undefined },
      -SECOND,
      'time that Lambda keeps an event',
    ],
    [
      'is in the past for a request that nobody waits for any longer',
      { now: NOW, remainingMs: 900 * SECOND, requestedAt: NOW - 400 * SECOND, serviceTimeout: '300' },
      -100 * SECOND,
      'ServiceTimeout of 300 s',
    ],
  ];
  for (const [what, given, leftMs, limit] of TABLE) {
    test(what, () => {
      const deadline = deadlineOf(given);
      assert.equal(deadline.at - NOW, leftMs);
      assert.ok(deadline.limit.endsWith(limit), deadline.limit);
    });
  }

  for (const serviceTimeout of ['0', '3601', '-5', '1.5', 'soon', '', ['60'], null]) {
    test(`takes a ServiceTimeout of ${JSON.stringify(serviceTimeout)} for none`, () => {
      const given = { now: NOW, remainingMs: 900 * SECOND, requestedAt: NOW, serviceTimeout };
      assert.equal(deadlineOf(given).at - NOW, 900 * SECOND - ANSWER_MARGIN_MS);
    });
  }
});
