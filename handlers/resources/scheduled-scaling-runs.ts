import { holdingAt, openWindows } from '../scaling/decision/holding.ts';
import type { Target } from '../scaling/plan/plan.ts';
import type { RunReference } from '../scaling/run/run.ts';
import type { StoredPlan } from '../scaling/store/plan-store.ts';
import { formatInstant, type Instant } from '../scaling/time/instant.ts';
import { windowsIn } from '../scaling/time/window.ts';

/**
 * EventBridge Scheduler fires within a minute. Whether it fires a schedule that was made within the minute before is
 * not said.
 */
export const SCHEDULE_PRECISION_MS = 60_000;
const SECOND_MS = 1_000;

/**
 * The runs that a plan needs when it was stored anew: for every scenario that is open now, and to bring back what is
 * recorded and not held any more. What no schedule may fire, since it is due within a minute, is started as well; such
 * a run waits for its time, and where the schedule fires too, one of the two ends as a duplicate.
 */
export function runsOfDeployment(
  stored: StoredPlan,
  recorded: readonly Target[],
  now: Instant,
): readonly RunReference[] {
  const plan = stored.plan.id;
  const at = stored.deployment?.storedAt ?? now;
  const starts = openWindows(stored, now).map(({ scenario, start }): RunReference => {
    // At the second of its start it would be the schedule's own run, which may have read the former plan.
    const scheduledTime = formatInstant(start) === formatInstant(at) ? at + SECOND_MS : at;
    return { plan, scenario, edge: 'start', scheduledTime };
  });
  const isLeft = recorded.some((target) => holdingAt(stored, target, now) === undefined);
  const restoring: RunReference[] = isLeft ? [{ plan, edge: 'end', scheduledTime: at }] : [];
  return [...starts, ...restoring, ...edgesSoon(stored, now)];
}

function edgesSoon({ plan: { id: plan, timezone, scenarios } }: StoredPlan, now: Instant): RunReference[] {
  const until = now + SCHEDULE_PRECISION_MS;
  return scenarios.flatMap((scenario) =>
    windowsIn(scenario, timezone, now, until).flatMap(({ start, end }): RunReference[] => {
      const edge = { plan, scenario: scenario.name };
      const isSoon = (instant: Instant): boolean => now < instant && instant <= until;
      return [
        ...(isSoon(start) ? [{ ...edge, edge: 'start' as const, scheduledTime: start }] : []),
        // The end after a Duration is the start's own.
        ...(scenario.end.kind === 'expression' && isSoon(end)
          ? [{ ...edge, edge: 'end' as const, scheduledTime: end }]
          : []),
      ];
    }),
  );
}
