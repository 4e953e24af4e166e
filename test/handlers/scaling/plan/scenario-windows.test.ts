import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import {
  HORIZON_DAYS,
  MAX_WINDOWS,
  readWindows,
  type ScenarioWindows,
} from '../../../../handlers/scaling/plan/scenario-windows.ts';
import { expression, nightly } from '../../../support/scaling/plans.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-21T12:00:00Z');
const HORIZON = NOW + HORIZON_DAYS * DAY_MS;

describe("A scenario's windows", () => {
  test('are those of every day up to the horizon', () => {
    const { windows, until } = windowsOf(nightly());
    assert.equal(windows.length, HORIZON_DAYS);
    assert.equal(until, HORIZON);
    assert.deepEqual(windows[0], {
      scenario: 'nightly',
      start: Date.parse('2026-11-22T01:00:00Z'),
      end: Date.parse('2026-11-22T05:00:00Z'),
    });
  });

  test('begin with the one that is open', () => {
    const [first] = windowsOf(nightly({ end: { kind: 'duration', durationMs: 12 * 3_600_000 } })).windows;
    assert.equal(first?.start, Date.parse('2026-11-21T01:00:00Z'));
  });

  test('are the first ones where there are more, and are known to be all before the next', () => {
    const { windows, until } = windowsOf(
      nightly({ start: expression('cron(0/10 * * * ? *)'), end: { kind: 'duration', durationMs: 60_000 } }),
    );
    assert.equal(windows.length, MAX_WINDOWS);
    assert.equal(until, (windows.at(-1)?.start ?? 0) + 600_000);
  });

  test('leave out the dates of Except', () => {
    const { windows } = windowsOf(nightly({ except: ['2026-11-22', '2026-11-24'] }));
    assert.deepEqual(
      windows.slice(0, 2).map(({ start }) => new Date(start).toISOString().slice(0, 10)),
      ['2026-11-23', '2026-11-25'],
    );
  });

  test('are none where the scenario is over, and that is no mistake', () => {
    for (const start of ['at(2026-11-01T00:00:00)', 'at(1999-11-01T00:00:00)', 'cron(0 0 * 6 ? 2026)']) {
      const over = nightly({ start: expression(start), end: { kind: 'duration', durationMs: 60_000 } });
      assert.deepEqual(windowsOf(over).windows, [], start);
    }
  });

  test('are refused where the scenario was over before there was EventBridge Scheduler: that was never meant', () => {
    const start = expression('cron(0 0 * * ? 2019)');
    assert.match(
      refusalOf(nightly({ start })),
      /^never starts: cron\(0 0 \* \* \? 2019\) does not come in the/,
    );
  });

  test('are refused alike at any time where a one-time scenario never ends', () => {
    const never = nightly({
      start: expression('at(2026-12-24T00:00:00)'),
      end: { kind: 'expression', expression: expression('at(2026-12-23T00:00:00)') },
    });
    for (const days of [-400, 0, 400]) {
      assert.match(
        refusalOf(never, NOW + days * DAY_MS),
        /^never ends: at\(2026-12-23T00:00:00\) does not come after/,
      );
    }
  });

  test('may follow each other without a gap', () => {
    const start = expression('cron(0 0,12 * * ? *)');
    const { windows } = windowsOf(nightly({ start, end: { kind: 'duration', durationMs: DAY_MS / 2 } }));
    assert.equal(windows[1]?.start, windows[0]?.end);
  });
});

function windowsOf(scenario: Scenario): ScenarioWindows {
  const reading = readWindows(scenario, 'UTC', NOW);
  return reading.ok ? reading.value : assert.fail(reading.because);
}

function refusalOf(scenario: Scenario, now = NOW): string {
  const reading = readWindows(scenario, 'UTC', now);
  return reading.ok ? assert.fail('They were read') : reading.because;
}
