import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import { type Conflict, findConflicts } from '../../../../handlers/scaling/plan/scenario-conflict.ts';
import { readWindows, type ScenarioWindows } from '../../../../handlers/scaling/plan/scenario-windows.ts';
import { expression } from '../../../support/scaling/plans.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** A Saturday. */
const NOW = Date.parse('2026-11-21T00:00:00Z');

interface Daily {
  readonly minute: number;
  readonly lasting: number;
  readonly isOnWorkingDays: boolean;
  readonly priority: number;
  readonly targets: readonly string[];
}

describe('Scenarios of equal priority', () => {
  const RUNS = 80;
  /** As many days repeat themselves, and a window may reach into the next. */
  const DAYS = 9;

  test(`conflict where a look at every minute finds them open at once, and first then (${RUNS} plans)`, () => {
    let conflicts = 0;
    fc.assert(
      fc.property(fc.array(arbitraryDaily, { minLength: 2, maxLength: 4 }), (dailies) => {
        const expected = dailies.flatMap((one, index) =>
          dailies.slice(index + 1).flatMap((other, offset) => {
            const at = one.priority === other.priority ? firstMinuteOfBoth(one, other) : undefined;
            return at === undefined ? [] : [`${index} and ${index + 1 + offset} at ${at}`];
          }),
        );
        const found = findConflicts(
          dailies.map((daily, index) => windowsOf(scenarioOf(daily, index))),
          'UTC',
        );
        assert.deepEqual(found.map(shown), expected);
        conflicts += expected.length;
      }),
      { numRuns: RUNS },
    );
    assert.ok(conflicts > RUNS / 10, `only ${conflicts} conflicts`);
  });

  /** By counting minutes, without windows or expressions. */
  function firstMinuteOfBoth(one: Daily, other: Daily): number | undefined {
    if (!one.targets.some((target) => other.targets.includes(target))) return undefined;
    // A window that was open before NOW counts from its start, as a person would tell it.
    for (let minute = -DAY_MINUTES; minute < DAYS * DAY_MINUTES; minute += 1) {
      if (isOpenAt(one, minute) && isOpenAt(other, minute)) return minute;
    }
    return undefined;
  }

  function isOpenAt({ minute: start, lasting, isOnWorkingDays }: Daily, minute: number): boolean {
    return [0, -1].some((days) => {
      const day = Math.floor(minute / DAY_MINUTES) + days;
      const begun = day * DAY_MINUTES + start;
      const isDay = !isOnWorkingDays || ![0, 1].includes(((day % 7) + 7) % 7);
      // Windows that had ended before NOW are nobody's concern.
      return isDay && begun <= minute && minute < begun + lasting && begun + lasting > 0;
    });
  }
});

const arbitraryDaily: fc.Arbitrary<Daily> = fc.record({
  minute: fc.integer({ min: 0, max: DAY_MINUTES - 1 }),
  lasting: fc.integer({ min: 1, max: 400 }),
  isOnWorkingDays: fc.boolean(),
  priority: fc.integer({ min: 0, max: 1 }),
  targets: fc.subarray(['a', 'b', 'c'], { minLength: 1, maxLength: 2 }),
});

function scenarioOf({ minute, lasting, isOnWorkingDays, priority, targets }: Daily, index: number): Scenario {
  const days = isOnWorkingDays ? '? * MON-FRI' : '* * ?';
  return scenario(index, `cron(${minute % 60} ${Math.floor(minute / 60)} ${days} *)`, lasting, {
    priority,
    targets,
  });
}

