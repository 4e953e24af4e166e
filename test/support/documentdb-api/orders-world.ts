import assert from 'node:assert/strict';
import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type DocDBClient,
  FailoverDBClusterCommand,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-docdb';
import type { ScalingSimulator } from '../scaling/simulator.ts';
import type { GivenCluster, GivenInstance } from '../scaling/simulator-givens.ts';
import type { SimulatorWorld, SimulatorWorldOptions } from '../scaling/simulator-world.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A world with the cluster `orders`, looked at and changed over the SDK. */
export interface OrdersWorld {
  readonly world: SimulatorWorld;
  readonly client: DocDBClient;
  cluster(): Promise<{ readonly status: string | undefined; readonly writers: readonly string[] }>;
  /** Undefined where it is not there. */
  instance(id: string): Promise<SeenInstance | undefined>;
  modify(id: string, instanceClass: string, immediately?: boolean): Promise<unknown>;
  create(id: string, instanceClass?: string): Promise<unknown>;
  delete(id: string): Promise<unknown>;
  failOver(target?: string): Promise<unknown>;
}

export interface SeenInstance {
  readonly status: string | undefined;
  readonly instanceClass: string | undefined;
  readonly pendingClass: string | undefined;
}

const LARGE = 'db.r6g.large';

/** @param instances Default: `orders-1`, the writer, and `orders-2`, both `db.r6g.large`. */
export function ordersWorld(
  simulator: ScalingSimulator,
  options: SimulatorWorldOptions = {},
  { instances, ...cluster }: Partial<GivenCluster> = {},
): OrdersWorld {
  const world = simulator.world(options);
  world.given.cluster({
    id: 'orders',
    instances: instances ?? [large('orders-1'), large('orders-2')],
    ...cluster,
  });
  const client = world.clients().documentDb;
  return {
    world,
    client,
    cluster: async () => {
      const { DBClusters } = await client.send(
        new DescribeDBClustersCommand({ DBClusterIdentifier: 'orders' }),
      );
      const found = DBClusters?.[0];
      assert.ok(found);
      const writers = (found.DBClusterMembers ?? []).filter(({ IsClusterWriter }) => IsClusterWriter);
      return {
        status: found.Status,
        writers: writers.map(({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier),
      };
    },
    instance: async (id) => {
      const { DBInstances } = await client.send(
        new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-instance-id', Values: [id] }] }),
      );
      const found = DBInstances?.[0];
      return (
        found && {
          status: found.DBInstanceStatus,
          instanceClass: found.DBInstanceClass,
          pendingClass: found.PendingModifiedValues?.DBInstanceClass,
        }
      );
    },
    modify: (id, instanceClass, immediately = true) =>
      client.send(
        new ModifyDBInstanceCommand({
          DBInstanceIdentifier: id,
          DBInstanceClass: instanceClass,
          ApplyImmediately: immediately,
        }),
      ),
    create: (id, instanceClass = LARGE) =>
      client.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: id,
          DBInstanceClass: instanceClass,
          Engine: 'docdb',
          DBClusterIdentifier: 'orders',
        }),
      ),
    delete: (id) => client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: id })),
    failOver: (target) =>
      client.send(
        new FailoverDBClusterCommand({
          DBClusterIdentifier: 'orders',
          ...(target !== undefined && { TargetDBInstanceIdentifier: target }),
        }),
      ),
  };
}

export function large(id: string, promotionTier = 1): GivenInstance {
  return { id, instanceClass: LARGE, promotionTier };
}
