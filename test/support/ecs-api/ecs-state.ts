/** By `<cluster>/<service>`. It is replaced, never changed. */
export interface EcsState {
  readonly clusters: ReadonlySet<string>;
  readonly services: ReadonlyMap<string, EcsService>;
  readonly scalableTargets: ReadonlyMap<string, ScalableTarget>;
}

export interface EcsService {
  readonly cluster: string;
  readonly name: string;
  /** A service that is deleted is DRAINING, then INACTIVE for an hour, then gone. */
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly desiredCount: number;
  /** The first is PRIMARY; those after it are being replaced. */
  readonly deployments: readonly EcsDeployment[];
  readonly tags: ReadonlyMap<string, string>;
}

export interface EcsDeployment {
  readonly id: string;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly failedTasks: number;
  readonly rolloutState: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS';
  readonly rolloutStateReason: string;
  readonly createdAt: number;
}

export interface ScalableTarget {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly createdAt: number;
}

export function runningCount({ deployments }: EcsService): number {
  return deployments.reduce((sum, deployment) => sum + deployment.runningCount, 0);
}

export function pendingCount({ deployments }: EcsService): number {
  return deployments.reduce((sum, deployment) => sum + deployment.pendingCount, 0);
}
