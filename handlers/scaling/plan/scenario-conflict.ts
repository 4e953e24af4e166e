import type { Instant } from '../time/instant.ts';
import { nextWindow, type Window, windowAt } from '../time/window.ts';
import { targetName } from './plan.ts';
import type { ScenarioWindows } from './scenario-windows.ts';

/** Two scenarios of equal priority that are open for a target at once. */
export interface Conflict {
  readonly one: ScenarioWindows;
  readonly other: ScenarioWindows;
  /** The first target that both name. */
  readonly target: string;
  /** When both are open for the first time. */
  readonly at: Instant;
}

/**
 * Windows later than those that are listed of another scenario are looked up there one by one. So many in all: where
 * this isn't enough, scenarios start very often, and a conflict would have shown in the windows listed of both.
 */
const MAX_LOOKUPS = 4000;

/** The conflicts among scenarios, one for each pair: as far as their windows are listed, and beyond for rare ones. */
export function findConflicts(scenarios: readonly ScenarioWindows[], zone: string): readonly Conflict[] {
  const lookups = { left: MAX_LOOKUPS };
  return scenarios.flatMap((one, index) =>
    scenarios.slice(index + 1).flatMap((other) => {
      if (one.scenario.priority !== other.scenario.priority) return [];
      const target = sharedTarget(one, other);
      if (target === undefined) return [];
      const at =
        firstListedOverlap(one.windows, other.windows) ??
        firstLaterOverlap(one, other, zone, lookups) ??
        firstLaterOverlap(other, one, zone, lookups);
      return at === undefined ? [] : [{ one, other, target, at }];
    }),
  );
}

function sharedTarget(one: ScenarioWindows, other: ScenarioWindows): string | undefined {
  const names = new Set(other.scenario.steps.map(({ target }) => targetName(target)));
  return one.scenario.steps.map(({ target }) => targetName(target)).find((name) => names.has(name));
}

function firstListedOverlap(one: readonly Window[], other: readonly Window[]): Instant | undefined {
  let [a, b] = [0, 0];
  for (;;) {
    const [left, right] = [one[a], other[b]];
    if (left === undefined || right === undefined) return undefined;
    if (left.end <= right.start) a += 1;
    else if (right.end <= left.start) b += 1;
    else return Math.max(left.start, right.start);
  }
}

/** Where a window of `rare` meets one of `frequent` that is later than those listed of it. */
function firstLaterOverlap(
  rare: ScenarioWindows,
  frequent: ScenarioWindows,
  zone: string,
  lookups: { left: number },
): Instant | undefined {
  for (const { start, end } of rare.windows.filter((window) => window.end > frequent.until)) {
    if (lookups.left === 0) return undefined;
    lookups.left -= 1;
    if (windowAt(frequent.scenario, zone, start) !== undefined) return start;
    const next = nextWindow(frequent.scenario, zone, start);
    if (next !== undefined && next.start < end) return next.start;
  }
  return undefined;
}
