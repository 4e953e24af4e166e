import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { capacityFinding, describeClasses, describeService } from '../../../local/example-run/capacity.ts';

describe('a capacity', () => {
  test('is told by the classes of the instances with their numbers', () => {
    assert.equal(
      describeClasses(['db.r5.large', 'db.r5.xlarge', 'db.r5.large']),
      '2 × db.r5.large, 1 × db.r5.xlarge',
    );
  });

  test('is told by the tasks, and those that run where they are others', () => {
    assert.equal(describeService({ desiredCount: 1, runningCount: 1 }), '1 task');
    assert.equal(describeService({ desiredCount: 4, runningCount: 1 }), '4 tasks, 1 running');
  });

  test('is held against the one that is expected', () => {
    const day = { database: '2 × db.r5.large', tasks: '1 task' };
    assert.deepEqual(capacityFinding(day, day), { text: 'now 2 × db.r5.large; 1 task', isRight: true });
    assert.deepEqual(capacityFinding({ ...day, tasks: '4 tasks' }, day), {
      text: 'now 2 × db.r5.large; 4 tasks, not 2 × db.r5.large; 1 task',
      isRight: false,
    });
  });
});
