import { openWindow } from '../decision/holding.ts';
import type { Scenario } from '../plan/plan.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import { windowAt } from '../time/window.ts';
import type { RunReference } from './run.ts';

/**
 * The next edge of a scenario that no schedule fires, and that a run has to see to: the end after a Duration, which no
 * expression says, and where a person's word ends. Undefined where there is none.
 */
export function unscheduledEdge(
  stored: StoredPlan,
  scenario: Scenario,
  now: Instant,
): RunReference | undefined {
  const override = stored.overrides.findLast(
    (each) => each.scenario === scenario.name && each.from <= now && now < each.until,
  );
  const edge = { plan: stored.plan.id, scenario: scenario.name };
  if (override !== undefined) {
    const after = openWindow(stored, scenario, override.until);
    const next = after === undefined ? 'end' : 'start';
    return { ...edge, edge: next, scheduledTime: override.until };
  }
  const window = windowAt(scenario, stored.plan.timezone, now);
  if (window === undefined || scenario.end.kind === 'expression') return undefined;
  return { ...edge, edge: 'end', scheduledTime: window.end };
}
