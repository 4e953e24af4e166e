import type { EcsTarget } from '../plan/plan.ts';

/** An ECS service as the API showed it. Reads are eventually consistent. */
export interface EcsObservation {
  readonly target: EcsTarget;
  readonly arn: string;
  /** `ACTIVE`, `DRAINING`; a service that is INACTIVE is not there. */
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly deployments: readonly EcsDeployment[];
  /** Application Auto Scaling's, for `ecs:service:DesiredCount`; undefined where there is none. */
  readonly scalableTarget?: { readonly minCapacity: number; readonly maxCapacity: number };
}

export interface EcsDeployment {
  readonly id: string;
  /** `PRIMARY`, `ACTIVE`, `INACTIVE`. */
  readonly status: string;
  readonly rolloutState?: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS';
  readonly rolloutStateReason?: string;
  readonly failedTasks: number;
}
