import type { EcsGoal } from '../../../../handlers/scaling/ecs/goal.ts';
import type { EcsDeployment, EcsObservation } from '../../../../handlers/scaling/ecs/observation.ts';

export function deployment(parts: Partial<EcsDeployment> = {}): EcsDeployment {
  return { id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'COMPLETED', failedTasks: 0, ...parts };
}

/** Four tasks, all running, unless it says otherwise. */
export function service(parts: Partial<EcsObservation> = {}): EcsObservation {
  const desiredCount = parts.desiredCount ?? 4;
  return {
    target: { kind: 'ecs', cluster: 'prod', service: 'batch' },
    arn: 'arn:aws:ecs:us-east-1:111122223333:service/prod/batch',
    status: 'ACTIVE',
    desiredCount,
    runningCount: desiredCount,
    pendingCount: 0,
    deployments: [deployment()],
    ...parts,
  };
}

export const BECAUSE = 'scenario nightly-batch';

export function desired(desiredCount: number): EcsGoal {
  return { because: BECAUSE, asked: { kind: 'desired-count', desiredCount } };
}

export function bounds(parts: { minCapacity?: number; maxCapacity?: number }): EcsGoal {
  return { because: BECAUSE, asked: { kind: 'bounds', ...parts } };
}
