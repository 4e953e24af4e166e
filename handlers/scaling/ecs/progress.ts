import type { EcsChange } from '../decision/change.ts';
import type { Progress } from '../decision/next-change.ts';
import type { EcsObservation } from './observation.ts';
import { isWithin } from './scalable-bounds.ts';

/**
 * What an observation tells of a change that was called for: the number is there, or not. Bounds are there when the
 * desired count is within them too. Tasks follow later.
 */
export function ecsProgress(change: EcsChange, { desiredCount, scalableTarget }: EcsObservation): Progress {
  switch (change.kind) {
    case 'set-desired-count':
      return desiredCount === change.desiredCount ? 'done' : 'no-sign';
    case 'set-bounds': {
      const { minCapacity, maxCapacity } = change;
      const isThere =
        scalableTarget?.minCapacity === minCapacity && scalableTarget.maxCapacity === maxCapacity;
      return isThere && isWithin(desiredCount, scalableTarget) ? 'done' : 'no-sign';
    }
  }
}
