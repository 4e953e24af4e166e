import type { Mishap } from '../scaling/simulator-faults.ts';
import type { SeededRandom } from '../scaling/simulator-random.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import type { DocumentDbAccount, FailoverCause } from './documentdb-account.ts';
import type { Cluster, Instance, ServerlessScaling } from './documentdb-state.ts';
import { type DurationRanges, STOPPED_FOR_AT_MOST_MS } from './durations.ts';
import { memoryGib, SERVERLESS_CLASS } from './instance-class.ts';
import { nextMaintenance } from './maintenance-window.ts';

/** Where the change waits because the cluster or the instance is busy. */
const MODIFY_RETRY_MS = 30_000;

/** What takes time: each begins at once and goes on by the clock. Who may begin what is said elsewhere. */
export class DocumentDbProcesses {
  readonly #account: DocumentDbAccount;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #durations: DurationRanges;
  /** Activities of clusters and instances that never end. */
  readonly #hanging = new Set<number>();

  constructor(
    account: DocumentDbAccount,
    clock: VirtualClock,
    random: SeededRandom,
    durations: DurationRanges,
  ) {
    this.#account = account;
    this.#clock = clock;
    this.#random = random;
    this.#durations = durations;
  }

  create(instance: Instance, mishap?: Mishap): void {
    const activity = this.#account.nextActivity();
    this.#account.putInstance({ ...instance, status: 'creating', activity });
    if (mishap === 'never-ends') return void this.#hanging.add(activity);
    this.#afterwards('create', instance.id, activity, () => {
      if (mishap === 'fails') this.#account.changeInstance(instance.id, { status: 'failed' });
      else this.#makeAvailable(instance.id);
    });
  }

  /** @param immediately Otherwise at the next maintenance window. */
  modifyClass(id: string, instanceClass: string, immediately: boolean, mishap?: Mishap): void {
    const instance = this.#account.findInstance(id);
    if (instance === undefined) return;
    if (instance.instanceClass === instanceClass) {
      this.#account.changeInstance(id, { pendingClass: undefined });
      return;
    }
    const modification = this.#account.nextActivity();
    this.#account.changeInstance(id, { pendingClass: instanceClass, modification });
    const begins =
      immediately && mishap !== 'pends'
        ? this.#clock.now + this.#duration('modifyPickup')
        : nextMaintenance(instance.maintenanceWindow, this.#clock.now);
    this.#clock.at(begins, () => this.#pickUpModification(id, modification, mishap));
  }

  #pickUpModification(id: string, modification: number, mishap?: Mishap): void {
    const instance = this.#account.findInstance(id);
    if (instance?.pendingClass === undefined || instance.modification !== modification) return;
    const cluster = this.#account.findCluster(instance.clusterId);
    if (instance.status !== 'available' || cluster?.status !== 'available') {
      this.#clock.after(MODIFY_RETRY_MS, () => this.#pickUpModification(id, modification, mishap));
      return;
    }
    const { pendingClass } = instance;
    const activity = this.#account.nextActivity();
    this.#account.changeInstance(id, { status: 'modifying', activity });
    if (cluster.writer === id) this.#loseWriter(cluster, 'writer-modified');
    if (mishap === 'never-ends') return void this.#hanging.add(activity);
    this.#afterwards('modify', id, activity, () => {
      if (mishap === 'fails') return this.failInstance(id);
      this.#account.changeInstance(id, { instanceClass: pendingClass, pendingClass: undefined });
      if (this.#random.chance(0.5)) this.#reboot(id);
      else this.#makeAvailable(id);
    });
  }

  delete(id: string): void {
    const instance = this.#account.findInstance(id);
    if (instance === undefined) return;
    const activity = this.#account.nextActivity();
    this.#account.changeInstance(id, { status: 'deleting', activity });
    const cluster = this.#account.findCluster(instance.clusterId);
    if (cluster?.writer === id) this.#loseWriter(cluster, 'writer-deleted');
    this.#afterwards('delete', id, activity, () => {
      this.#account.removeInstance(id);
      const left = this.#account.findCluster(instance.clusterId);
      if (left?.writer === id) this.#account.changeCluster(left.id, { writer: undefined });
      this.#ensureWriter(instance.clusterId);
    });
  }

  /** @param target Undefined: the replica that AWS would choose. */
  failOver(clusterId: string, target: string | undefined, cause: FailoverCause, mishap?: Mishap): void {
    const activity = this.#account.nextActivity();
    this.#account.changeCluster(clusterId, { status: 'failing-over', activity });
    if (mishap === 'never-ends') return void this.#hanging.add(activity);
    this.#account.beginOutage(clusterId, cause);
    const isCurrent = () => this.#account.findCluster(clusterId)?.activity === activity;
    const duration = this.#duration('failover');
    this.#clock.after(Math.floor(duration * (0.2 + 0.7 * this.#random.next())), () => {
      if (!isCurrent()) return;
      if (mishap !== 'changes-nothing') this.#promote(clusterId, target, cause);
      else this.#account.endOutage(clusterId);
    });
    this.#clock.after(duration, () => {
      if (!isCurrent()) return;
      this.#account.changeCluster(clusterId, { status: 'available' });
      this.#ensureWriter(clusterId);
    });
  }

  stop(clusterId: string): void {
    const activity = this.#account.nextActivity();
    this.#account.changeCluster(clusterId, { status: 'stopping', activity });
    this.#changeMembers(clusterId, 'available', 'stopping');
    this.#clock.after(this.#duration('stop'), () => {
      if (this.#account.findCluster(clusterId)?.activity !== activity) return;
      this.#account.changeCluster(clusterId, { status: 'stopped' });
      this.#changeMembers(clusterId, 'stopping', 'stopped');
      this.startWhenStoppedTooLong(clusterId);
    });
  }

  /** AWS starts a cluster by itself, seven days after it was stopped. */
  startWhenStoppedTooLong(clusterId: string): void {
    const activity = this.#account.findCluster(clusterId)?.activity;
    this.#clock.after(STOPPED_FOR_AT_MOST_MS, () => {
      if (this.#account.findCluster(clusterId)?.activity === activity) this.start(clusterId);
    });
  }

  start(clusterId: string): void {
    const activity = this.#account.nextActivity();
    this.#account.changeCluster(clusterId, { status: 'starting', activity });
    this.#changeMembers(clusterId, 'stopped', 'starting');
    this.#clock.after(this.#duration('start'), () => {
      this.#account.changeCluster(clusterId, { status: 'available' });
      for (const { id, status } of this.#account.membersOf(clusterId)) {
        if (status !== 'starting') continue;
        this.#clock.after(this.#duration('startInstance'), () => {
          if (this.#account.findInstance(id)?.status === 'starting') this.#makeAvailable(id);
        });
      }
    });
  }

  /** A new maximum, or a minimum on the other side of 1, restarts the instances. */
  scaleServerless(clusterId: string, serverless: ServerlessScaling): void {
    const before = this.#account.findCluster(clusterId)?.serverless;
    const activity = this.#account.nextActivity();
    this.#account.changeCluster(clusterId, { status: 'modifying', activity });
    this.#clock.after(this.#duration('modifyCluster'), () => {
      const isCurrent = this.#account.findCluster(clusterId)?.activity === activity;
      this.#account.changeCluster(clusterId, { serverless, ...(isCurrent && { status: 'available' }) });
      const restarts =
        before?.maxCapacity !== serverless.maxCapacity ||
        before.minCapacity <= 1 !== serverless.minCapacity <= 1;
      if (!restarts) return;
      for (const { id, status, instanceClass } of this.#account.membersOf(clusterId)) {
        if (status !== 'available' || instanceClass !== SERVERLESS_CLASS) continue;
        if (this.#account.findCluster(clusterId)?.writer === id) {
          this.#account.beginOutage(clusterId, 'capacity-modified');
        }
        this.#reboot(id);
      }
    });
  }

  /** An instance breaks; where it is the writer, another takes over. */
  failInstance(id: string): void {
    const instance = this.#account.findInstance(id);
    if (instance === undefined) return;
    this.#account.changeInstance(id, {
      status: 'failed',
      pendingClass: undefined,
      activity: this.#account.nextActivity(),
    });
    const cluster = this.#account.findCluster(instance.clusterId);
    if (cluster?.writer === id) this.#loseWriter(cluster, 'writer-failed');
  }

  /** AWS's support puts right what hangs, and what failed: it is available again, as it was before. */
  repair(): void {
    const { clusters, instances } = this.#account.state;
    for (const { id, activity } of clusters.values()) {
      if (!this.#hanging.has(activity)) continue;
      this.#account.changeCluster(id, { status: 'available', activity: this.#account.nextActivity() });
      this.#ensureWriter(id);
    }
    for (const { id, status, activity } of instances.values()) {
      if (!this.#hanging.has(activity) && status !== 'failed') continue;
      this.#account.changeInstance(id, { pendingClass: undefined, activity: this.#account.nextActivity() });
      this.#makeAvailable(id);
    }
  }

  /** Parallel creations are taken at times, and at times they are not. */
  takesAnotherCreation(clusterId: string): boolean {
    const isBusy = this.#account.membersOf(clusterId).some(({ status }) => status === 'creating');
    return !isBusy || this.#random.chance(0.5);
  }

  /** Whether there is anybody to fail over to. */
  hasReplica(cluster: Cluster): boolean {
    return this.#availableReplicas(cluster).length > 0;
  }

  #availableReplicas({ id: clusterId, writer }: Cluster): Instance[] {
    return this.#account
      .membersOf(clusterId)
      .filter(({ id, status }) => status === 'available' && id !== writer);
  }

  /**
   * By an explicit target, else the lowest tier, then the largest class; of those that are left, any.
   * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/db-cluster-fault-tolerance.html
   */
  #chooseReplica(cluster: Cluster, target: string | undefined): Instance | undefined {
    const replicas = this.#availableReplicas(cluster);
    const named = replicas.find(({ id }) => id === target);
    if (named !== undefined) return named;
    const lowest = Math.min(...replicas.map(({ promotionTier }) => promotionTier));
    const ofTier = replicas.filter(({ promotionTier }) => promotionTier === lowest);
    const most = Math.max(...ofTier.map(({ instanceClass }) => memoryGib(instanceClass)));
    const equals = ofTier.filter(({ instanceClass }) => memoryGib(instanceClass) === most);
    return equals[this.#random.integer(0, equals.length - 1)];
  }

  #loseWriter(cluster: Cluster, cause: FailoverCause): void {
    if (this.hasReplica(cluster)) this.failOver(cluster.id, undefined, cause);
    else this.#account.beginOutage(cluster.id, cause);
  }

  #promote(clusterId: string, target: string | undefined, cause: FailoverCause): void {
    const cluster = this.#account.findCluster(clusterId);
    if (cluster === undefined) return;
    const replica = this.#chooseReplica(cluster, target);
    const from = cluster.writer;
    if (replica === undefined) {
      if (from !== undefined && this.#account.findInstance(from)?.status === 'available') {
        this.#account.endOutage(clusterId);
      }
      return;
    }
    this.#makeWriter(cluster, replica.id, cause);
    const former = from === undefined ? undefined : this.#account.findInstance(from);
    if (former?.status === 'available' && this.#random.chance(0.5)) this.#reboot(former.id);
  }

  #reboot(id: string): void {
    const activity = this.#account.nextActivity();
    this.#account.changeInstance(id, { status: 'rebooting', activity });
    this.#afterwards('reboot', id, activity, () => this.#makeAvailable(id));
  }

  #makeAvailable(id: string): void {
    const instance = this.#account.findInstance(id);
    if (instance === undefined) return;
    this.#account.changeInstance(id, { status: 'available' });
    if (this.#account.findCluster(instance.clusterId)?.writer === id) {
      this.#account.endOutage(instance.clusterId);
    }
    this.#ensureWriter(instance.clusterId);
  }

  /** A running cluster that has lost its writer takes whoever there is. */
  #ensureWriter(clusterId: string): void {
    const cluster = this.#account.findCluster(clusterId);
    if (cluster?.status !== 'available') return;
    const writer = cluster.writer === undefined ? undefined : this.#account.findInstance(cluster.writer);
    if (writer !== undefined && writer.status !== 'deleting' && writer.status !== 'failed') return;
    const successor = this.#chooseReplica(cluster, undefined);
    if (successor !== undefined) this.#makeWriter(cluster, successor.id, 'writer-lost');
  }

  #makeWriter({ id: clusterId, writer: from }: Cluster, to: string, cause: FailoverCause): void {
    this.#account.failovers.push({ at: this.#clock.now, clusterId, from, to, cause });
    this.#account.changeCluster(clusterId, { writer: to });
    this.#account.endOutage(clusterId);
  }

  #changeMembers(clusterId: string, from: Instance['status'], to: Instance['status']): void {
    for (const { id, status } of this.#account.membersOf(clusterId)) {
      if (status === from) this.#account.changeInstance(id, { status: to });
    }
  }

  /** Unless something else has begun with the instance meanwhile. */
  #afterwards(what: keyof DurationRanges, id: string, activity: number, callback: () => void): void {
    this.#clock.after(this.#duration(what), () => {
      if (this.#account.findInstance(id)?.activity === activity) callback();
    });
  }

  #duration(what: keyof DurationRanges): number {
    return this.#random.integer(...this.#durations[what]);
  }
}
