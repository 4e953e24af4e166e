import {
  type DBCluster,
  DBClusterNotFoundFault,
  type DBInstance,
  DBInstanceNotFoundFault,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type DocDBClient,
  ListTagsForResourceCommand,
  type Tag,
} from '@aws-sdk/client-docdb';
import { ProviderError } from '../../errors.ts';
import type { Patience } from '../../registry/throttling.ts';
import { readAws } from './aws-read.ts';

/** The engine's name: Aurora and Neptune answer to the same API. */
export const DOCUMENTDB_ENGINE = 'docdb';

const RECORDS_PER_PAGE = 100;
/** A cluster has at most 16 instances, and a page holds 100. */
const MAX_PAGES = 10;

/** DocumentDB's API, as far as it is read here. */
export class DocumentDbReads {
  readonly #client: DocDBClient;
  readonly #patience: Patience | undefined;

  constructor(client: DocDBClient, patience?: Patience) {
    this.#client = client;
    this.#patience = patience;
  }

  /**
   * Undefined where there is no such cluster.
   * @throws ProviderError `InvalidRequest` where it is of another engine.
   */
  async findCluster(clusterId: string, signal: AbortSignal): Promise<DBCluster | undefined> {
    const command = new DescribeDBClustersCommand({ DBClusterIdentifier: clusterId });
    const read = { operation: `describe the cluster ${clusterId}`, action: 'rds:DescribeDBClusters', signal };
    const cluster = await this.#read(read, async () => {
      try {
        const { DBClusters = [] } = await this.#client.send(command, { abortSignal: signal });
        return DBClusters.find(({ DBClusterIdentifier }) => DBClusterIdentifier === clusterId);
      } catch (error) {
        if (error instanceof DBClusterNotFoundFault) return undefined;
        throw error;
      }
    });
    if (cluster === undefined || cluster.Engine === DOCUMENTDB_ENGINE) return cluster;
    throw new ProviderError(
      'InvalidRequest',
      `The cluster ${clusterId} is of the engine ${cluster.Engine}; only clusters of Amazon DocumentDB (${DOCUMENTDB_ENGINE}) are scaled`,
    );
  }

  /** All of a cluster, also those that are no members of it yet. */
  async listInstances(clusterId: string, signal: AbortSignal): Promise<readonly DBInstance[]> {
    const read = {
      operation: `describe the instances of the cluster ${clusterId}`,
      action: 'rds:DescribeDBInstances',
      signal,
    };
    const instances: DBInstance[] = [];
    let marker: string | undefined;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const command = new DescribeDBInstancesCommand({
        Filters: [{ Name: 'db-cluster-id', Values: [clusterId] }],
        MaxRecords: RECORDS_PER_PAGE,
        ...(marker !== undefined && { Marker: marker }),
      });
      const { DBInstances = [], Marker } = await this.#read(read, () =>
        this.#client.send(command, { abortSignal: signal }),
      );
      // A filter that was not understood must not make another cluster's instances this one's.
      instances.push(...DBInstances.filter(({ DBClusterIdentifier }) => DBClusterIdentifier === clusterId));
      if (!Marker) return instances;
      marker = Marker;
    }
    throw new ProviderError(
      'ServiceLimitExceeded',
      `DocumentDB gave more than ${MAX_PAGES} pages of instances of the cluster ${clusterId}`,
    );
  }

  /** Undefined where there is no such instance. */
  findInstance(instance: string, signal: AbortSignal): Promise<DBInstance | undefined> {
    const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance });
    const read = {
      operation: `describe the instance ${instance}`,
      action: 'rds:DescribeDBInstances',
      signal,
    };
    return this.#read(read, async () => {
      try {
        const { DBInstances = [] } = await this.#client.send(command, { abortSignal: signal });
        return DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === instance);
      } catch (error) {
        if (error instanceof DBInstanceNotFoundFault) return undefined;
        throw error;
      }
    });
  }

  /** Undefined where there is no such instance: it is gone, or so new that this read does not know it. */
  findTags(instanceArn: string, signal: AbortSignal): Promise<readonly Tag[] | undefined> {
    const command = new ListTagsForResourceCommand({ ResourceName: instanceArn });
    const read = { operation: `list the tags of ${instanceArn}`, action: 'rds:ListTagsForResource', signal };
    return this.#read(read, async () => {
      try {
        const { TagList = [] } = await this.#client.send(command, { abortSignal: signal });
        return TagList;
      } catch (error) {
        if (error instanceof DBInstanceNotFoundFault) return undefined;
        throw error;
      }
    });
  }

  #read<T>(
    read: { readonly operation: string; readonly action: string; readonly signal: AbortSignal },
    send: () => Promise<T>,
  ): Promise<T> {
    const region = () => this.#client.config.region();
    return readAws({ service: 'DocumentDB', region, patience: this.#patience, ...read }, send);
  }
}
