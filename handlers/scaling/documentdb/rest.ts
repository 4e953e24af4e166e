import type { Next } from '../decision/next-change.ts';
import { clusterCondition } from './cluster-status.ts';
import { FAIL_OVER_WAIT_SECONDS } from './fail-over.ts';
import { instanceCondition } from './instance-status.ts';
import type { DocumentDbObservation } from './observation.ts';

/** An instance takes 6 to 10 minutes to be made or changed, a cluster some minutes to stop or start. */
export const INSTANCE_WAIT_SECONDS = 30;

/**
 * What is under way among the instances of a cluster that is available or stopped, or what its two reads disagree
 * about: nothing is changed then. Undefined where they are at rest; one that failed is, it doesn't change any more.
 */
export function unrest({ target, status, instances }: DocumentDbObservation): Next | undefined {
  const { clusterId } = target;
  const isStopped = clusterCondition(status) === 'stopped';
  const moving = instances.find((instance) => {
    const condition = instanceCondition(instance.status);
    return (
      condition === 'in-transition' || condition === 'deleting' || (condition === 'stopped' && !isStopped)
    );
  });
  if (moving !== undefined) {
    return wait(INSTANCE_WAIT_SECONDS, `Instance ${moving.id} of ${clusterId} is ${moving.status}`);
  }
  const doubled = instances.find(({ id }, at) => instances.findIndex((each) => each.id === id) !== at);
  if (doubled !== undefined) {
    return wait(INSTANCE_WAIT_SECONDS, `Instance ${doubled.id} of ${clusterId} is listed twice`);
  }
  const writers = instances.filter(({ isWriter }) => isWriter).length;
  const needsWriter = !isStopped && instances.length > 0;
  if (writers === 1 || (writers === 0 && !needsWriter)) return undefined;
  const seen = writers === 0 ? 'no writer' : `${writers} writers`;
  return wait(
    FAIL_OVER_WAIT_SECONDS,
    `${clusterId} shows ${seen}: a failover is under way, or its reads disagree`,
  );
}

function wait(seconds: number, reason: string): Next {
  return { kind: 'wait', seconds, reason };
}
