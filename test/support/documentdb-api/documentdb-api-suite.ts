import assert from 'node:assert/strict';
import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  DBClusterNotFoundFault,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  type DocDBClient,
  FailoverDBClusterCommand,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
  ListTagsForResourceCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  StartDBClusterCommand,
  StopDBClusterCommand,
} from '@aws-sdk/client-docdb';
import type { ConformanceTests } from '../aws-wire/conformance.ts';

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

/** What DocumentDB's API reference says of the actions that this project calls, through the SDK's own client. */
export const DOCUMENTDB_TESTS = {
  'a cluster has its members, and one of them is the writer': async (api) => {
    const cluster = await getCluster(api);
    assert.equal(cluster.Status, 'available');
    assert.equal(cluster.Engine, api.engine);
    assert.match(cluster.DBClusterArn ?? '', /^arn:aws:rds:us-east-1:\d{12}:cluster:orders$/);
    assert.deepEqual(await writers(api), ['orders-1']);
    assert.deepEqual(cluster.DBClusterMembers?.map(({ DBInstanceIdentifier: id }) => id).sort(), [
      'orders-1',
      'orders-2',
    ]);
  },
  'a member has its promotion tier': async (api) => {
    const cluster = await getCluster(api);
    assert.deepEqual(
      cluster.DBClusterMembers?.map(({ PromotionTier }) => PromotionTier),
      [1, 1],
    );
  },
  'a cluster that is not there is a fault': async ({ client }) => {
    await assert.rejects(
      client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'none' })),
      DBClusterNotFoundFault,
    );
  },
  'an instance has its class, status, cluster and ARN, and nothing pending': async (api) => {
    const instance = await getInstance(api, 'orders-2');
    assert.equal(instance.DBInstanceClass, 'db.r6g.large');
    assert.equal(instance.DBInstanceStatus, 'available');
    assert.equal(instance.DBClusterIdentifier, 'orders');
    assert.match(instance.DBInstanceArn ?? '', /^arn:aws:rds:us-east-1:\d{12}:db:orders-2$/);
    assert.equal(instance.PendingModifiedValues?.DBInstanceClass, undefined);
  },
  'an instance has its promotion tier': async (api) => {
    assert.equal((await getInstance(api, 'orders-2')).PromotionTier, 1);
  },
  'an instance is found whatever the case of the letters': async (api) => {
    assert.equal((await getInstance(api, 'Orders-2')).DBInstanceIdentifier, 'orders-2');
  },
  'an instance that is not there is a fault': async ({ client }) => {
    await assert.rejects(
      client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'none' })),
      DBInstanceNotFoundFault,
    );
  },
  'the filter db-cluster-id gives the instances of a cluster': async (api) => {
    assert.deepEqual((await listInstances(api, 'orders')).sort(), ['orders-1', 'orders-2']);
  },
  'the filter db-cluster-id gives nothing of a cluster that is not there': async (api) => {
    assert.deepEqual(await listInstances(api, 'none'), []);
  },
  'a filter that is not known is refused': async ({ client }) => {
    await assert.rejects(
      client.send(new DescribeDBInstancesCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] })),
      { name: /^InvalidParameter/ },
    );
  },
  'a page has from 20 to 100 records': async ({ client }) => {
    for (const MaxRecords of [19, 101]) {
      await assert.rejects(client.send(new DescribeDBInstancesCommand({ MaxRecords })), {
        name: 'InvalidParameterValue',
      });
    }
  },
  'a page has all instances that it has room for': async (api) => {
    // A cluster holds 16.
    for (let index = 3; index <= 16; index += 1)
      await create(api, { DBInstanceIdentifier: `orders-${index}` });
    const first = await api.client.send(new DescribeDBInstancesCommand({ MaxRecords: 100 }));
    assert.equal(first.DBInstances?.length, 16);
    assert.equal(first.Marker, undefined);
  },
  'a class changes with ApplyImmediately': async (api) => {
    await resize(api, 'orders-2', 'db.r6g.xlarge', true);
    api.settle();
    const instance = await getInstance(api, 'orders-2');
    assert.equal(instance.DBInstanceClass, 'db.r6g.xlarge');
    assert.equal(instance.PendingModifiedValues?.DBInstanceClass, undefined);
    assert.equal(instance.DBInstanceStatus, 'available');
  },
  'a class only pends without ApplyImmediately': async (api) => {
    await resize(api, 'orders-2', 'db.r6g.xlarge', false);
    api.settle();
    const instance = await getInstance(api, 'orders-2');
    assert.equal(instance.DBInstanceClass, 'db.r6g.large');
    assert.equal(instance.PendingModifiedValues?.DBInstanceClass, 'db.r6g.xlarge');
  },
  'a class takes its time to change': async (api) => {
    await resize(api, 'orders-2', 'db.r6g.xlarge', true);
    assert.equal((await getInstance(api, 'orders-2')).DBInstanceClass, 'db.r6g.large');
  },
  'a class that does not exist is refused': async (api) => {
    await assert.rejects(resize(api, 'orders-2', 'db.r6g.enormous', true), { name: 'InvalidParameterValue' });
    await assert.rejects(create(api, { DBInstanceClass: 'db.r6g.enormous' }), {
      name: 'InvalidParameterValue',
    });
  },
  'an instance that is not there is not changed': async (api) => {
    await assert.rejects(resize(api, 'none', 'db.r6g.xlarge', true), DBInstanceNotFoundFault);
  },
  'an instance is created as a replica, with its class': async (api) => {
    await create(api, { DBInstanceClass: 'db.r6g.2xlarge' });
    api.settle();
    const instance = await getInstance(api, 'orders-3');
    assert.equal(instance.DBInstanceClass, 'db.r6g.2xlarge');
    assert.equal(instance.DBInstanceStatus, 'available');
    assert.deepEqual(await writers(api), ['orders-1']);
    assert.equal((await getCluster(api)).DBClusterMembers?.length, 3);
  },
  'an instance takes its time to be created': async (api) => {
    await create(api, {});
    assert.equal((await getInstance(api, 'orders-3')).DBInstanceStatus, 'creating');
  },
  'an instance is created with its promotion tier': async (api) => {
    await create(api, { PromotionTier: 15 });
    assert.equal((await getInstance(api, 'orders-3')).PromotionTier, 15);
  },
  'an instance is created with its tags': async (api) => {
    const { DBInstance } = await create(api, { Tags: [{ Key: 'deploytime:plan', Value: 'p1' }] });
    assert.deepEqual(await listTags(api, DBInstance?.DBInstanceArn), [
      { Key: 'deploytime:plan', Value: 'p1' },
    ]);
  },
  'an identifier is stored in lower case': async (api) => {
    const { DBInstance } = await create(api, { DBInstanceIdentifier: 'Orders-Three' });
    assert.equal(DBInstance?.DBInstanceIdentifier, 'orders-three');
  },
  'an instance is created once': async (api) => {
    await assert.rejects(create(api, { DBInstanceIdentifier: 'orders-2' }), DBInstanceAlreadyExistsFault);
  },
  'an instance needs a cluster that is there': async (api) => {
    await assert.rejects(create(api, { DBClusterIdentifier: 'none' }), DBClusterNotFoundFault);
  },
  'an identifier begins with a letter, and has no two hyphens in a row and none at the end': async (api) => {
    for (const DBInstanceIdentifier of [
      '3-orders',
      'orders--3',
      'orders-',
      `o${'r'.repeat(63)}`,
      'orders_3',
    ]) {
      await assert.rejects(create(api, { DBInstanceIdentifier }), { name: 'InvalidParameterValue' });
    }
  },
  'a promotion tier is from 0 to 15': async (api) => {
    await assert.rejects(create(api, { PromotionTier: 16 }), { name: 'InvalidParameterValue' });
  },
  'a cluster has at most 16 instances': async (api) => {
    for (let index = 3; index <= 16; index += 1)
      await create(api, { DBInstanceIdentifier: `orders-${index}` });
    await assert.rejects(create(api, { DBInstanceIdentifier: 'orders-17' }));
  },
  'an instance is gone after it was deleted': async (api) => {
    await remove(api, 'orders-2');
    api.settle();
    await assert.rejects(getInstance(api, 'orders-2'), DBInstanceNotFoundFault);
    assert.equal((await getCluster(api)).DBClusterMembers?.length, 1);
    await assert.rejects(remove(api, 'orders-2'), DBInstanceNotFoundFault);
  },
  'an instance that is being deleted is still there': async (api) => {
    await remove(api, 'orders-2');
    assert.equal((await getInstance(api, 'orders-2')).DBInstanceStatus, 'deleting');
  },
  'another takes over where the writer is deleted': async (api) => {
    await remove(api, 'orders-1');
    api.settle();
    assert.deepEqual(await writers(api), ['orders-2']);
  },
  'a failover makes the instance that was asked for the writer': async (api) => {
    await failOver(api, { TargetDBInstanceIdentifier: 'orders-2' });
    api.settle();
    assert.deepEqual(await writers(api), ['orders-2']);
    assert.equal((await getCluster(api)).Status, 'available');
  },
  'a failover takes its time, and the cluster shows it': async (api) => {
    await failOver(api, { TargetDBInstanceIdentifier: 'orders-2' });
    assert.equal((await getCluster(api)).Status, 'failing-over');
    assert.deepEqual(await writers(api), ['orders-1']);
  },
  'a failover without a target makes another the writer': async (api) => {
    await failOver(api, {});
    api.settle();
    assert.deepEqual(await writers(api), ['orders-2']);
  },
  'a failover to what is no member is refused': async (api) => {
    await assert.rejects(failOver(api, { TargetDBInstanceIdentifier: 'none' }));
  },
  'a failover of a cluster that is not there is a fault': async ({ client }) => {
    await assert.rejects(
      client.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'none' })),
      DBClusterNotFoundFault,
    );
  },
  'a cluster that is stopped has stopped instances, and is started again': async (api) => {
    await stop(api);
    api.settle();
    assert.equal((await getCluster(api)).Status, 'stopped');
    assert.equal((await getInstance(api, 'orders-2')).DBInstanceStatus, 'stopped');
    await start(api);
    api.settle();
    assert.equal((await getCluster(api)).Status, 'available');
    assert.equal((await getInstance(api, 'orders-2')).DBInstanceStatus, 'available');
    assert.deepEqual(await writers(api), ['orders-1']);
  },
  'a cluster takes its time to stop and to start': async (api) => {
    await stop(api);
    assert.equal((await getCluster(api)).Status, 'stopping');
    api.settle();
    await start(api);
    assert.equal((await getCluster(api)).Status, 'starting');
  },
  'a stopped cluster is not stopped again, and a running one is not started': async (api) => {
    await assert.rejects(start(api), InvalidDBClusterStateFault);
    await stop(api);
    api.settle();
    await assert.rejects(stop(api), InvalidDBClusterStateFault);
  },
  'a stopped cluster refuses every change': async (api) => {
    await stop(api);
    api.settle();
    await assert.rejects(resize(api, 'orders-2', 'db.r6g.xlarge', true), InvalidDBInstanceStateFault);
    await assert.rejects(create(api, {}), InvalidDBClusterStateFault);
    await assert.rejects(remove(api, 'orders-2'), /InvalidDB(Cluster|Instance)StateFault/);
    await assert.rejects(failOver(api, {}), InvalidDBClusterStateFault);
    await assert.rejects(scale(api, 2, 8), InvalidDBClusterStateFault);
  },
  'an instance that is not available refuses to be changed': async (api) => {
    await create(api, {});
    await assert.rejects(resize(api, 'orders-3', 'db.r6g.xlarge', true), InvalidDBInstanceStateFault);
    await assert.rejects(remove(api, 'orders-3'), InvalidDBInstanceStateFault);
    await assert.rejects(
      failOver(api, { TargetDBInstanceIdentifier: 'orders-3' }),
      InvalidDBInstanceStateFault,
    );
  },
  'a serverless minimum is set': async (api) => {
    await scale(api, 2.5, 8);
    api.settle();
    const { ServerlessV2ScalingConfiguration: scaling, Status } = await getCluster(api);
    assert.deepEqual([scaling?.MinCapacity, scaling?.MaxCapacity, Status], [2.5, 8, 'available']);
  },
  'a serverless capacity goes by half steps, and its minimum is not over its maximum': async (api) => {
    for (const [least, most] of [
      [0.75, 8],
      [16, 8],
      [0, 8],
      [1, 257],
    ] as const) {
      await assert.rejects(scale(api, least, most), { name: 'InvalidParameterValue' });
    }
  },
  'tags are added to a cluster, and one of the same key is replaced': async (api) => {
    const { DBClusterArn: ResourceName } = await getCluster(api);
    const add = (Value: string) =>
      api.client.send(
        new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: 'deploytime:scaling', Value }] }),
      );
    await add('true');
    await add('false');
    assert.deepEqual(await listTags(api, ResourceName), [{ Key: 'deploytime:scaling', Value: 'false' }]);
  },
  'tags of what is not there are a fault': async (api) => {
    const { DBInstanceArn = '' } = await getInstance(api, 'orders-2');
    await assert.rejects(
      listTags(api, DBInstanceArn.replace('orders-2', 'orders-none')),
      DBInstanceNotFoundFault,
    );
  },
  'the classes that can be had are listed': async ({ client, engine }) => {
    const answer = await client.send(
      new DescribeOrderableDBInstanceOptionsCommand({ Engine: engine, DBInstanceClass: 'db.r5.large' }),
    );
    assert.ok((answer.OrderableDBInstanceOptions?.length ?? 0) >= 1);
    for (const option of answer.OrderableDBInstanceOptions ?? []) {
      assert.equal(option.DBInstanceClass, 'db.r5.large');
      assert.equal(option.Engine, engine);
    }
  },
} satisfies ConformanceTests<DocumentDbUnderTest>;

