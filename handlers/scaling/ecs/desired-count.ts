import type { Next } from '../decision/next-change.ts';
import type { EcsObservation } from './observation.ts';
import { serviceName } from './service-name.ts';

/** The change of a service's desired count; undefined where it is the one asked for. */
export function nextDesiredCount(wanted: number, observed: EcsObservation): Next | undefined {
  const { desiredCount, scalableTarget } = observed;
  const name = serviceName(observed);
  if (scalableTarget !== undefined) {
    const { minCapacity, maxCapacity } = scalableTarget;
    const reason = `DesiredCount can't be set for ${name}: it has a scalable target (${minCapacity}–${maxCapacity}), which would set it again. Ask for MinCapacity or MaxCapacity`;
    return { kind: 'impossible', reason };
  }
  if (!Number.isInteger(wanted) || wanted < 0) {
    return { kind: 'impossible', reason: `The desired count of ${name} can't be ${wanted}` };
  }
  if (desiredCount === wanted) return undefined;
  return {
    kind: 'change',
    change: { kind: 'set-desired-count', desiredCount: wanted },
    reason: `The desired count of ${name} is changed from ${desiredCount} to ${wanted}`,
  };
}
