import { openWindow } from '../decision/holding.ts';
import type { Scenario } from '../plan/plan.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import { type Window, windowsIn } from '../time/window.ts';

/** A time in which a scenario is open, by its schedule or by a person's word. */
export interface OpenSpan extends Window {
  readonly isByHand: boolean;
}

/** The spans of all scenarios that have a part between two instants, by their starts, then in the plan's order. */
export function openSpans(stored: StoredPlan, from: Instant, to: Instant): readonly OpenSpan[] {
  return stored.plan.scenarios
    .flatMap((scenario) => spansOf(stored, scenario, from, to))
    .sort((a, b) => a.start - b.start);
}

/** Where what the run's own rules call open changes. */
function spansOf(stored: StoredPlan, scenario: Scenario, from: Instant, to: Instant): OpenSpan[] {
  const spans: OpenSpan[] = [];
  const add = (start: Instant, end: Instant, window: Window): void => {
    const isByHand = stored.overrides.some(
      (each) => each.scenario === scenario.name && each.from === window.start && each.until === window.end,
    );
    spans.push({ scenario: scenario.name, start, end, isByHand });
  };
  let open = openWindow(stored, scenario, from);
  let since = open?.start ?? from;
  for (const at of boundaries(stored, scenario, from, to)) {
    const next = openWindow(stored, scenario, at);
    if (next?.start === open?.start && next?.end === open?.end) continue;
    if (open !== undefined) add(since, at, open);
    open = next;
    since = at;
  }
  if (open !== undefined) add(since, open.end, open);
  return spans;
}

/** All instants after the first at which it may open or close. */
function boundaries(
  { plan, overrides }: StoredPlan,
  scenario: Scenario,
  from: Instant,
  to: Instant,
): readonly Instant[] {
  const windows = windowsIn(scenario, plan.timezone, from, to);
  const said = overrides.filter((each) => each.scenario === scenario.name);
  const all = [
    ...windows.flatMap(({ start, end }) => [start, end]),
    ...said.flatMap((each) => [each.from, each.until]),
  ];
  return [...new Set(all)].filter((at) => at > from && at < to).sort((a, b) => a - b);
}
