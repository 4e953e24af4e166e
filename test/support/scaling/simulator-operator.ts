import type { ServerlessScaling } from '../documentdb-api/documentdb-state.ts';
import type { SimulatedService } from './simulator-faults.ts';

type Operate = (service: SimulatedService, action: string, input: Record<string, unknown>) => void;

/**
 * A person at the console, who meddles: the same rules, no HTTP, no faults, and caller `operator` in the journal.
 * Each throws AwsError where AWS would refuse it.
 */
export class SimulatorOperator {
  readonly #operate: Operate;

  constructor(operate: Operate) {
    this.#operate = operate;
  }

  addInstance(clusterId: string, id: string, instanceClass: string, promotionTier = 1): void {
    this.#call('CreateDBInstance', {
      DBInstanceIdentifier: id,
      DBInstanceClass: instanceClass,
      Engine: 'docdb',
      DBClusterIdentifier: clusterId,
      PromotionTier: promotionTier,
    });
  }

  deleteInstance(id: string): void {
    this.#call('DeleteDBInstance', { DBInstanceIdentifier: id });
  }

  resizeInstance(id: string, instanceClass: string, immediately = true): void {
    this.#call('ModifyDBInstance', {
      DBInstanceIdentifier: id,
      DBInstanceClass: instanceClass,
      ApplyImmediately: immediately,
    });
  }

  /** @param target Default: whom AWS chooses. */
  failOver(clusterId: string, target?: string): void {
    this.#call('FailoverDBCluster', {
      DBClusterIdentifier: clusterId,
      ...(target !== undefined && { TargetDBInstanceIdentifier: target }),
    });
  }

  startCluster(clusterId: string): void {
    this.#call('StartDBCluster', { DBClusterIdentifier: clusterId });
  }

  stopCluster(clusterId: string): void {
    this.#call('StopDBCluster', { DBClusterIdentifier: clusterId });
  }

  scaleServerless(clusterId: string, { minCapacity, maxCapacity }: ServerlessScaling): void {
    this.#call('ModifyDBCluster', {
      DBClusterIdentifier: clusterId,
      ServerlessV2ScalingConfiguration: { MinCapacity: minCapacity, MaxCapacity: maxCapacity },
    });
  }

  setDesiredCount(cluster: string, service: string, desiredCount: number): void {
    this.#operate('ecs', 'UpdateService', { cluster, service, desiredCount });
  }

  /** New tasks take the place of all others. */
  deploy(cluster: string, service: string): void {
    this.#operate('ecs', 'UpdateService', { cluster, service, forceNewDeployment: true });
  }

  /** Its tasks stop, it is INACTIVE for an hour, and then gone. */
  deleteService(cluster: string, service: string): void {
    this.#operate('ecs', 'DeleteService', { cluster, service, force: true });
  }

  /** Adds one, or changes its bounds. */
  setScalableTarget(
    cluster: string,
    service: string,
    bounds: { readonly minCapacity: number; readonly maxCapacity: number },
  ): void {
    this.#operate('application-autoscaling', 'RegisterScalableTarget', {
      ...scalableTarget(cluster, service),
      MinCapacity: bounds.minCapacity,
      MaxCapacity: bounds.maxCapacity,
    });
  }

  removeScalableTarget(cluster: string, service: string): void {
    this.#operate('application-autoscaling', 'DeregisterScalableTarget', scalableTarget(cluster, service));
  }

  #call(action: string, input: Record<string, unknown>): void {
    this.#operate('documentdb', action, input);
  }
}

function scalableTarget(cluster: string, service: string): Record<string, string> {
  return {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${cluster}/${service}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  };
}
