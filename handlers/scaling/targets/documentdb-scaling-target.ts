import type { DBInstance, DocDBClient } from '@aws-sdk/client-docdb';
import { printable } from '../../registry/foreign-text.ts';
import type { Patience } from '../../registry/throttling.ts';
import type { DocumentDbChange } from '../decision/change.ts';
import type { ChangeAnswer, Refusal } from '../decision/scaling-target.ts';
import type { DocumentDbObservation } from '../documentdb/observation.ts';
import type { DocumentDbTarget } from '../plan/plan.ts';
import { documentDbCall } from './documentdb-call.ts';
import { readObservation } from './documentdb-observation.ts';
import { DocumentDbReads } from './documentdb-reads.ts';
import { answerTo, refusalOfRead } from './refusal.ts';
import { ownerOf, ReplicaOwners } from './replica-owners.ts';
import type { ScalingClients } from './scaling-clients.ts';
import { OWNER_TAG_KEY } from './tags.ts';

export interface DocumentDbScalingTargetOptions {
  readonly clients: Pick<ScalingClients, 'documentDb'>;
  /** How long throttled reads are waited for. */
  readonly patience?: Patience | undefined;
}

/** Clusters of Amazon DocumentDB, over their API. The methods are those of ScalingTarget. */
export class DocumentDbScalingTarget {
  readonly #changes: DocDBClient;
  readonly #reads: DocumentDbReads;
  readonly #owners: ReplicaOwners;

  constructor({ clients: { documentDb }, patience }: DocumentDbScalingTargetOptions) {
    this.#changes = documentDb.changes;
    this.#reads = new DocumentDbReads(documentDb.reads, patience);
    this.#owners = new ReplicaOwners(this.#reads);
  }

  async observe(target: DocumentDbTarget, signal: AbortSignal): Promise<DocumentDbObservation | undefined> {
    const cluster = await this.#reads.findCluster(target.clusterId, signal);
    if (cluster === undefined) return undefined;
    const instances = await this.#reads.listInstances(target.clusterId, signal);
    const owners = new Map<string, string>();
    for (const instance of instances) {
      const owner = await this.#owners.findOwner(instance, signal);
      if (owner !== undefined) owners.set(instance.DBInstanceIdentifier ?? '', owner);
    }
    return readObservation(target, { cluster, instances, owners });
  }

  /** A replica is created after the writer's settings, and deleted only while its tag says whose it is. */
  async apply(
    observation: DocumentDbObservation,
    change: DocumentDbChange,
    signal: AbortSignal,
  ): Promise<ChangeAnswer> {
    signal.throwIfAborted();
    const { clusterId } = observation.target;
    let model: DBInstance | undefined;
    try {
      if (change.kind === 'create-replica') model = await this.#findWriter(observation, signal);
      if (change.kind === 'delete-replica') {
        const refusal = await this.#refuseForeign(observation, change.instance, signal);
        if (refusal !== undefined) return refusal;
      }
    } catch (error) {
      return refusalOfRead(error);
    }
    const call = documentDbCall(clusterId, change, model);
    return answerTo(call, () => call.send(this.#changes, signal));
  }

  async #findWriter(
    { instances }: DocumentDbObservation,
    signal: AbortSignal,
  ): Promise<DBInstance | undefined> {
    const writer = instances.find(({ isWriter }) => isWriter);
    return writer && (await this.#reads.findInstance(writer.id, signal));
  }

  /** What was observed of the owner may be remembered; who takes a replica over changes its tag. */
  async #refuseForeign(
    { target, instances }: DocumentDbObservation,
    id: string,
    signal: AbortSignal,
  ): Promise<Refusal | undefined> {
    const found = await this.#reads.findInstance(id, signal);
    const tags = found?.DBInstanceArn && (await this.#reads.findTags(found.DBInstanceArn, signal));
    if (!found || !tags) {
      return { kind: 'not-found', message: `DocumentDB has no instance ${id} that could be deleted` };
    }
    const refuse = (because: string): Refusal => ({
      kind: 'access',
      message: `The instance ${id} was not deleted: ${because}`,
    });
    const { clusterId } = target;
    if (found.DBClusterIdentifier !== clusterId) {
      return refuse(`it is of the cluster ${found.DBClusterIdentifier} and not of ${clusterId}`);
    }
    const observed = instances.find((instance) => instance.id === id)?.owner;
    const owner = ownerOf(tags);
    if (owner !== undefined && owner === observed) return undefined;
    this.#owners.forget(found);
    const says = owner === undefined ? 'is not there' : `names ${printable(owner)}`;
    return refuse(`its tag ${OWNER_TAG_KEY} ${says}, so it is not known to be one of this plan's`);
  }
}
