import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
} from '@aws-sdk/client-docdb';
import type { Account } from './account.ts';

const SCALING_TAG = { Key: 'deploytime:scaling', Value: 'true' };
const INSTANCE_CLASS = 'db.r5.large';
const INSTANCES = 2;

/** An instance of a cluster as DocumentDB describes it. */
export interface DatabaseInstance {
  readonly id: string;
  readonly instanceClass: string;
  readonly isWriter: boolean;
}

/** Makes a DocumentDB cluster of two instances that the service may scale. MiniStack makes none by CloudFormation. */
export async function createDatabaseCluster(
  { documentDb }: Account,
  DBClusterIdentifier: string,
  abortSignal: AbortSignal,
): Promise<void> {
  const common = { DBClusterIdentifier, Engine: 'docdb', Tags: [SCALING_TAG] };
  await documentDb.send(
    new CreateDBClusterCommand({
      ...common,
      MasterUsername: 'owner',
      // Nobody ever connects to it.
      MasterUserPassword: crypto.randomUUID(),
    }),
    { abortSignal },
  );
  for (let number = 1; number <= INSTANCES; number += 1) {
    const DBInstanceIdentifier = `${DBClusterIdentifier}-${number}`;
    const instance = { ...common, DBInstanceIdentifier, DBInstanceClass: INSTANCE_CLASS };
    await documentDb.send(new CreateDBInstanceCommand(instance), { abortSignal });
  }
}

/** Whether the account has a cluster of this name. */
export async function hasDatabaseCluster(
  account: Account,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (await findMembers(account, name, signal)) !== undefined;
}

/** The instances of a cluster, by their names; none where there is no such cluster. */
export async function readInstances(
  account: Account,
  name: string,
  abortSignal: AbortSignal,
): Promise<readonly DatabaseInstance[]> {
  const members = (await findMembers(account, name, abortSignal)) ?? [];
  const instances = members.map(async ({ id, isWriter }): Promise<DatabaseInstance> => {
    const { DBInstances } = await account.documentDb.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
      { abortSignal },
    );
    return { id, isWriter, instanceClass: DBInstances?.[0]?.DBInstanceClass ?? '' };
  });
  return (await Promise.all(instances)).sort((a, b) => a.id.localeCompare(b.id));
}

/** Removes a cluster with all its instances, also those that the service made; one that is gone is no error. */
export async function removeDatabaseCluster(
  account: Account,
  DBClusterIdentifier: string,
  abortSignal: AbortSignal,
): Promise<void> {
  const members = await findMembers(account, DBClusterIdentifier, abortSignal);
  if (members === undefined) return;
  for (const { id: DBInstanceIdentifier } of members) {
    await account.documentDb.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier }), { abortSignal });
  }
  await account.documentDb.send(
    new DeleteDBClusterCommand({ DBClusterIdentifier, SkipFinalSnapshot: true }),
    { abortSignal },
  );
}

async function findMembers(
  { documentDb }: Account,
  DBClusterIdentifier: string,
  abortSignal: AbortSignal,
): Promise<{ readonly id: string; readonly isWriter: boolean }[] | undefined> {
  try {
    const { DBClusters } = await documentDb.send(new DescribeDBClustersCommand({ DBClusterIdentifier }), {
      abortSignal,
    });
    const [cluster] = DBClusters ?? [];
    return cluster?.DBClusterMembers?.map(({ DBInstanceIdentifier = '', IsClusterWriter = false }) => ({
      id: DBInstanceIdentifier,
      isWriter: IsClusterWriter,
    }));
  } catch (error) {
    if (error instanceof Error && error.name === 'DBClusterNotFoundFault') return undefined;
    throw error;
  }
}
