import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exampleTimes } from '../../../local/example-run/example-times.ts';

describe("the times of the example's batches", () => {
  test('are one on the first full minute that is far enough ahead, and one each night in half a day', () => {
    const { context, extraStart } = exampleTimes(new Date('2026-11-21T23:58:20Z'), 45_000);
    assert.equal(extraStart.toISOString(), '2026-11-22T00:00:00.000Z');
    assert.deepEqual(context, {
      'example:Timezone': 'Etc/UTC',
      'example:Start': 'cron(0 11 * * ? *)',
      'example:End': 'cron(30 11 * * ? *)',
      'example:ExtraStart': '2026-11-22T00:00:00',
      'example:ExtraEnd': '2026-11-22T01:00:00',
    });
  });

  test('are the minute itself where it is just as far ahead', () => {
    const { extraStart } = exampleTimes(new Date('2026-11-21T12:00:15Z'), 45_000);
    assert.equal(extraStart.toISOString(), '2026-11-21T12:01:00.000Z');
  });
});
