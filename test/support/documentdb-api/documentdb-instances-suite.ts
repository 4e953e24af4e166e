import assert from 'node:assert/strict';
import {
  DBClusterNotFoundFault,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
} from '@aws-sdk/client-docdb';
import type { ConformanceTests } from '../aws-wire/conformance.ts';
import {
  create,
  type DocumentDbUnderTest,
  fill,
  getCluster,
  getInstance,
  listTags,
  remove,
  resize,
  writers,
} from './documentdb-under-test.ts';

/** What DocumentDB's API reference says of changing instances, through the SDK's own client. */
export const DOCUMENTDB_INSTANCES = {
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
    await fill(api);
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
} satisfies ConformanceTests<DocumentDbUnderTest>;
