import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDuration } from '../../../../handlers/scaling/time/duration.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SHAPE = 'write days, hours and minutes, such as PT4H30M, PT90M or P1DT12H';

describe('a duration', () => {
  for (const [text, durationMs] of [
    ['PT4H30M', 4 * HOUR_MS + 30 * MINUTE_MS],
    ['PT1M', MINUTE_MS],
    ['PT90M', 90 * MINUTE_MS],
    ['PT0H05M', 5 * MINUTE_MS],
    ['PT36H', 36 * HOUR_MS],
    ['P1D', DAY_MS],
    ['P1DT12H', 36 * HOUR_MS],
    ['P0DT0H1M', MINUTE_MS],
    ['P366D', 366 * DAY_MS],
    ['P365DT24H', 366 * DAY_MS],
    ['PT527040M', 366 * DAY_MS],
  ] as const) {
    test(`may be ${text}`, () => {
      assert.deepEqual(readDuration(text), { ok: true, value: durationMs });
    });
  }

  for (const [text, because] of [
    ['P1Y', `has years or months, which differ in length; ${SHAPE}`],
    ['P1M', `has years or months, which differ in length; ${SHAPE}`],
    ['P1Y2M3DT4H', `has years or months, which differ in length; ${SHAPE}`],
    ['P2W', `is in weeks, which stand alone in ISO 8601; ${SHAPE}`],
    ['PT30S', `has seconds, and EventBridge Scheduler goes by the minute; ${SHAPE}`],
    ['PT1M30S', `has seconds, and EventBridge Scheduler goes by the minute; ${SHAPE}`],
    ['PT1.5H', `has a fraction; ${SHAPE}`],
    ['PT1,5H', `has a fraction; ${SHAPE}`],
    ['', `is no duration of ISO 8601; ${SHAPE}`],
    ['P', `is no duration of ISO 8601; ${SHAPE}`],
    ['PT', `is no duration of ISO 8601; ${SHAPE}`],
    ['P1DT', `is no duration of ISO 8601; ${SHAPE}`],
    ['4H', `is no duration of ISO 8601; ${SHAPE}`],
    ['P4H', `is no duration of ISO 8601; ${SHAPE}`],
    ['PT30M4H', `is no duration of ISO 8601; ${SHAPE}`],
    ['pt4h', `is no duration of ISO 8601; ${SHAPE}`],
    ['-PT4H', `is no duration of ISO 8601; ${SHAPE}`],
    ['PT-4H', `is no duration of ISO 8601; ${SHAPE}`],
    [' PT4H', `is no duration of ISO 8601; ${SHAPE}`],
    ['PT4H\n', `is no duration of ISO 8601; ${SHAPE}`],
    ['04:30', `is no duration of ISO 8601; ${SHAPE}`],
    ['PT0M', 'is shorter than PT1M, the shortest that is allowed'],
    ['P0D', 'is shorter than PT1M, the shortest that is allowed'],
    ['P367D', 'is longer than P366D, the longest that is allowed'],
    ['P366DT1M', 'is longer than P366D, the longest that is allowed'],
    ['PT9999999999999999999999999999M', 'is longer than P366D, the longest that is allowed'],
  ] as const) {
    test(`is refused as ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readDuration(text), { ok: false, because: `${JSON.stringify(text)} ${because}` });
    });
  }

  test('is refused where it is no text, or a long one', () => {
    assert.deepEqual(readDuration(270), { ok: false });
    assert.deepEqual(readDuration(undefined), { ok: false });
    assert.deepEqual(readDuration(`P${'1'.repeat(40)}D`), {
      ok: false,
      because: `a text of 42 characters is no duration; ${SHAPE}`,
    });
  });
});
