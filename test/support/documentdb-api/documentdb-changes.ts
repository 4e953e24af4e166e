import { AwsError } from '../aws-wire/aws-error.ts';
import type { XmlValue } from '../aws-wire/xml.ts';
import type { Mishap } from '../scaling/simulator-faults.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import type { DocumentDbAccount } from './documentdb-account.ts';
import { describeCluster, describeInstance } from './documentdb-answers.ts';
import {
  checkInstanceId,
  checkMaintenanceWindow,
  checkServerless,
  checkTier,
  readSettings,
  readTags,
} from './documentdb-checks.ts';
import type { DocumentDbInputs } from './documentdb-input.ts';
import type { DocumentDbLimits } from './documentdb-limits.ts';
import type { DocumentDbProcesses } from './documentdb-processes.ts';
import { taggedResource } from './documentdb-reads.ts';
import { type Cluster, DEFAULT_MAINTENANCE_WINDOW, type Instance } from './documentdb-state.ts';
import { INSTANCE_CLASSES, SERVERLESS_CLASS } from './instance-class.ts';

export const MAX_INSTANCES = 16;
const DEFAULT_TIER = 1;

type Answer = Record<string, XmlValue>;

/** Which changes are taken when, and what each begins. */
export class DocumentDbChanges {
  readonly #account: DocumentDbAccount;
  readonly #processes: DocumentDbProcesses;
  readonly #limits: DocumentDbLimits;
  readonly #clock: VirtualClock;
  readonly #arnPrefix: string;

  /** @param options.arnPrefix `arn:aws:rds:us-east-1:111122223333` */
  constructor(options: {
    readonly account: DocumentDbAccount;
    readonly processes: DocumentDbProcesses;
    readonly limits: DocumentDbLimits;
    readonly clock: VirtualClock;
    readonly arnPrefix: string;
  }) {
    this.#account = options.account;
    this.#processes = options.processes;
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#arnPrefix = options.arnPrefix;
  }