describe('Scenarios conflict', () => {
  const FOUND: readonly [what: string, one: [string, number], other: [string, number], at: string][] = [
    [
      'at the first minute that both have',
      ['cron(0 1 * * ? *)', 60],
      ['cron(59 1 * * ? *)', 60],
      '2026-11-21T01:59:00Z',
    ],
    ['in a leap year', ['cron(0 1 * * ? *)', 60], ['cron(30 0 29 2 ? *)', 60], '2028-02-29T01:00:00Z'],
    [
      'later than those listed of the frequent one',
      ['cron(0/10 * * * ? *)', 5],
      ['at(2028-07-14T09:31:00)', 2],
      '2028-07-14T09:31:00Z',
    ],
    [
      'where the frequent one starts within the rare one',
      ['cron(0/10 * * * ? *)', 5],
      ['at(2028-07-14T09:35:00)', 20],
      '2028-07-14T09:40:00Z',
    ],
    [
      'where the rare one reaches past those listed',
      ['cron(0/10 * * * ? *)', 5],
      ['at(2026-12-01T09:57:00)', 5],
      '2026-12-01T10:00:00Z',
    ],
    [
      'where the rare one is named first',
      ['cron(0 12 1 7 ? 2029)', 90],
      ['cron(0/30 * * * ? *)', 1],
      '2029-07-01T12:00:00Z',
    ],
    [
      'where one is open already',
      ['at(2026-11-20T20:00:00)', 600],
      ['cron(0 2 * * ? *)', 60],
      '2026-11-21T02:00:00Z',
    ],
  ];
  for (const [what, one, other, at] of FOUND) {
    test(what, () => {
      const found = findConflicts([windowsOf(scenario(0, ...one)), windowsOf(scenario(1, ...other))], 'UTC');
      assert.deepEqual(
        found.map((conflict) => new Date(conflict.at).toISOString()),
        [at.replace('Z', '.000Z')],
      );
      assert.deepEqual(
        found.map(({ target }) => target),
        ['docdb/a'],
      );
    });
  }

  const NONE: readonly [what: string, one: [string, number], other: [string, number]][] = [
    ['where one ends as the other starts', ['cron(0 1 * * ? *)', 60], ['cron(0 2 * * ? *)', 60]],
    [
      'where one ends as the other starts, and is rare',
      ['cron(0/10 * * * ? *)', 5],
      ['at(2028-07-14T09:35:00)', 5],
    ],
    [
      'where they have had windows at once, which are past',
      ['at(2026-11-20T01:00:00)', 60],
      ['at(2026-11-20T01:30:00)', 60],
    ],
    ['on different days', ['cron(0 1 ? * MON *)', 600], ['cron(0 1 ? * TUE *)', 600]],
  ];
  for (const [what, one, other] of NONE) {
    test(`not ${what}`, () => {
      assert.deepEqual(
        findConflicts([windowsOf(scenario(0, ...one)), windowsOf(scenario(1, ...other))], 'UTC'),
        [],
      );
    });
  }

  test('not where they have different targets or priorities', () => {
    const daily = ['cron(0 1 * * ? *)', 60] as const;
    const one = windowsOf(scenario(0, ...daily));
    const elsewhere = windowsOf(scenario(1, ...daily, { targets: ['b'] }));
    const higher = windowsOf(scenario(2, ...daily, { priority: 1 }));
    assert.deepEqual(findConflicts([one, elsewhere, higher], 'UTC'), []);
  });

  test('with the daylight saving of their zone', () => {
    // On 14 March 2027 the clocks of New York leap from 2:00 to 3:00.
    const one = scenario(0, 'cron(30 1 * * ? *)', 60);
    const other = scenario(1, 'cron(0 3 * * ? *)', 30);
    assert.deepEqual(findConflicts([windowsOf(one), windowsOf(other)], 'UTC'), []);
    const zone = 'America/New_York';
    const [found] = findConflicts([windowsOf(one, zone), windowsOf(other, zone)], zone);
    assert.equal(found?.at, Date.parse('2027-03-14T07:00:00Z'));
  });
});

function scenario(
  index: number,
  start: string,
  minutes: number,
  {
    priority = 0,
    targets = ['a'],
  }: { readonly priority?: number; readonly targets?: readonly string[] } = {},
): Scenario {
  return {
    name: `${index}`,
    start: expression(start),
    end: { kind: 'duration', durationMs: minutes * MINUTE_MS },
    priority,
    except: [],
    steps: targets.map((clusterId) => ({
      target: { kind: 'docdb', clusterId },
      capacity: { instanceCount: 2, allowOutage: false },
    })),
  };
}

function windowsOf(given: Scenario, zone = 'UTC'): ScenarioWindows {
  const reading = readWindows(given, zone, NOW);
  return reading.ok ? reading.value : assert.fail(reading.because);
}

function shown({ one, other, at }: Conflict): string {
  return `${one.scenario.name} and ${other.scenario.name} at ${(at - NOW) / MINUTE_MS}`;
}
