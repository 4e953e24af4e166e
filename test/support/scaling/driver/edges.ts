import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { windowsIn } from '../../../../handlers/scaling/time/window.ts';
import type { PlanVersion } from '../cases/scaling-case.ts';

/** Schedules that are deleted still fire for a while. */
const STALE_MS = 10 * 60_000;

/** The messages that EventBridge Scheduler sends for plans, in the order of their instants. */
export function edgesOf(versions: readonly PlanVersion[], until: Instant): readonly RunReference[] {
  return versions
    .flatMap((version, index) => {
      const replacement = versions
        .slice(index + 1)
        .find(({ stored }) => stored.plan.id === version.stored.plan.id);
      return edgesWithin(version, replacement === undefined ? until : replacement.at + STALE_MS);
    })
    .sort((one, other) => one.scheduledTime - other.scheduledTime);
}

function edgesWithin({ at, stored: { plan, status } }: PlanVersion, until: Instant): readonly RunReference[] {
  if (status === 'removed') return [];
  const edges = plan.scenarios.flatMap((scenario) =>
    windowsIn(scenario, plan.timezone, at, until).flatMap(({ start, end }): RunReference[] => {
      const edge = { plan: plan.id, scenario: scenario.name };
      const ofStart: RunReference = { ...edge, edge: 'start', scheduledTime: start };
      // The end after a Duration is started by the start.
      if (scenario.end.kind === 'duration') return [ofStart];
      return [ofStart, { ...edge, edge: 'end', scheduledTime: end }];
    }),
  );
  return edges.filter(({ scheduledTime }) => at <= scheduledTime && scheduledTime < until);
}
