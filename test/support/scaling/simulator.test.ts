import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  DBInstanceNotFoundFault,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  FailoverDBClusterCommand,
  InvalidDBClusterStateFault,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-docdb';
import { type ScalingSimulator, startScalingSimulator } from './simulator.ts';

const MINUTE_MS = 60_000;

describe('The simulator', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  test('changes a class in time, and not at once', async () => {
    const world = simulator.world();
    world.given.cluster({
      id: 'orders',
      instances: [
        { id: 'orders-1', instanceClass: 'db.r6g.large' },
        { id: 'orders-2', instanceClass: 'db.r6g.large' },
      ],
    });
    const { documentDb } = world.clients();
    const describe = async () =>
      (await documentDb.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'orders-2' })))
        .DBInstances?.[0];
    await documentDb.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: 'orders-2',
        DBInstanceClass: 'db.r6g.xlarge',
        ApplyImmediately: true,
      }),
    );
    const pending = await describe();
    assert.equal(pending?.DBInstanceStatus, 'available');
    assert.equal(pending.DBInstanceClass, 'db.r6g.large');
    assert.equal(pending.PendingModifiedValues?.DBInstanceClass, 'db.r6g.xlarge');
    world.clock.advance(MINUTE_MS);
    assert.equal((await describe())?.DBInstanceStatus, 'modifying');
    world.clock.advance(15 * MINUTE_MS);
    const done = await describe();
    assert.equal(done?.DBInstanceStatus, 'available');
    assert.equal(done.DBInstanceClass, 'db.r6g.xlarge');
    assert.equal(done.PendingModifiedValues?.DBInstanceClass, undefined);
    assert.deepEqual(world.documentDb.account.outages, []);
  });

  test('fails over to the instance that is asked for, and takes nothing else meanwhile', async () => {
    const world = simulator.world();
    world.given.cluster({
      id: 'orders',
      instances: [
        { id: 'orders-1', instanceClass: 'db.r6g.large' },
        { id: 'orders-2', instanceClass: 'db.r6g.large' },
      ],
    });
    const { documentDb } = world.clients();
    const failOver = () =>
      documentDb.send(
        new FailoverDBClusterCommand({
          DBClusterIdentifier: 'orders',
          TargetDBInstanceIdentifier: 'orders-2',
        }),
      );
    await failOver();
    await assert.rejects(failOver(), InvalidDBClusterStateFault);
    world.clock.advance(MINUTE_MS);
    const { DBClusters } = await documentDb.send(new DescribeDBClustersCommand({}));
    assert.equal(DBClusters?.[0]?.Status, 'available');
    assert.deepEqual(
      DBClusters[0].DBClusterMembers?.map(({ DBInstanceIdentifier, IsClusterWriter }) => [
        DBInstanceIdentifier,
        IsClusterWriter,
      ]),
      [
        ['orders-1', false],
        ['orders-2', true],
      ],
    );
    assert.equal(world.documentDb.account.failovers.length, 1);
  });

  test('knows no instance that is not there', async () => {
    const { documentDb } = simulator.world().clients();
    await assert.rejects(
      documentDb.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'none' })),
      DBInstanceNotFoundFault,
    );
  });
});
