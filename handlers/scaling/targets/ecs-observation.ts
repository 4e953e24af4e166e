import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { ProviderError } from '../../errors.ts';
import type { EcsDeployment, EcsObservation } from '../ecs/observation.ts';
import type { EcsTarget } from '../plan/plan.ts';

/** @throws ProviderError `GeneralServiceException` where something is missing without which nothing can be decided. */
export function readEcsObservation(
  target: EcsTarget,
  service: Service,
  scalableTarget: ScalableTarget | undefined,
): EcsObservation {
  const { MinCapacity, MaxCapacity } = scalableTarget ?? {};
  const field = <T>(name: string, value: T | undefined): T => {
    if (value !== undefined) return value;
    const of = `the service ${target.service} of the cluster ${target.cluster}`;
    throw new ProviderError('GeneralServiceException', `ECS described ${of} without ${name}`);
  };
  return {
    target,
    arn: field('serviceArn', service.serviceArn),
    status: field('status', service.status),
    desiredCount: field('desiredCount', service.desiredCount),
    runningCount: field('runningCount', service.runningCount),
    pendingCount: service.pendingCount ?? 0,
    deployments: (service.deployments ?? []).map(readDeployment),
    ...(MinCapacity !== undefined &&
      MaxCapacity !== undefined && {
        scalableTarget: { minCapacity: MinCapacity, maxCapacity: MaxCapacity },
      }),
  };
}

const ROLLOUT_STATES = ['COMPLETED', 'FAILED', 'IN_PROGRESS'] as const;

function readDeployment(deployment: Deployment): EcsDeployment {
  const { id = '', status = '', rolloutStateReason, failedTasks = 0 } = deployment;
  const rolloutState = ROLLOUT_STATES.find((state) => state === deployment.rolloutState);
  return {
    id,
    status,
    ...(rolloutState !== undefined && { rolloutState }),
    ...(rolloutStateReason !== undefined && { rolloutStateReason }),
    failedTasks,
  };
}
