import type { EcsOriginal } from '../../../../handlers/scaling/decision/target-state.ts';
import type { EcsTarget, Plan } from '../../../../handlers/scaling/plan/plan.ts';
import { targetName } from '../../../../handlers/scaling/plan/plan.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf, type ServiceCall } from './calls-of.ts';
import { disturbancesOf } from './disturbances.ts';
import type { Breach, Rule } from './rule.ts';

/**
 * A service's desired count is set where it has no scalable target, its bounds where it has one; nothing else of it is
 * changed; and no number is over the plan's bounds, but for one that was there before.
 */
export const ecsRule: Rule = (played) =>
  callsOf(played).flatMap((call): Breach[] => {
    const { entry, change } = call;
    const { target } = change;
    if (target.kind !== 'ecs') return [];
    const breach = (how: string): Breach => ({
      rule: 'count',
      at: entry.at,
      how: `${targetName(target)}: ${how}`,
    });
    const found: Breach[] = [];
    const isScalable = entry.before.ecs.scalableTargets.has(`${target.cluster}/${target.service}`);
    const isOfBounds = entry.action === 'RegisterScalableTarget';
    if (isScalable !== isOfBounds && !isMeddledWith(played, call)) {
      found.push(breach(`${entry.action} where there is ${isScalable ? 'a' : 'no'} scalable target`));
    }
    const allowed = isOfBounds
      ? ['ServiceNamespace', 'ResourceId', 'ScalableDimension', 'MinCapacity', 'MaxCapacity']
      : ['cluster', 'service', 'desiredCount'];
    const others = Object.keys(entry.input).filter((name) => !allowed.includes(name));
    if (others.length > 0) found.push(breach(`${entry.action} with ${others.join(', ')}`));
    const number = Number(isOfBounds ? entry.input.MaxCapacity : entry.input.desiredCount);
    if (number > mostTasks(played, call, target)) found.push(breach(`${entry.action} with ${number} tasks`));
    return found;
  });

function isMeddledWith(played: PlayedCase, { change, entry }: ServiceCall): boolean {
  const since = change.observedAt - played.world.readLagMs;
  return disturbancesOf(played).some(
    ({ target, at }) => target === targetName(change.target) && since <= at && at <= entry.at,
  );
}

function mostTasks({ scalingCase }: PlayedCase, { change }: ServiceCall, target: EcsTarget): number {
  const { original } = change.state.record ?? {};
  const recorded = original?.kind === 'ecs' ? mostOf(original) : 0;
  return Math.max(recorded, ...scalingCase.plans.flatMap(({ stored }) => askedNumbers(stored.plan, target)));
}

function mostOf(original: EcsOriginal): number {
  return 'bounds' in original ? original.bounds.maxCapacity : original.desiredCount;
}

function askedNumbers(
  { scenarios, bounds: { desiredCount: bound } }: Plan,
  target: EcsTarget,
): readonly number[] {
  return scenarios
    .flatMap(({ steps }) => steps)
    .filter((step) => targetName(step.target) === targetName(target))
    .flatMap(({ capacity, after }) => [capacity, after])
    .flatMap((capacity) => {
      if (capacity === undefined || 'allowOutage' in capacity) return [];
      return 'desiredCount' in capacity ? [capacity.desiredCount] : [capacity.maxCapacity ?? 0];
    })
    .filter((number) => bound === undefined || number <= bound);
}
