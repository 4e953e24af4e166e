import { type Plan, type Scenario, type Step, type Target, targetName } from '../plan/plan.ts';
import type { Override, StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import { type Window, windowAt } from '../time/window.ts';

/** A step whose window is open, and that has its target to itself. */
export interface Holding {
  readonly scenario: Scenario;
  readonly step: Step;
  readonly window: Window;
}

/** Every scenario's window that is open at an instant, a person's word first. A removed plan has none. */
export function openWindows(stored: StoredPlan, at: Instant): readonly Window[] {
  if (stored.status === 'removed') return [];
  return stored.plan.scenarios
    .map((scenario) => openWindow(stored, scenario, at))
    .filter((window) => window !== undefined);
}

/** The window of a scenario that is open at an instant. */
export function openWindow(
  { plan, overrides, status }: StoredPlan,
  scenario: Scenario,
  at: Instant,
): Window | undefined {
  if (status === 'removed') return undefined;
  const override = overrideAt(overrides, scenario.name, at);
  if (override === undefined) return windowAt(scenario, plan.timezone, at);
  if (override.hold === 'closed') return undefined;
  return { scenario: scenario.name, start: override.from, end: override.until };
}

/** What a person said last counts. */
function overrideAt(overrides: readonly Override[], scenario: string, at: Instant): Override | undefined {
  return overrides.findLast(
    (override) => override.scenario === scenario && override.from <= at && at < override.until,
  );
}

/** What holds at an instant for a target: of the open windows the one with the highest priority. */
export function holdingAt(stored: StoredPlan, target: Target, at: Instant): Holding | undefined {
  const name = targetName(target);
  return openWindows(stored, at)
    .flatMap((window) => {
      const scenario = getScenario(stored.plan, window.scenario);
      const step = scenario.steps.find((candidate) => targetName(candidate.target) === name);
      return step === undefined ? [] : [{ scenario, step, window }];
    })
    .sort(byPriority)[0];
}

/** Equal ones overlap only by a person's word: the window that opened last, then the first in the plan. */
function byPriority(a: Holding, b: Holding): number {
  return b.scenario.priority - a.scenario.priority || b.window.start - a.window.start;
}

function getScenario(plan: Plan, name: string): Scenario {
  const scenario = plan.scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new RangeError(`The plan ${plan.id} has no scenario ${name}`);
  return scenario;
}
