import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type DocDBClient,
} from '@aws-sdk/client-docdb';
import { DescribeServicesCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { Observation } from '../../handlers/scaling/decision/scaling-target.ts';
import type { DocumentDbObservation } from '../../handlers/scaling/documentdb/observation.ts';
import { replicaIndex } from '../../handlers/scaling/documentdb/replica-name.ts';
import type { EcsObservation } from '../../handlers/scaling/ecs/observation.ts';
import {
  type DocumentDbTarget,
  type EcsTarget,
  type Target,
  targetName,
} from '../../handlers/scaling/plan/plan.ts';
import { failureOfAws } from '../aws-failure.ts';
import { CliError } from '../cli-error.ts';

export interface CapacityClients {
  readonly documentDb: DocDBClient;
  readonly ecs: ECSClient;
  readonly autoScaling: ApplicationAutoScalingClient;
}

/** What Application Auto Scaling calls a service's desired count. */
const DESIRED_COUNT = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
/** DocumentDB's own default. */
const DEFAULT_PROMOTION_TIER = 1;

/** Looks at what targets have now, and changes nothing. */
export class ObservedCapacityStore {
  readonly #clients: CapacityClients;
  readonly #plan: string;

  /** @param plan Replicas with a name that this plan gives are its own. */
  constructor(clients: CapacityClients, plan: string) {
    this.#clients = clients;
    this.#plan = plan;
  }

  /** @throws CliError `Usage` where the target is not there. */
  get(target: Target, signal: AbortSignal): Promise<Observation> {
    return target.kind === 'docdb' ? this.#cluster(target, signal) : this.#service(target, signal);
  }

  async #cluster(target: DocumentDbTarget, abortSignal: AbortSignal): Promise<DocumentDbObservation> {
    const { documentDb } = this.#clients;
    const { clusterId } = target;
    const byCluster = new DescribeDBInstancesCommand({
      Filters: [{ Name: 'db-cluster-id', Values: [clusterId] }],
    });
    const { cluster, instances } = await this.#read(
      target,
      {
        service: 'DocumentDB',
        client: documentDb,
        permission: 'rds:DescribeDBClusters and rds:DescribeDBInstances',
      },
      abortSignal,
      async () => {
        const { DBClusters = [] } = await documentDb.send(
          new DescribeDBClustersCommand({ DBClusterIdentifier: clusterId }),
          { abortSignal },
        );
        const { DBInstances = [] } = await documentDb.send(byCluster, { abortSignal });
        return { cluster: DBClusters[0], instances: DBInstances };
      },
    );
    if (cluster === undefined) throw missing(target);
    const members = new Map(
      (cluster.DBClusterMembers ?? []).map((each) => [each.DBInstanceIdentifier, each]),
    );
    const { MinCapacity, MaxCapacity } = cluster.ServerlessV2ScalingConfiguration ?? {};
    return {
      target,
      arn: cluster.DBClusterArn ?? '',
      status: cluster.Status ?? '',
      instances: instances
        .filter(({ DBClusterIdentifier }) => DBClusterIdentifier === clusterId)
        .map((instance) => {
          const id = instance.DBInstanceIdentifier ?? '';
          const member = members.get(id);
          return {
            id,
            instanceClass: instance.DBInstanceClass ?? '',
            status: instance.DBInstanceStatus ?? '',
            isWriter: member?.IsClusterWriter === true,
            promotionTier: instance.PromotionTier ?? member?.PromotionTier ?? DEFAULT_PROMOTION_TIER,
            ...(replicaIndex(this.#plan, clusterId, id) !== undefined && { owner: this.#plan }),
          };
        })
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      ...(MinCapacity !== undefined &&
        MaxCapacity !== undefined && { serverless: { minCapacity: MinCapacity, maxCapacity: MaxCapacity } }),
    };
  }

  async #service(target: EcsTarget, abortSignal: AbortSignal): Promise<EcsObservation> {
    const { ecs, autoScaling } = this.#clients;
    const { cluster, service: name } = target;
    const service = await this.#read(
      target,
      { service: 'ECS', client: ecs, permission: 'ecs:DescribeServices' },
      abortSignal,
      async () => {
        const command = new DescribeServicesCommand({ cluster, services: [name] });
        const { services = [] } = await ecs.send(command, { abortSignal });
        return services.find(({ status }) => status !== 'INACTIVE');
      },
    );
    if (service === undefined) throw missing(target);
    const id = `service/${cluster}/${name}`;
    const bounds = await this.#read(
      target,
      {
        service: 'Application Auto Scaling',
        client: autoScaling,
        permission: 'application-autoscaling:DescribeScalableTargets',
      },
      abortSignal,
      async () => {
        const command = new DescribeScalableTargetsCommand({ ...DESIRED_COUNT, ResourceIds: [id] });
        const { ScalableTargets = [] } = await autoScaling.send(command, { abortSignal });
        return ScalableTargets.find(({ ResourceId }) => ResourceId === id);
      },
    );
    const { MinCapacity, MaxCapacity } = bounds ?? {};
    const { desiredCount = 0, runningCount = 0, pendingCount = 0 } = service;
    return {
      target,
      arn: service.serviceArn ?? '',
      status: service.status ?? '',
      desiredCount,
      runningCount,
      pendingCount,
      deployments: [],
      ...(MinCapacity !== undefined &&
        MaxCapacity !== undefined && {
          scalableTarget: { minCapacity: MinCapacity, maxCapacity: MaxCapacity },
        }),
    };
  }

  async #read<T>(
    target: Target,
    asked: {
      readonly service: string;
      readonly client: { readonly config: { region(): Promise<string> } };
      readonly permission: string;
    },
    signal: AbortSignal,
    send: () => Promise<T>,
  ): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof Error && /^(DBClusterNotFoundFault|ClusterNotFoundException)$/.test(error.name)) {
        throw missing(target, error);
      }
      const { service, client, permission } = asked;
      throw failureOfAws(error, {
        service,
        region: await client.config.region().catch(() => 'no Region'),
        operation: `describe ${targetName(target)}`,
        permission,
        signal,
      });
    }
  }
}

function missing(target: Target, cause?: Error): CliError {
  return new CliError('Usage', `${targetName(target)} is not there, so there is nothing to observe`, {
    cause,
  });
}
