import type { EcsObservation } from './observation.ts';

/** As a person calls it: `prod/batch`. */
export function serviceName({ target }: Pick<EcsObservation, 'target'>): string {
  return `${target.cluster}/${target.service}`;
}
