import type { ServerlessScaling } from '../documentdb-api/documentdb-state.ts';

/**
 * A person at the console, who meddles: the same rules, no HTTP, no faults, and caller `operator` in the journal.
 * Each throws AwsError where AWS would refuse it.
 */
export class SimulatorOperator {
  readonly #call: (action: string, input: Record<string, unknown>) => void;

  constructor(call: (action: string, input: Record<string, unknown>) => void) {
    this.#call = call;
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
}
