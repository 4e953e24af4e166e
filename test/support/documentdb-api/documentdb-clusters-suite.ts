import assert from 'node:assert/strict';
import {
  DBClusterNotFoundFault,
  FailoverDBClusterCommand,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
} from '@aws-sdk/client-docdb';
import type { ConformanceTests } from '../aws-wire/conformance.ts';
import {
  create,
  type DocumentDbUnderTest,
  failOver,
  getCluster,
  getInstance,
  remove,
  resize,
  scale,
  start,
  stop,
  writers,
} from './documentdb-under-test.ts';

/** What DocumentDB's API reference says of changing a cluster, through the SDK's own client. */
export const DOCUMENTDB_CLUSTERS = {
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
} satisfies ConformanceTests<DocumentDbUnderTest>;
