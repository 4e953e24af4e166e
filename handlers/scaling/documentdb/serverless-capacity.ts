import type { Next } from '../decision/next-change.ts';
import type { DocumentDbGoal } from './goal.ts';
import type { DocumentDbObservation } from './observation.ts';

/** A minimum that moves across it, either way, restarts the serverless instances. */
const RESTART_THRESHOLD_DCU = 1;

/**
 * The change of a serverless cluster's minimum; undefined where there is none to make. The maximum stays as it is.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/docdb-serverless-managing.html
 */
export function nextServerlessCapacity(
  { minCapacity, allowOutage }: DocumentDbGoal,
  { target, serverless }: DocumentDbObservation,
): Next | undefined {
  const { clusterId } = target;
  if (minCapacity === undefined || serverless?.minCapacity === minCapacity) return undefined;
  if (serverless === undefined) {
    const reason = `MinCapacity is for serverless clusters, and ${clusterId} has no serverless capacity`;
    return { kind: 'impossible', reason };
  }
  const { minCapacity: present, maxCapacity } = serverless;
  const change = `MinCapacity of ${clusterId} can't be ${minCapacity}`;
  if (minCapacity > maxCapacity) {
    return { kind: 'impossible', reason: `${change}: the cluster's maximum is ${maxCapacity}` };
  }
  if (!allowOutage && isSmall(present) !== isSmall(minCapacity)) {
    const reason = `${change}: from ${present} it crosses ${RESTART_THRESHOLD_DCU}, which restarts the instances, and that takes AllowOutage: true`;
    return { kind: 'impossible', reason };
  }
  return {
    kind: 'change',
    change: { kind: 'set-min-capacity', minCapacity, maxCapacity },
    reason: `MinCapacity of ${clusterId} is changed from ${present} to ${minCapacity}; the maximum stays ${maxCapacity}`,
  };
}

function isSmall(capacity: number): boolean {
  return capacity <= RESTART_THRESHOLD_DCU;
}
