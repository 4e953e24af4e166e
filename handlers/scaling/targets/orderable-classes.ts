import { DescribeOrderableDBInstanceOptionsCommand, type DocDBClient } from '@aws-sdk/client-docdb';
import { ProviderError } from '../../errors.ts';
import type { Patience } from '../../registry/throttling.ts';
import { readAws } from './aws-read.ts';
import { DOCUMENTDB_ENGINE, DocumentDbReads } from './documentdb-reads.ts';

export interface OrderableClassesOptions {
  readonly client: DocDBClient;
  readonly clusterId: string;
  readonly signal: AbortSignal;
  readonly patience?: Patience;
}

const RECORDS_PER_PAGE = 100;
/** An engine version has some dozens of classes. */
const MAX_PAGES = 20;

/**
 * The classes that an instance of this cluster can have, for its engine version, in this Region. What is orderable may
 * still lack capacity at the time. Undefined where there is no such cluster.
 * @throws ProviderError `InvalidRequest` where the cluster is of another engine, and as of any read.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeOrderableDBInstanceOptions.html
 */
export async function findOrderableClasses(
  options: OrderableClassesOptions,
): Promise<ReadonlySet<string> | undefined> {
  const { client, clusterId, signal, patience } = options;
  const cluster = await new DocumentDbReads(client, patience).findCluster(clusterId, signal);
  if (cluster === undefined) return undefined;
  const read = {
    service: 'DocumentDB',
    operation: `describe the instance classes for the cluster ${clusterId}`,
    action: 'rds:DescribeOrderableDBInstanceOptions',
    region: () => client.config.region(),
    patience,
    signal,
  };
  const classes = new Set<string>();
  let marker: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const command = new DescribeOrderableDBInstanceOptionsCommand({
      Engine: DOCUMENTDB_ENGINE,
      EngineVersion: cluster.EngineVersion,
      MaxRecords: RECORDS_PER_PAGE,
      ...(marker !== undefined && { Marker: marker }),
    });
    const { OrderableDBInstanceOptions = [], Marker } = await readAws(read, () =>
      client.send(command, { abortSignal: signal }),
    );
    for (const { DBInstanceClass } of OrderableDBInstanceOptions) {
      if (DBInstanceClass) classes.add(DBInstanceClass);
    }
    if (!Marker) return classes;
    marker = Marker;
  }
  throw new ProviderError(
    'ServiceLimitExceeded',
    `DocumentDB gave more than ${MAX_PAGES} pages of instance classes for the cluster ${clusterId}`,
  );
}
