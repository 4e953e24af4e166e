import type { DocumentDbApi } from '../documentdb-api/documentdb-api.ts';
import type { ServerlessScaling } from '../documentdb-api/documentdb-state.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface GivenCluster {
  readonly id: string;
  /** The first is the writer, unless `writer` names another. None: a cluster without instances. */
  readonly instances: readonly GivenInstance[];
  readonly writer?: string;
  /** Default `available`. */
  readonly status?: 'available' | 'stopped';
  readonly serverless?: ServerlessScaling;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface GivenInstance {
  readonly id: string;
  readonly instanceClass: string;
  /** Default 1. */
  readonly promotionTier?: number;
  /** Default `sun:05:00-sun:05:30`, in UTC. */
  readonly maintenanceWindow?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What a world begins with: there at once, seen by every read, and not in the journal. */
export class SimulatorGivens {
  readonly #documentDb: DocumentDbApi;
  readonly #arnPrefix: string;
  readonly #clock: VirtualClock;

  constructor(documentDb: DocumentDbApi, arnPrefix: string, clock: VirtualClock) {
    this.#documentDb = documentDb;
    this.#arnPrefix = arnPrefix;
    this.#clock = clock;
  }

  /** @throws Error where the writer is none of the instances. */
  cluster({ id, instances, writer = instances[0]?.id, status = 'available', ...more }: GivenCluster): void {
    if (writer !== undefined && !instances.some((instance) => instance.id === writer)) {
      throw new Error(`${writer} is none of the instances of ${id}`);
    }
    const { account, processes } = this.#documentDb;
    account.putCluster({
      id,
      arn: `${this.#arnPrefix}:cluster:${id}`,
      status,
      writer,
      serverless: more.serverless,
      tags: new Map(Object.entries(more.tags ?? {})),
      activity: 0,
    });
    for (const [index, instance] of instances.entries()) {
      account.putInstance({
        id: instance.id,
        arn: `${this.#arnPrefix}:db:${instance.id}`,
        clusterId: id,
        instanceClass: instance.instanceClass,
        pendingClass: undefined,
        status,
        promotionTier: instance.promotionTier ?? 1,
        maintenanceWindow: instance.maintenanceWindow ?? 'sun:05:00-sun:05:30',
        availabilityZone: `us-east-1${'abc'[index % 3]}`,
        createdAt: this.#clock.now,
        tags: new Map(Object.entries(instance.tags ?? {})),
        activity: 0,
        modification: 0,
      });
    }
    if (status === 'stopped') processes.startWhenStoppedTooLong(id);
    account.history.reset(account.state);
  }
}
