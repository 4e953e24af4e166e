import type { DocumentDbApi } from '../documentdb-api/documentdb-api.ts';
import {
  DEFAULT_MAINTENANCE_WINDOW,
  DEFAULT_SETTINGS,
  type InstanceSettings,
  type ServerlessScaling,
} from '../documentdb-api/documentdb-state.ts';
import type { EcsApi } from '../ecs-api/ecs-api.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface GivenCluster {
  readonly id: string;
  /** The first is the writer, unless `writer` names another. None: a cluster without instances. */
  readonly instances: readonly GivenInstance[];
  readonly writer?: string;
  /** Default `available`. */
  readonly status?: 'available' | 'stopped';
  readonly serverless?: ServerlessScaling;
  /** Default `docdb`. */
  readonly engine?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface GivenInstance {
  readonly id: string;
  readonly instanceClass: string;
  /** Default 1. */
  readonly promotionTier?: number;
  /** Default `sun:05:00-sun:05:30`, in UTC. */
  readonly maintenanceWindow?: string;
  readonly settings?: InstanceSettings;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface GivenService {
  readonly cluster: string;
  readonly name: string;
  /** All of them run. */
  readonly desiredCount: number;
  /** Makes it a scalable target of Application Auto Scaling. */
  readonly bounds?: { readonly minCapacity: number; readonly maxCapacity: number };
  readonly tags?: Readonly<Record<string, string>>;
}

/** What a world begins with: there at once, seen by every read, and not in the journal. */
export class SimulatorGivens {
  readonly #documentDb: DocumentDbApi;
  readonly #ecs: EcsApi;
  readonly #clock: VirtualClock;

  constructor(world: {
    readonly documentDb: DocumentDbApi;
    readonly ecs: EcsApi;
    readonly clock: VirtualClock;
  }) {
    this.#documentDb = world.documentDb;
    this.#ecs = world.ecs;
    this.#clock = world.clock;
  }

  /** @throws Error where the writer is none of the instances. */
  cluster({ id, instances, writer = instances[0]?.id, status = 'available', ...more }: GivenCluster): void {
    if (writer !== undefined && !instances.some((instance) => instance.id === writer)) {
      throw new Error(`${writer} is none of the instances of ${id}`);
    }
    const { account, processes, arnPrefix } = this.#documentDb;
    account.putCluster({
      id,
      arn: `${arnPrefix}:cluster:${id}`,
      engine: more.engine ?? 'docdb',
      status,
      writer,
      serverless: more.serverless,
      tags: new Map(Object.entries(more.tags ?? {})),
      activity: 0,
    });
    for (const [index, instance] of instances.entries()) {
      account.putInstance({
        id: instance.id,
        arn: `${arnPrefix}:db:${instance.id}`,
        clusterId: id,
        instanceClass: instance.instanceClass,
        pendingClass: undefined,
        status,
        promotionTier: instance.promotionTier ?? 1,
        maintenanceWindow: instance.maintenanceWindow ?? DEFAULT_MAINTENANCE_WINDOW,
        availabilityZone: `us-east-1${'abc'[index % 3]}`,
        settings: instance.settings ?? DEFAULT_SETTINGS,
        createdAt: this.#clock.now,
        tags: new Map(Object.entries(instance.tags ?? {})),
        activity: 0,
        modification: 0,
      });
    }
    if (status === 'stopped') processes.startWhenStoppedTooLong(id);
    account.history.reset(account.state);
  }

  service({ cluster, name, desiredCount, bounds, tags = {} }: GivenService): void {
    const { account, processes } = this.#ecs;
    account.addCluster(cluster);
    account.putService({
      cluster,
      name,
      status: 'ACTIVE',
      desiredCount,
      deployments: [processes.completeDeployment(desiredCount)],
      tags: new Map(Object.entries(tags)),
    });
    if (bounds !== undefined) {
      account.putScalableTarget(`${cluster}/${name}`, { ...bounds, createdAt: this.#clock.now });
    }
    account.history.reset(account.state);
  }
}
