import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VirtualClock } from '../virtual-clock.ts';
import { EventQueue } from './event-queue.ts';

function queueAt(start = 0) {
  const queue = new EventQueue(new VirtualClock(start));
  const seen: string[] = [];
  const see = (what: string) => seen.push(`${queue.clock.now} ${what}`);
  return { queue, seen, see };
}

describe('an event queue', () => {
  test('lets things happen at their instants, those of one instant in the order of their coming', async () => {
    const { queue, seen, see } = queueAt();
    queue.at(20, () => void see('later'));
    queue.at(10, () => void see('one'));
    queue.at(10, () => void see('other'));
    await queue.runUntil(15);
    assert.deepEqual(seen, ['10 one', '10 other']);
    assert.equal(queue.clock.now, 15);
    await queue.runUntil(20);
    assert.deepEqual(seen.at(-1), '20 later');
  });

  test('lets the others go on only while a task pauses', async () => {
    const { queue, seen, see } = queueAt();
    queue.at(0, async () => {
      see('a begins');
      await new Promise((resolve) => setImmediate(resolve));
      see('a has waited for something real');
      await queue.pause(10);
      see('a goes on');
    });
    queue.at(0, () => void see('b'));
    queue.at(5, () => void see('c'));
    await queue.runUntil(100);
    assert.deepEqual(seen, ['0 a begins', '0 a has waited for something real', '0 b', '5 c', '10 a goes on']);
  });

  test('tells the clock’s own timers apart from its tasks', async () => {
    const { queue, seen, see } = queueAt();
    queue.clock.at(7, () => void see('timer'));
    queue.at(9, () => void see('task'));
    await queue.runUntil(9);
    assert.deepEqual(seen, ['7 timer', '9 task']);
  });

  test('throws what a task throws, before and after a pause', async () => {
    for (const pause of [0, 5]) {
      const { queue } = queueAt();
      queue.at(1, async () => {
        if (pause > 0) await queue.pause(pause);
        throw new Error('the reason');
      });
      await assert.rejects(queue.runUntil(10), /the reason/);
    }
  });

  test('takes what has passed for what comes next', async () => {
    const { queue, seen, see } = queueAt(50);
    queue.at(10, () => void see('late'));
    await queue.runUntil(50);
    assert.deepEqual(seen, ['50 late']);
  });
});
