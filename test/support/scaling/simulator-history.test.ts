import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_READ_LAG_MS, StateHistory } from './simulator-history.ts';

describe('The history of a state', () => {
  test('shows what held at an instant of the last minute', () => {
    const history = new StateHistory('a');
    history.set('b', 10_000);
    history.set('c', 20_000);
    assert.equal(history.current, 'c');
    assert.deepEqual(
      [0, 9_999, 10_000, 19_999, 20_000, 30_000].map((instant) => history.at(instant)),
      ['a', 'a', 'b', 'b', 'c', 'c'],
    );
  });

  test('keeps what held a minute ago, and forgets what was before that', () => {
    const history = new StateHistory(0);
    for (let second = 1; second <= 300; second += 1) history.set(second, second * 1000);
    assert.equal(history.at(300_000 - MAX_READ_LAG_MS), 240);
    assert.ok(history.since(0).length <= 62);
  });

  test('tells every state that held since an instant, the one that held then included', () => {
    const history = new StateHistory('a');
    history.set('b', 10_000);
    history.set('c', 20_000);
    assert.deepEqual(history.since(15_000), ['b', 'c']);
    assert.deepEqual(history.since(20_000), ['c']);
    assert.deepEqual(history.since(0), ['a', 'b', 'c']);
  });

  test('can begin as if it had always been so', () => {
    const history = new StateHistory('a');
    history.set('b', 10_000);
    history.reset('c');
    assert.equal(history.at(0), 'c');
  });
});
