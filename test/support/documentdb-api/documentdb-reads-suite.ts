import assert from 'node:assert/strict';
import {
  AddTagsToResourceCommand,
  DBClusterNotFoundFault,
  DBInstanceNotFoundFault,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeOrderableDBInstanceOptionsCommand,
} from '@aws-sdk/client-docdb';
import type { ConformanceTests } from '../aws-wire/conformance.ts';
import {
  type DocumentDbUnderTest,
  fill,
  getCluster,
  getInstance,
  listInstances,
  listTags,
  writers,
} from './documentdb-under-test.ts';

/** What DocumentDB's API reference says of reading, through the SDK's own client. */
export const DOCUMENTDB_READS = {
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
    await fill(api);
    const first = await api.client.send(new DescribeDBInstancesCommand({ MaxRecords: 100 }));
    assert.equal(first.DBInstances?.length, 16);
    assert.equal(first.Marker, undefined);
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
