import { AwsError } from '../aws-wire/aws-error.ts';
import type { XmlValue } from '../aws-wire/xml.ts';
import type { Mishap } from '../scaling/simulator-faults.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import type { DocumentDbAccount } from './documentdb-account.ts';
import { describeCluster, describeInstance } from './documentdb-answers.ts';
import type { DocumentDbInputs, Tag } from './documentdb-input.ts';
import type { DocumentDbLimits } from './documentdb-limits.ts';
import type { DocumentDbProcesses } from './documentdb-processes.ts';
import { taggedResource } from './documentdb-reads.ts';
import {
  type Cluster,
  DEFAULT_MAINTENANCE_WINDOW,
  DEFAULT_SETTINGS,
  type Instance,
  type InstanceSettings,
} from './documentdb-state.ts';
import { INSTANCE_CLASSES, SERVERLESS_CLASS } from './instance-class.ts';

export const MAX_INSTANCES = 16;
const MAX_TIER = 15;
const DEFAULT_TIER = 1;
/** DCU, in steps of 0.5. */
const SERVERLESS_LIMITS = { minCapacity: 0.5, maxCapacity: 256, step: 0.5 };

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
    if (instanceClass !== undefined) this.#checkClass(instanceClass, this.#getCluster(instance.clusterId));
    checkTier(PromotionTier);
    const cluster = this.#getCluster(instance.clusterId);
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
    const { DBInstanceClass: instanceClass, PromotionTier = DEFAULT_TIER, Tags = [] } = input;
    const id = input.DBInstanceIdentifier.toLowerCase();
    if (input.Engine !== 'docdb')
      throw new AwsError('InvalidParameterValue', `Unknown engine ${input.Engine}`);
    checkInstanceId(id);
    checkTier(PromotionTier);
    const settings = readSettings(input);
    const cluster = this.#getCluster(input.DBClusterIdentifier.toLowerCase());
    this.#checkClass(instanceClass, cluster);
    if (this.#account.findInstance(id) !== undefined) {
      throw new AwsError('DBInstanceAlreadyExists', `DB instance already exists: ${id}`);
    }
    if (cluster.status !== 'available') throw clusterState(cluster, 'available');
    const members = this.#account.membersOf(cluster.id);
    if (members.length >= MAX_INSTANCES) {
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
    this.#takeCapacity(instanceClass);
    const instance: Instance = {
      id,
      arn: `${this.#arnPrefix}:db:${id}`,
      clusterId: cluster.id,
      instanceClass,
      pendingClass: undefined,
      status: 'creating',
      promotionTier: PromotionTier,
      maintenanceWindow: input.PreferredMaintenanceWindow ?? DEFAULT_MAINTENANCE_WINDOW,
      availabilityZone: input.AvailabilityZone ?? `us-east-1${'abc'[members.length % 3]}`,
      settings,
      createdAt: this.#clock.now,
      tags: new Map(readTags(Tags)),
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

function checkInstanceId(id: string): void {
  if (/^[a-z](?!.*--)[a-z0-9-]{0,62}$/.test(id) && !id.endsWith('-')) return;
  throw new AwsError(
    'InvalidParameterValue',
    `The parameter DBInstanceIdentifier is not a valid identifier: ${id}. It begins with a letter, has up to 63 letters, digits and hyphens, and neither two hyphens in a row nor one at the end.`,
  );
}

/** @see https://github.com/aws-controllers-k8s/community/issues/2723 for the first of the refusals */
function readSettings(input: DocumentDbInputs['CreateDBInstance']): InstanceSettings {
  const { EnablePerformanceInsights = false, PerformanceInsightsKMSKeyId } = input;
  if (input.AutoMinorVersionUpgrade !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'AutoMinorVersionUpgrade is a setting of the cluster, not of an instance.',
    );
  }
  if (PerformanceInsightsKMSKeyId !== undefined && !EnablePerformanceInsights) {
    throw new AwsError(
      'InvalidParameterCombination',
      'PerformanceInsightsKMSKeyId goes only with EnablePerformanceInsights.',
    );
  }
  if (EnablePerformanceInsights && input.DBInstanceClass === SERVERLESS_CLASS) {
    throw new AwsError('InvalidParameterCombination', `${SERVERLESS_CLASS} has no Performance Insights.`);
  }
  return {
    CACertificateIdentifier: input.CACertificateIdentifier ?? DEFAULT_SETTINGS.CACertificateIdentifier,
    PerformanceInsightsEnabled: EnablePerformanceInsights,
    ...(PerformanceInsightsKMSKeyId !== undefined && { PerformanceInsightsKMSKeyId }),
  };
}

function checkTier(tier: number | undefined): void {
  if (tier === undefined || (tier >= 0 && tier <= MAX_TIER)) return;
  throw new AwsError('InvalidParameterValue', `Invalid PromotionTier ${tier}: it is from 0 to ${MAX_TIER}.`);
}

function checkServerless(minCapacity: number, maxCapacity: number): void {
  const { minCapacity: least, maxCapacity: most, step } = SERVERLESS_LIMITS;
  const isIn = (capacity: number) => capacity >= least && capacity <= most && (capacity / step) % 1 === 0;
  if (isIn(minCapacity) && isIn(maxCapacity) && maxCapacity >= 1 && minCapacity <= maxCapacity) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Serverless capacity from ${minCapacity} to ${maxCapacity} is out of range: steps of ${step} from ${least} to ${most}.`,
  );
}

function readTags(tags: readonly Tag[]): [string, string][] {
  return tags.map(({ Key, Value = '' }) => [Key, Value]);
}
