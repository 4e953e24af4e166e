import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { findOrderableClasses } from '../../../../handlers/scaling/targets/orderable-classes.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { CLUSTER, NEVER } from './documentdb-samples.ts';
import { failing, startScriptedAws } from './scripted-aws.ts';

async function setUp(context: TestContext) {
  const aws = await startScriptedAws(context);
  aws.script('DescribeDBClusters', { result: { DBClusters: [CLUSTER] } });
  const client = aws.clients.documentDb.reads;
  const find = () =>
    findOrderableClasses({ client, clusterId: 'orders', signal: NEVER, patience: QUICK_PATIENCE });
  return { aws, find };
}

function page(Marker: string | undefined, ...classes: readonly string[]) {
  const options = classes.map((DBInstanceClass) => ({ Engine: 'docdb', DBInstanceClass }));
  return { result: { OrderableDBInstanceOptions: options, Marker } };
}

describe("the classes that a cluster's instances can have", () => {
  test('are those of its engine version, each once, from every page', async (context) => {
    const { aws, find } = await setUp(context);
    aws.script(
      'DescribeOrderableDBInstanceOptions',
      page('two', 'db.r6g.large', 'db.r6g.large'),
      page(undefined, 'db.t4g.medium'),
    );
    assert.deepEqual(await find(), new Set(['db.r6g.large', 'db.t4g.medium']));
    const asked = { Engine: 'docdb', EngineVersion: '5.0.0', MaxRecords: '100' };
    assert.deepEqual(
      aws.calls.slice(1).map(({ input }) => input),
      [asked, { ...asked, Marker: 'two' }],
    );
  });

  test('are undefined where there is no such cluster', async (context) => {
    const { aws, find } = await setUp(context);
    aws.script('DescribeDBClusters', failing('DBClusterNotFoundFault', 404));
    assert.equal(await find(), undefined);
    assert.equal(aws.calls.length, 1);
  });

  test('are not asked for where the cluster is of another engine', async (context) => {
    const { aws, find } = await setUp(context);
    aws.script('DescribeDBClusters', { result: { DBClusters: [{ ...CLUSTER, Engine: 'neptune' }] } });
    await assert.rejects(find(), { code: 'InvalidRequest', message: /is of the engine neptune/ });
    assert.equal(aws.calls.length, 1);
  });

  test('are given up where their pages never end', async (context) => {
    const { aws, find } = await setUp(context);
    aws.script('DescribeOrderableDBInstanceOptions', page('again', 'db.r6g.large'));
    await assert.rejects(find(), { code: 'ServiceLimitExceeded', message: /more than 20 pages/ });
    assert.equal(aws.calls.length, 1 + 20);
  });

  test('that may not be read say what the role needs', async (context) => {
    const { aws, find } = await setUp(context);
    aws.script('DescribeOrderableDBInstanceOptions', failing('AccessDenied', 403));
    await assert.rejects(find(), {
      code: 'AccessDenied',
      message: /the service's role needs rds:DescribeOrderableDBInstanceOptions/,
    });
  });
});
