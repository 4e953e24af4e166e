import { StateHistory } from '../scaling/simulator-history.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import { type Cluster, type DocumentDbState, type Instance, membersOf } from './documentdb-state.ts';

export interface Failover {
  readonly at: number;
  readonly clusterId: string;
  /** Undefined: there was no writer any more. */
  readonly from: string | undefined;
  readonly to: string;
  readonly cause: FailoverCause;
}

export type FailoverCause =
  /** FailoverDBCluster. */
  | 'asked'
  | 'writer-modified'
  | 'writer-deleted'
  | 'writer-failed'
  /** A writer went, and nobody could follow it at once. */
  | 'writer-lost';

/** A span in which nothing could be written to a running cluster. */
export interface Outage {
  readonly clusterId: string;
  readonly from: number;
  /** Undefined: it goes on. */
  until: number | undefined;
  readonly cause: FailoverCause | 'capacity-modified';
}

/** What is there, and what became of it. All changes go through here. */
export class DocumentDbAccount {
  readonly history = new StateHistory<DocumentDbState>({ clusters: new Map(), instances: new Map() });
  readonly failovers: Failover[] = [];
  readonly outages: Outage[] = [];
  readonly #clock: VirtualClock;
  #activity = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get state(): DocumentDbState {
    return this.history.current;
  }

  findCluster(id: string): Cluster | undefined {
    return this.state.clusters.get(id);
  }

  findInstance(id: string): Instance | undefined {
    return this.state.instances.get(id);
  }

  /** Ordered by id. */
  membersOf(clusterId: string): Instance[] {
    return membersOf(this.state, clusterId);
  }

  /** A number for something that begins now. */
  nextActivity(): number {
    this.#activity += 1;
    return this.#activity;
  }

  putCluster(cluster: Cluster): void {
    this.#set({ ...this.state, clusters: new Map(this.state.clusters).set(cluster.id, cluster) });
  }

  putInstance(instance: Instance): void {
    this.#set({ ...this.state, instances: new Map(this.state.instances).set(instance.id, instance) });
  }

  changeCluster(id: string, change: Partial<Cluster>): void {
    const cluster = this.findCluster(id);
    if (cluster !== undefined) this.putCluster({ ...cluster, ...change });
  }

  changeInstance(id: string, change: Partial<Instance>): void {
    const instance = this.findInstance(id);
    if (instance !== undefined) this.putInstance({ ...instance, ...change });
  }

  removeInstance(id: string): void {
    const instances = new Map(this.state.instances);
    instances.delete(id);
    this.#set({ ...this.state, instances });
  }

  removeCluster(id: string): void {
    const clusters = new Map(this.state.clusters);
    clusters.delete(id);
    this.#set({ ...this.state, clusters });
  }

  /** All writers that the cluster has had since, the present one included. */
  writersSince(clusterId: string, instant: number): string[] {
    const writers = this.history.since(instant).map(({ clusters }) => clusters.get(clusterId)?.writer);
    return [...new Set(writers.filter((writer) => writer !== undefined))];
  }

  beginOutage(clusterId: string, cause: Outage['cause']): void {
    if (this.outages.some((outage) => outage.clusterId === clusterId && outage.until === undefined)) return;
    this.outages.push({ clusterId, from: this.#clock.now, until: undefined, cause });
  }

  endOutage(clusterId: string): void {
    for (const outage of this.outages) {
      if (outage.clusterId === clusterId && outage.until === undefined) outage.until = this.#clock.now;
    }
  }

  #set(state: DocumentDbState): void {
    this.history.set(state, this.#clock.now);
  }
}