export type DocumentDbTest = keyof typeof DOCUMENTDB_TESTS;

async function getCluster({ client }: DocumentDbUnderTest) {
  const { DBClusters } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'orders' }));
  assert.equal(DBClusters?.length, 1);
  return DBClusters[0] ?? {};
}

async function writers(api: DocumentDbUnderTest): Promise<(string | undefined)[]> {
  const { DBClusterMembers = [] } = await getCluster(api);
  return DBClusterMembers.filter(({ IsClusterWriter }) => IsClusterWriter).map(
    ({ DBInstanceIdentifier }) => DBInstanceIdentifier,
  );
}

async function getInstance({ client }: DocumentDbUnderTest, DBInstanceIdentifier: string) {
  const { DBInstances } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
  assert.equal(DBInstances?.length, 1);
  return DBInstances[0] ?? {};
}

async function listInstances({ client }: DocumentDbUnderTest, cluster: string): Promise<string[]> {
  const { DBInstances = [] } = await client.send(
    new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-cluster-id', Values: [cluster] }] }),
  );
  return DBInstances.map(({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier);
}

async function listTags({ client }: DocumentDbUnderTest, ResourceName: string | undefined) {
  return (await client.send(new ListTagsForResourceCommand({ ResourceName }))).TagList;
}

function resize({ client }: DocumentDbUnderTest, id: string, DBInstanceClass: string, immediately: boolean) {
  return client.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: id,
      DBInstanceClass,
      ApplyImmediately: immediately,
    }),
  );
}

function create({ client, engine }: DocumentDbUnderTest, input: Partial<CreateDBInstanceMessage>) {
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

function remove({ client }: DocumentDbUnderTest, DBInstanceIdentifier: string) {
  return client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier }));
}

function failOver({ client }: DocumentDbUnderTest, target: { readonly TargetDBInstanceIdentifier?: string }) {
  return client.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'orders', ...target }));
}

function stop({ client }: DocumentDbUnderTest) {
  return client.send(new StopDBClusterCommand({ DBClusterIdentifier: 'orders' }));
}

function start({ client }: DocumentDbUnderTest) {
  return client.send(new StartDBClusterCommand({ DBClusterIdentifier: 'orders' }));
}

function scale({ client }: DocumentDbUnderTest, MinCapacity: number, MaxCapacity: number) {
  return client.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier: 'orders',
      ApplyImmediately: true,
      ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity },
    }),
  );
}