  modifyInstance(input: DocumentDbInputs['ModifyDBInstance'], mishap?: Mishap): Answer {
    const { DBInstanceClass: instanceClass, ApplyImmediately = false, PromotionTier } = input;
    const id = input.DBInstanceIdentifier.toLowerCase();
    const instance = this.#getInstance(id);
    const cluster = this.#getCluster(instance.clusterId);
    if (instanceClass !== undefined) this.#checkClass(instanceClass, cluster);
    checkTier(PromotionTier);
    if (instance.status !== 'available' || cluster.status !== 'available') {
      throw instanceState(
        `Database instance is not in available state: ${id} is ${instance.status}, ${cluster.id} is ${cluster.status}.`,
      );
    }
    if (PromotionTier !== undefined) this.#account.changeInstance(id, { promotionTier: PromotionTier });
    const asked = instanceClass ?? (ApplyImmediately ? instance.pendingClass : undefined);
    if (asked !== undefined) {
      if (asked !== instance.instanceClass && ApplyImmediately) this.#takeCapacity(asked);
      this.#processes.modifyClass(id, asked, ApplyImmediately, mishap);
    }
    return { DBInstance: describeInstance(this.#getInstance(id)) };
  }

  createInstance(input: DocumentDbInputs['CreateDBInstance'], mishap?: Mishap): Answer {
    const { DBInstanceClass: instanceClass, PromotionTier = DEFAULT_TIER } = input;
    const { PreferredMaintenanceWindow: maintenanceWindow = DEFAULT_MAINTENANCE_WINDOW } = input;
    const id = input.DBInstanceIdentifier.toLowerCase();
    checkInstanceId(id);
    checkTier(PromotionTier);
    checkMaintenanceWindow(maintenanceWindow);
    const settings = readSettings(input);
    const tags = readTags(input.Tags ?? []);
    const cluster = this.#getCluster(input.DBClusterIdentifier.toLowerCase());
    if (input.Engine !== cluster.engine) {
      throw new AwsError(
        'InvalidParameterCombination',
        `The engine of ${cluster.id} is ${cluster.engine}, not ${input.Engine}.`,
      );
    }
    this.#checkClass(instanceClass, cluster);
    if (this.#account.findInstance(id) !== undefined) {
      throw new AwsError('DBInstanceAlreadyExists', `DB instance already exists: ${id}`);
    }
    const members = this.#checkRoom(cluster);
    this.#takeCapacity(instanceClass);
    const instance: Instance = {
      id,
      arn: `${this.#arnPrefix}:db:${id}`,
      clusterId: cluster.id,
      instanceClass,
      pendingClass: undefined,
      status: 'creating',
      promotionTier: PromotionTier,
      maintenanceWindow,
      availabilityZone: input.AvailabilityZone ?? `us-east-1${'abc'[members % 3]}`,
      settings,
      createdAt: this.#clock.now,
      tags: new Map(tags),
      activity: 0,
      modification: 0,
    };
    this.#processes.create(instance, mishap);
    return { DBInstance: describeInstance(this.#getInstance(id)) };
  }

  /** The last instance as well, and the writer: AWS has no guard. */
  deleteInstance(input: DocumentDbInputs['DeleteDBInstance']): Answer {
    const id = input.DBInstanceIdentifier.toLowerCase();
    const { status, clusterId } = this.#getInstance(id);
    const cluster = this.#getCluster(clusterId);
    if (status === 'deleting') throw instanceState(`Instance ${id} is already being deleted.`);
    if (cluster.status !== 'available') throw clusterState(cluster, 'available');
    // One that failed is good for nothing else.
    if (status !== 'available' && status !== 'failed')
      throw instanceState(`Instance ${id} is currently ${status}.`);
    this.#processes.delete(id);
    return { DBInstance: describeInstance(this.#getInstance(id)) };
  }

  failOver(input: DocumentDbInputs['FailoverDBCluster'], mishap?: Mishap): Answer {
    const cluster = this.#getCluster(input.DBClusterIdentifier.toLowerCase());
    const target = input.TargetDBInstanceIdentifier?.toLowerCase();
    if (cluster.status !== 'available') throw clusterState(cluster, 'available');
    if (target !== undefined) {
      const instance = this.#account.findInstance(target);
      if (instance?.clusterId !== cluster.id) {
        throw instanceState(`${target} is no instance of the DB cluster ${cluster.id}.`);
      }
      if (target === cluster.writer) throw instanceState(`${target} is already the writer of ${cluster.id}.`);
      if (instance.status !== 'available') throw instanceState(`${target} is currently ${instance.status}.`);
    }
    if (!this.#processes.hasReplica(cluster)) {
      throw new AwsError(
        'InvalidDBClusterStateFault',
        `The DB cluster ${cluster.id} has no replica that is available.`,
      );
    }
    this.#processes.failOver(cluster.id, target, 'asked', mishap);
    return this.#answerCluster(cluster.id);
  }

  startCluster(input: DocumentDbInputs['StartDBCluster']): Answer {
    const cluster = this.#getCluster(input.DBClusterIdentifier.toLowerCase());
    if (cluster.status !== 'stopped') throw clusterState(cluster, 'stopped');
    this.#processes.start(cluster.id);
    return this.#answerCluster(cluster.id);
  }

  stopCluster(input: DocumentDbInputs['StopDBCluster']): Answer {
    const cluster = this.#getCluster(input.DBClusterIdentifier.toLowerCase());
    if (cluster.status !== 'available') throw clusterState(cluster, 'available');
    const members = this.#account.membersOf(cluster.id);
    const busy = members.find(({ status }) => status !== 'available' && status !== 'failed');
    if (busy !== undefined) throw instanceState(`Instance ${busy.id} is currently ${busy.status}.`);
    this.#processes.stop(cluster.id);
    return this.#answerCluster(cluster.id);
  }

  modifyCluster(input: DocumentDbInputs['ModifyDBCluster']): Answer {
    const cluster = this.#getCluster(input.DBClusterIdentifier.toLowerCase());
    const { MinCapacity, MaxCapacity } = input.ServerlessV2ScalingConfiguration ?? {};
    const minCapacity = MinCapacity ?? cluster.serverless?.minCapacity;
    const maxCapacity = MaxCapacity ?? cluster.serverless?.maxCapacity;
    if (MinCapacity === undefined && MaxCapacity === undefined) {
      throw new AwsError('InvalidParameterCombination', 'No modifications were requested');
    }
    if (minCapacity === undefined || maxCapacity === undefined) {
      throw new AwsError('InvalidParameterCombination', 'Both MinCapacity and MaxCapacity are required');
    }
    checkServerless(minCapacity, maxCapacity);
    if (cluster.status !== 'available') throw clusterState(cluster, 'available');
    this.#processes.scaleServerless(cluster.id, { minCapacity, maxCapacity });
    return this.#answerCluster(cluster.id);
  }

  addTags({ ResourceName, Tags }: DocumentDbInputs['AddTagsToResource']): Answer {
    const { kind, resource } = taggedResource(this.#account.state, ResourceName);
    const tags = new Map([...resource.tags, ...readTags(Tags)]);
    if (kind === 'cluster') this.#account.changeCluster(resource.id, { tags });
    else this.#account.changeInstance(resource.id, { tags });
    return {};
  }

  /** @returns How many instances there are. */
  #checkRoom(cluster: Cluster): number {
    if (cluster.status !== 'available') throw clusterState(cluster, 'available');
    const members = this.#account.membersOf(cluster.id).length;
    if (members >= MAX_INSTANCES) {
      throw new AwsError(
        'InstanceQuotaExceeded',
        `The DB cluster ${cluster.id} has ${MAX_INSTANCES} instances; it can have no more.`,
      );
    }
    if (this.#account.state.instances.size >= this.#limits.instanceQuota) {
      throw new AwsError(
        'InstanceQuotaExceeded',
        `The request would exceed the quota of ${this.#limits.instanceQuota} DB instances.`,
      );
    }
    if (!this.#processes.takesAnotherCreation(cluster.id)) {
      throw new AwsError(
        'InvalidDBClusterStateFault',
        `Another instance of the DB cluster ${cluster.id} is being created.`,
      );
    }
    return members;
  }

  #answerCluster(id: string): Answer {
    return { DBCluster: describeCluster(this.#account.state, this.#getCluster(id)) };
  }

  #getCluster(id: string): Cluster {
    const cluster = this.#account.findCluster(id);
    if (cluster === undefined)
      throw new AwsError('DBClusterNotFoundFault', `DBCluster ${id} not found.`, 404);
    return cluster;
  }

  #getInstance(id: string): Instance {
    const instance = this.#account.findInstance(id);
    if (instance === undefined) throw new AwsError('DBInstanceNotFound', `DBInstance ${id} not found.`, 404);
    return instance;
  }

  #takeCapacity(instanceClass: string): void {
    if (this.#limits.takeCapacity(instanceClass, this.#clock.now)) return;
    throw new AwsError(
      'InsufficientDBInstanceCapacity',
      `${instanceClass} is not available in the Availability Zones of the cluster.`,
    );
  }

  #checkClass(instanceClass: string, cluster: Cluster): void {
    if (!INSTANCE_CLASSES.has(instanceClass)) {
      throw new AwsError('InvalidParameterValue', `Invalid DB Instance class: ${instanceClass}`);
    }
    if (instanceClass === SERVERLESS_CLASS && cluster.serverless === undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        `${cluster.id} has no ServerlessV2ScalingConfiguration, which ${SERVERLESS_CLASS} needs.`,
      );
    }
  }
}

function instanceState(message: string): AwsError {
  return new AwsError('InvalidDBInstanceState', message);
}

function clusterState({ id, status }: Cluster, wanted: string): AwsError {
  return new AwsError(
    'InvalidDBClusterStateFault',
    `DbCluster ${id} is in ${status} state, but expected it to be in ${wanted} state.`,
  );
}
