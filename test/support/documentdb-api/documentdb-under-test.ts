import assert from 'node:assert/strict';
import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type DocDBClient,
  FailoverDBClusterCommand,
  ListTagsForResourceCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  StartDBClusterCommand,
  StopDBClusterCommand,
} from '@aws-sdk/client-docdb';

/**
 * A DocumentDB API with one cluster, `orders`, of the instances `orders-1` (the writer) and `orders-2`, both
 * `db.r6g.large` and available, without tags, with a serverless capacity from 1 to 8.
 */
export interface DocumentDbUnderTest {
  readonly client: DocDBClient;
  /** `docdb`, unless the server knows only its siblings, which have the same API. */
  readonly engine: string;
  /** Lets what is under way come to its end. */
  settle(): void;
}

export async function getCluster({ client }: DocumentDbUnderTest) {
  const { DBClusters } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'orders' }));
  assert.equal(DBClusters?.length, 1);
  return DBClusters[0] ?? {};
}

export async function writers(api: DocumentDbUnderTest): Promise<(string | undefined)[]> {
  const { DBClusterMembers = [] } = await getCluster(api);
  return DBClusterMembers.filter(({ IsClusterWriter }) => IsClusterWriter).map(
    ({ DBInstanceIdentifier }) => DBInstanceIdentifier,
  );
}

export async function getInstance({ client }: DocumentDbUnderTest, DBInstanceIdentifier: string) {
  const { DBInstances } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
  assert.equal(DBInstances?.length, 1);
  return DBInstances[0] ?? {};
}

export async function listInstances({ client }: DocumentDbUnderTest, cluster: string): Promise<string[]> {
  const { DBInstances = [] } = await client.send(
    new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-cluster-id', Values: [cluster] }] }),
  );
  return DBInstances.map(({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier);
}

export async function listTags({ client }: DocumentDbUnderTest, ResourceName: string | undefined) {
  return (await client.send(new ListTagsForResourceCommand({ ResourceName }))).TagList;
}

export function resize(
  { client }: DocumentDbUnderTest,
  id: string,
  DBInstanceClass: string,
  immediately: boolean,
) {
  return client.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: id,
      DBInstanceClass,
      ApplyImmediately: immediately,
    }),
  );
}

export function create({ client, engine }: DocumentDbUnderTest, input: Partial<CreateDBInstanceMessage>) {
  return client.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'orders-3',
      DBInstanceClass: 'db.r6g.large',
      Engine: engine,
      DBClusterIdentifier: 'orders',
      ...input,
    }),
  );
}

/** With as many instances as a cluster can have, 16. */
export async function fill(api: DocumentDbUnderTest): Promise<void> {
  for (let index = 3; index <= 16; index += 1) {
    await create(api, { DBInstanceIdentifier: `orders-${index}` });
    api.settle();
  }
}

export function remove({ client }: DocumentDbUnderTest, DBInstanceIdentifier: string) {
  return client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier }));
}

export function failOver(
  { client }: DocumentDbUnderTest,
  target: { readonly TargetDBInstanceIdentifier?: string },
) {
  return client.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'orders', ...target }));
}

export function stop({ client }: DocumentDbUnderTest) {
  return client.send(new StopDBClusterCommand({ DBClusterIdentifier: 'orders' }));
}

export function start({ client }: DocumentDbUnderTest) {
  return client.send(new StartDBClusterCommand({ DBClusterIdentifier: 'orders' }));
}

export function scale({ client }: DocumentDbUnderTest, MinCapacity: number, MaxCapacity: number) {
  return client.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier: 'orders',
      ApplyImmediately: true,
      ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity },
    }),
  );
}
