import { type Scenario, type Step, type Target, targetName } from '../../../../handlers/scaling/plan/plan.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { type Window, windowAt } from '../../../../handlers/scaling/time/window.ts';

export interface Wanted {
  readonly scenario: Scenario;
  readonly step: Step;
  readonly window: Window;
}

/**
 * What is wanted of a target at an instant, as the contract has it: of the windows that are open, by the schedule or by
 * the person who spoke last, the one with the highest priority. It is written without the service's own rules for it.
 */
export function wantedAt(stored: StoredPlan, target: Target, at: Instant): Wanted | undefined {
  let wanted: Wanted | undefined;
  for (const scenario of stored.status === 'removed' ? [] : stored.plan.scenarios) {
    const step = scenario.steps.find((each) => targetName(each.target) === targetName(target));
    const window = windowOf(stored, scenario, at);
    if (step === undefined || window === undefined) continue;
    if (wanted === undefined || scenario.priority > wanted.scenario.priority)
      wanted = { scenario, step, window };
  }
  return wanted;
}

function windowOf({ plan, overrides }: StoredPlan, scenario: Scenario, at: Instant): Window | undefined {
  let window = windowAt(scenario, plan.timezone, at);
  for (const { scenario: name, hold, from, until } of overrides) {
    if (name !== scenario.name || at < from || at >= until) continue;
    window = hold === 'open' ? { scenario: name, start: from, end: until } : undefined;
  }
  return window;
}
