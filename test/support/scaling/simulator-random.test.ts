import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SeededRandom } from './simulator-random.ts';

describe('Seeded random numbers', () => {
  test('are the same for the same seed, and others for the next', () => {
    const draw = (random: SeededRandom) => Array.from({ length: 8 }, () => random.next());
    assert.deepEqual(draw(new SeededRandom(7)), draw(new SeededRandom(7)));
    assert.notDeepEqual(draw(new SeededRandom(7)), draw(new SeededRandom(8)));
  });

  test('are spread over the whole range, its ends included', () => {
    const random = new SeededRandom(1);
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 10_000; draw += 1) {
      const number = random.integer(3, 7);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    assert.deepEqual([...counts.keys()].sort(), [3, 4, 5, 6, 7]);
    for (const count of counts.values()) assert.ok(count > 1800 && count < 2200, String(count));
  });

  test('have branches that do not shift each other', () => {
    const one = new SeededRandom(7);
    const reads = one.fork('reads');
    const expected = [reads.next(), reads.next()];
    const other = new SeededRandom(7);
    const [readsAgain, durations] = [other.fork('reads'), other.fork('durations')];
    durations.next();
    assert.deepEqual([readsAgain.next(), readsAgain.next()], expected);
    assert.notEqual(other.fork('durations').next(), expected[0]);
  });
});
