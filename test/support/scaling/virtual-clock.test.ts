import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VirtualClock } from './virtual-clock.ts';

describe('The virtual clock', () => {
  test('stands still until it is told to go on', () => {
    const clock = new VirtualClock(1000);
    assert.equal(clock.now, 1000);
    clock.advance(500);
    assert.equal(clock.now, 1500);
    clock.advanceTo(2000);
    assert.equal(clock.now, 2000);
  });

  test('sets off what is due, each at its own instant, in order', () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name} at ${clock.now}`);
    clock.after(30, note('third'));
    clock.after(10, note('first'));
    clock.at(10, note('second'));
    clock.after(50, note('never'));
    clock.advance(40);
    assert.deepEqual(seen, ['first at 10', 'second at 10', 'third at 30']);
    assert.equal(clock.now, 40);
  });

  test('sets off what a callback asked for, where it is due as well', () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    clock.after(10, () => clock.after(10, () => seen.push(clock.now)));
    clock.after(25, () => clock.at(3, () => seen.push(clock.now)));
    clock.advance(30);
    assert.deepEqual(seen, [20, 25]);
  });

  test('does not go back', () => {
    const clock = new VirtualClock(10);
    assert.throws(() => clock.advanceTo(9), RangeError);
    assert.throws(() => clock.advance(-1), RangeError);
    assert.throws(() => clock.advance(Number.NaN), RangeError);
  });

  test('stops where a timer starts itself again at once', () => {
    const clock = new VirtualClock(0);
    const again = (): void => clock.after(0, again);
    again();
    assert.throws(() => clock.advance(1), RangeError);
  });
});
