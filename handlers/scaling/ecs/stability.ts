import type { Next } from '../decision/next-change.ts';
import type { EcsDeployment, EcsObservation } from './observation.ts';
import { serviceName } from './service-name.ts';

/** Tasks take some seconds to start or to stop, large ones minutes. */
export const ECS_WAIT_SECONDS = 15;

/**
 * Whether a service with the right numbers is stable: one deployment, and as many tasks running as are desired.
 * A deployment that failed won't become stable by itself. One that failed beside a newer one is being rolled back.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
 */
export function stability(observed: EcsObservation, because: string): Next {
  const { deployments, desiredCount, runningCount, scalableTarget } = observed;
  const name = serviceName(observed);
  const wait = (reason: string): Next => ({ kind: 'wait', seconds: ECS_WAIT_SECONDS, reason });
  const failed = deployments.find((each) => hasFailed(each, deployments));
  if (failed !== undefined) {
    const why = failed.rolloutStateReason === undefined ? '' : `: ${failed.rolloutStateReason}`;
    return { kind: 'impossible', reason: `The deployment ${failed.id} of ${name} has failed${why}` };
  }
  // A blue/green deployment's service shows none.
  if (deployments.length > 1) return wait(`${name} has ${deployments.length} deployments under way`);
  if (runningCount !== desiredCount) {
    return wait(`${name} runs ${runningCount} tasks, and ${desiredCount} are desired`);
  }
  const bounds = scalableTarget && `, within ${scalableTarget.minCapacity}–${scalableTarget.maxCapacity}`;
  const reason = `${name} is stable and has what it should (${because}): ${runningCount} tasks${bounds ?? ''}`;
  return { kind: 'settled', reason };
}

function hasFailed({ status, rolloutState }: EcsDeployment, all: readonly EcsDeployment[]): boolean {
  return rolloutState === 'FAILED' && (status === 'PRIMARY' || all.length === 1);
}
