import type { EcsOriginal } from '../decision/target-state.ts';
import type { EcsObservation } from './observation.ts';

/** What to record of a service before it is changed: with a scalable target the desired count is none of ours. */
export function originalOfService({ desiredCount, scalableTarget }: EcsObservation): EcsOriginal {
  return scalableTarget === undefined
    ? { kind: 'ecs', desiredCount }
    : { kind: 'ecs', bounds: { ...scalableTarget } };
}
