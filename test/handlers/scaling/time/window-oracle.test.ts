import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import { type Expression, readExpression } from '../../../../handlers/scaling/time/expression.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { nextWindow, windowAt, windowsIn } from '../../../../handlers/scaling/time/window.ts';
import { type SeenWindow, windowsSeen } from '../../../support/scaling/oracle.ts';
import type { ClockMinute } from '../../../support/scaling/oracle-clock.ts';
import { dailyCron } from '../../../support/scaling/oracle-expressions.ts';
import { minutesOf, ORACLE_SPANS } from '../../../support/scaling/oracle-spans.ts';

const RUNS = 12;
const MINUTE_MS = 60_000;
/** Between them a window is asked for in so many minutes, and in all that are near an edge or come twice. */
const PROBE_STRIDE = 41;

describe('windows and a walk from minute to minute', () => {
  for (const span of ORACLE_SPANS) {
    test(`agree in ${span.zone} from ${span.from}, where ${span.what}`, (t) => {
      const minutes = minutesOf(span);
      let windows = 0;
      let probes = 0;
      fc.assert(
        fc.property(anyScenario(minutes), (scenario) => {
          const seen = windowsSeen(scenario, minutes);
          assertSameWindows(scenario, span.zone, minutes, seen);
          windows += seen.length;
          probes += assertSameAtInstants(scenario, span.zone, minutes, seen);
        }),
        { numRuns: RUNS },
      );
      t.diagnostic(`${RUNS} scenarios, ${windows} windows, ${probes} instants`);
      assert.ok(windows > RUNS && probes > 100 * RUNS);
    });
  }
});

function assertSameWindows(
  scenario: Scenario,
  zone: string,
  minutes: readonly ClockMinute[],
  seen: readonly SeenWindow[],
): void {
  const { first, end } = bounds(minutes);
  const found = windowsIn(scenario, zone, first, end);
  assert.ok(found.every((window) => window.scenario === scenario.name && window.end > first));
  const started = found.filter(({ start }) => start >= first);
  // Of a window that is not over when the walk ends, the end was not seen.
  const isSeen = (endsAt: Instant): boolean => scenario.end.kind === 'duration' || endsAt < end;
  assert.deepEqual(
    started.map((window) => [window.start, isSeen(window.end) ? window.end : undefined]),
    seen.map((window) => [window.start, window.end]),
  );
  const walked: Instant[] = [];
  let next = nextWindow(scenario, zone, first - 1);
  while (next !== undefined && next.start < end) {
    walked.push(next.start);
    next = nextWindow(scenario, zone, next.start);
  }
  assert.deepEqual(
    walked,
    seen.map(({ start }) => start),
  );
}

/** @returns how many instants were compared. */
function assertSameAtInstants(
  scenario: Scenario,
  zone: string,
  minutes: readonly ClockMinute[],
  seen: readonly SeenWindow[],
): number {
  const { first } = bounds(minutes);
  const edges = new Set(
    seen.flatMap(({ start, end = start }) =>
      [start, end].flatMap((edge) => [-1, 0, 1].map((by) => edge + by * MINUTE_MS)),
    ),
  );
  let latest: SeenWindow | undefined;
  let ahead = 0;
  let probes = 0;
  for (const [index, { instant, isFirst }] of minutes.entries()) {
    for (let next = seen[ahead]; next !== undefined && next.start <= instant; next = seen[ahead]) {
      latest = next;
      ahead += 1;
    }
    if (index % PROBE_STRIDE !== 0 && isFirst && !edges.has(instant)) continue;
    const found = windowAt(scenario, zone, instant);
    const isOpen = latest !== undefined && instant < (latest.end ?? Number.POSITIVE_INFINITY);
    // What started before the walk was not seen.
    if (latest === undefined && found !== undefined) assert.ok(found.start < first);
    else
      assert.equal(found?.start, isOpen ? latest?.start : undefined, `at ${new Date(instant).toISOString()}`);
    probes += 1;
  }
  return probes;
}

function anyScenario(minutes: readonly ClockMinute[]): fc.Arbitrary<Scenario> {
  const dates = [...new Set(minutes.map(({ shown }) => shown.slice(0, 10)))];
  const shown = minutes.map((minute) => minute.shown);
  const start = fc.oneof(
    { weight: 5, arbitrary: dailyCron },
    { weight: 1, arbitrary: fc.constantFrom(...shown).map((time) => `at(${time}:00)`) },
  );
  const end = fc.oneof(
    dailyCron.map((text) => ({ kind: 'expression' as const, expression: read(text) })),
    fc
      .integer({ min: 1, max: 3000 })
      .map((count) => ({ kind: 'duration' as const, durationMs: count * MINUTE_MS })),
  );
  return fc
    .record({ start: start.map(read), end, except: fc.subarray(dates, { maxLength: 4 }) })
    .map((times) => ({ name: 'nightly', priority: 0, steps: [], ...times }));
}

function bounds(minutes: readonly ClockMinute[]): { readonly first: Instant; readonly end: Instant } {
  return { first: minutes.at(0)?.instant ?? 0, end: (minutes.at(-1)?.instant ?? 0) + MINUTE_MS };
}

function read(text: string): Expression {
  const reading = readExpression(text);
  assert.ok(reading.ok, reading.ok ? '' : reading.because);
  return reading.value;
}
