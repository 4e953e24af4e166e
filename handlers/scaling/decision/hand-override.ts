import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';
import type { RunReference } from '../run/run.ts';
import type { Override, StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import { windowFrom } from '../time/window.ts';
import { openWindow } from './holding.ts';

/**
 * What a person means who starts or ends a scenario by hand: from now until the time given. Without one, a start lasts
 * as long as if the schedule had started it now, and an end for the rest of the window that is open. Undefined: nothing
 * is open that could be ended, so what is left is brought back, and nothing else is said.
 */
export function overrideByHand(
  stored: StoredPlan,
  { scenario: name, edge, scheduledTime: from }: RunReference,
  until: Instant | undefined,
): Reading<Override | undefined> {
  const { plan } = stored;
  const scenario = plan.scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined || name === undefined) {
    const names = plan.scenarios.map((each) => each.name).join(', ');
    return refused(`the plan ${plan.id} has no scenario ${JSON.stringify(name)}; it has ${names}`);
  }
  if (stored.status === 'removed') return refused(`the plan ${plan.id} was deleted`);
  const end =
    until ??
    (edge === 'start'
      ? windowFrom(scenario, plan.timezone, from)?.end
      : openWindow(stored, scenario, from)?.end);
  if (end !== undefined) {
    // A run's time has whole seconds: one that comes at the end must not find the window open still.
    const wholeSeconds = Math.floor(end / 1000) * 1000;
    return accepted({
      scenario: name,
      hold: edge === 'start' ? 'open' : 'closed',
      from,
      until: wholeSeconds,
    });
  }
  return edge === 'end'
    ? accepted(undefined)
    : refused(`${name} would have no end: none follows by its schedule. Give until as well`);
}
