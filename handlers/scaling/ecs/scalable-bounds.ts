import type { Next } from '../decision/next-change.ts';
import type { EcsGoal } from './goal.ts';
import type { EcsObservation } from './observation.ts';
import { serviceName } from './service-name.ts';

type AskedBounds = Extract<EcsGoal['asked'], { kind: 'bounds' }>;

/**
 * The change of a scalable target's bounds, both in one call; undefined where they are those asked for, and the desired
 * count is within. One that somebody set outside of them comes back only when they are registered again, or the
 * service is scaled the next time.
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export function nextScalableBounds(asked: AskedBounds, observed: EcsObservation): Next | undefined {
  const { scalableTarget: present, desiredCount } = observed;
  const name = serviceName(observed);
  if (present === undefined) {
    const reason = `MinCapacity and MaxCapacity can't be set for ${name}: it has no scalable target. Ask for DesiredCount`;
    return { kind: 'impossible', reason };
  }
  const { minCapacity = present.minCapacity, maxCapacity = present.maxCapacity } = asked;
  const bounds = `${minCapacity}–${maxCapacity}`;
  const before = `${present.minCapacity}–${present.maxCapacity}`;
  const isFit = [minCapacity, maxCapacity].every((each) => Number.isInteger(each) && each >= 0);
  if (!isFit || minCapacity > maxCapacity) {
    const reason = `The scalable target of ${name} can't be ${bounds}: it is ${before}, and the minimum is never over the maximum`;
    return { kind: 'impossible', reason };
  }
  const areThere = minCapacity === present.minCapacity && maxCapacity === present.maxCapacity;
  if (areThere && isWithin(desiredCount, present)) return undefined;
  return {
    kind: 'change',
    change: { kind: 'set-bounds', minCapacity, maxCapacity },
    reason: areThere
      ? `The bounds ${bounds} of ${name} are registered again: it desires ${desiredCount} tasks, which is not within them`
      : `The scalable target of ${name} is changed from ${before} to ${bounds}`,
  };
}

export function isWithin(
  desiredCount: number,
  { minCapacity, maxCapacity }: { readonly minCapacity: number; readonly maxCapacity: number },
): boolean {
  return desiredCount >= minCapacity && desiredCount <= maxCapacity;
}
