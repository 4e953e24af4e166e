import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ARN, CLUSTER, instance, NEVER, ORDERS, observed, setUp, show } from './documentdb-samples.ts';
import { failing } from './scripted-aws.ts';

describe('a DocumentDB cluster', () => {
  test('is shown with its members, ordered by name, with what is pending and who is the writer', async (context) => {
    const { aws, target } = await setUp(context);
    show(
      aws,
      { ...CLUSTER, ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16 } },
      instance('orders-2', {
        PromotionTier: 3,
        PendingModifiedValues: { DBInstanceClass: 'db.r6g.2xlarge' },
        DBInstanceStatus: 'modifying',
      }),
      instance('orders-1', { PromotionTier: 0, PendingModifiedValues: {} }),
    );
    assert.deepEqual(await target.observe(ORDERS, NEVER), {
      target: ORDERS,
      arn: `${ARN}:cluster:orders`,
      status: 'available',
      instances: [
        observed('orders-1', { isWriter: true, promotionTier: 0 }),
        observed('orders-2', { pendingClass: 'db.r6g.2xlarge', status: 'modifying', promotionTier: 3 }),
      ],
      serverless: { minCapacity: 0.5, maxCapacity: 16 },
    });
    assert.deepEqual(aws.calls, [
      { action: 'DescribeDBClusters', input: { DBClusterIdentifier: 'orders' } },
      {
        action: 'DescribeDBInstances',
        input: {
          'Filters.Filter.1.Name': 'db-cluster-id',
          'Filters.Filter.1.Values.Value.1': 'orders',
          MaxRecords: '100',
        },
      },
    ]);
  });

  test('is shown with an instance that is no member yet, and without a member of which nothing is known', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance('orders-1'), instance('orders-3', { DBInstanceStatus: 'creating' }));
    const observation = await target.observe(ORDERS, NEVER);
    assert.deepEqual(
      observation?.instances.map(({ id, status, isWriter }) => [id, status, isWriter]),
      [
        ['orders-1', 'available', true],
        ['orders-3', 'creating', false],
      ],
    );
  });

  test('is shown with all instances, however many pages they come in', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER);
    aws.script(
      'DescribeDBInstances',
      { result: { DBInstances: [instance('orders-1')], Marker: 'one' } },
      { result: { DBInstances: [instance('orders-2')], Marker: 'two' } },
      { result: { DBInstances: [instance('orders-3')] } },
    );
    const observation = await target.observe(ORDERS, NEVER);
    assert.deepEqual(
      observation?.instances.map(({ id }) => id),
      ['orders-1', 'orders-2', 'orders-3'],
    );
    assert.deepEqual(
      aws.calls.slice(1).map(({ input }) => input.Marker),
      [undefined, 'one', 'two'],
    );
  });

  test('whose pages never end is given up', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER);
    aws.script('DescribeDBInstances', { result: { DBInstances: [], Marker: 'again' } });
    await assert.rejects(target.observe(ORDERS, NEVER), {
      code: 'ServiceLimitExceeded',
      message: /more than 10 pages of instances of the cluster orders/,
    });
    assert.equal(aws.calls.length, 11);
  });

  test("is never shown with another cluster's instances, whatever the filter did", async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance('orders-1'), instance('users-1', { DBClusterIdentifier: 'users' }));
    const observation = await target.observe(ORDERS, NEVER);
    assert.deepEqual(
      observation?.instances.map(({ id }) => id),
      ['orders-1'],
    );
  });

  test('that is not there is undefined', async (context) => {
    const { aws, target } = await setUp(context);
    aws.script('DescribeDBClusters', failing('DBClusterNotFoundFault', 404));
    assert.equal(await target.observe(ORDERS, NEVER), undefined);
  });

  test('of another engine is refused, although the same API shows it', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, { ...CLUSTER, Engine: 'aurora-postgresql' }, instance('orders-1'));
    await assert.rejects(target.observe(ORDERS, NEVER), {
      code: 'InvalidRequest',
      message:
        'The cluster orders is of the engine aurora-postgresql; only clusters of Amazon DocumentDB (docdb) are scaled',
    });
  });

  for (const [what, cluster, instances] of [
    ['the cluster orders without Status', { ...CLUSTER, Status: undefined }, []],
    [
      'the instance orders-1 without DBInstanceClass',
      CLUSTER,
      [instance('orders-1', { DBInstanceClass: undefined })],
    ],
  ] as const) {
    test(`that is shown with ${what} is an error of DocumentDB`, async (context) => {
      const { aws, target } = await setUp(context);
      show(aws, cluster, ...instances);
      await assert.rejects(target.observe(ORDERS, NEVER), {
        code: 'GeneralServiceException',
        message: `DocumentDB described ${what}`,
      });
    });
  }

  test('that may not be read says what the role needs', async (context) => {
    const { aws, target } = await setUp(context);
    aws.script('DescribeDBClusters', failing('AccessDenied', 403, 'User: x is not authorized'));
    await assert.rejects(target.observe(ORDERS, NEVER), {
      code: 'AccessDenied',
      message:
        "DocumentDB refused to describe the cluster orders: AccessDenied; the service's role needs rds:DescribeDBClusters (User: x is not authorized)",
    });
  });

  test('is read again where it was throttled or broke, and not without end', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance('orders-1'));
    const shown = { result: { DBClusters: [CLUSTER] } };
    aws.script('DescribeDBClusters', failing('Throttling'), failing('Throttling'), 'reset', 'cut', shown);
    assert.equal((await target.observe(ORDERS, NEVER))?.status, 'available');
    aws.script('DescribeDBClusters', 'reset');
    await assert.rejects(target.observe(ORDERS, NEVER), { code: 'NetworkFailure' });
    aws.script('DescribeDBClusters', failing('Throttling'));
    await assert.rejects(target.observe(ORDERS, NEVER), { code: 'Throttling' });
    assert.equal(aws.calls.filter(({ action }) => action === 'DescribeDBClusters').length, 5 + 3 + 12);
  });
});
