import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readExpression } from '../../../../handlers/scaling/time/expression.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { nextOccurrence } from '../../../../handlers/scaling/time/schedule.ts';
import { cronerTimes, isNearClockChange } from '../../../support/scaling/oracle-croner.ts';
import { anyCron } from '../../../support/scaling/oracle-expressions.ts';

const SEED = 20_261_121;
const EXPRESSIONS = 600;
const TIMES = 12;
const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Tokyo'];

describe('occurrences and croner', () => {
  test('agree on what random expressions mean, away from changes of the clocks', (t) => {
    let compared = 0;
    for (const [index, text] of fc.sample(anyCron, { seed: SEED, numRuns: EXPRESSIONS }).entries()) {
      const zone = ZONES[index % ZONES.length] ?? 'UTC';
      const after = Date.UTC(2020 + (index % 10), index % 12, 1 + (index % 28), index % 24, index % 60);
      const theirs = cronerTimes(text, zone, after, TIMES);
      const ours = times(text, zone, after);
      // Where clocks are changed croner does as cron does, and the one has found more times than the other.
      const horizon = Math.min(lastOf(ours), lastOf(theirs));
      const isFit = (time: Instant): boolean => time <= horizon && !isNearClockChange(zone, time);
      const fit = ours.filter(isFit);
      assert.deepEqual(
        fit.map(show),
        theirs.filter(isFit).map(show),
        `${text} in ${zone} after ${show(after)}, number ${index} of seed ${SEED}`,
      );
      compared += fit.length;
    }
    t.diagnostic(`${compared} times of ${EXPRESSIONS} expressions, seed ${SEED}`);
    assert.ok(compared > 5000, `only ${compared} times were compared`);
  });
});

function times(text: string, zone: string, after: Instant): readonly Instant[] {
  const reading = readExpression(text);
  assert.ok(reading.ok, reading.ok ? '' : reading.because);
  const found: Instant[] = [];
  let last = after;
  while (found.length < TIMES) {
    const next = nextOccurrence(reading.value, zone, last);
    if (next === undefined) break;
    found.push(next);
    last = next;
  }
  return found;
}

/** Up to where a list tells of every time. */
function lastOf(found: readonly Instant[]): Instant {
  return found.length < TIMES ? Number.POSITIVE_INFINITY : (found.at(-1) ?? Number.POSITIVE_INFINITY);
}

function show(instant: Instant): string {
  return new Date(instant).toISOString();
}
