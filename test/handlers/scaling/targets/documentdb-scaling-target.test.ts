import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { DocumentDbChange } from '../../../../handlers/scaling/change.ts';
import type {
  DocumentDbObservation,
  InstanceObservation,
} from '../../../../handlers/scaling/documentdb/observation.ts';
import { replicaName } from '../../../../handlers/scaling/documentdb/replica-name.ts';
import { DocumentDbScalingTarget } from '../../../../handlers/scaling/targets/documentdb-scaling-target.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { failing, type ScriptedAws, startScriptedAws } from './scripted-aws.ts';

const NEVER = new AbortController().signal;
const ORDERS = { kind: 'docdb', clusterId: 'orders' } as const;
const ARN = 'arn:aws:rds:us-east-1:111122223333';
const PLAN = 'nightly-4f2a';
const REPLICA = replicaName(PLAN, 'orders', 1);

const CLUSTER = {
  DBClusterIdentifier: 'orders',
  DBClusterArn: `${ARN}:cluster:orders`,
  Status: 'available',
  Engine: 'docdb',
  EngineVersion: '5.0.0',
  DBClusterMembers: [
    { DBInstanceIdentifier: 'orders-2', IsClusterWriter: false, PromotionTier: 3 },
    { DBInstanceIdentifier: 'orders-1', IsClusterWriter: true, PromotionTier: 0 },
  ],
};

function instance(id: string, more: Record<string, unknown> = {}) {
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: `${ARN}:db:${id}`,
    DBInstanceClass: 'db.r6g.large',
    DBInstanceStatus: 'available',
    DBClusterIdentifier: 'orders',
    DbiResourceId: `db-${id}`,
    Engine: 'docdb',
    ...more,
  };
}

function observed(id: string, more: Partial<InstanceObservation> = {}): InstanceObservation {
  const rest = { instanceClass: 'db.r6g.large', status: 'available', isWriter: false, promotionTier: 1 };
  return { id, ...rest, ...more };
}

const OBSERVATION: DocumentDbObservation = {
  target: ORDERS,
  arn: CLUSTER.DBClusterArn,
  status: 'available',
  instances: [observed(REPLICA, { owner: PLAN }), observed('orders-1', { isWriter: true })],
};

async function setUp(context: TestContext) {
  const aws = await startScriptedAws(context);
  const target = new DocumentDbScalingTarget({ clients: aws.clients, patience: QUICK_PATIENCE });
  return { aws, target };
}

function show(aws: ScriptedAws, cluster: object, ...instances: readonly object[]): void {
  aws.script('DescribeDBClusters', { result: { DBClusters: [cluster] } });
  aws.script('DescribeDBInstances', { result: { DBInstances: instances } });
}

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

describe('the owner of an instance', () => {
  const OWNED = {
    result: {
      TagList: [
        { Key: 'Name', Value: 'x' },
        { Key: 'deploytime:plan', Value: PLAN },
      ],
    },
  };

  test('is asked for once, and only where the name is one of ours', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance('orders-1'), instance('orders-deploytime-1'), instance(REPLICA));
    aws.script('ListTagsForResource', OWNED);
    for (let time = 1; time <= 3; time += 1) {
      const observation = await target.observe(ORDERS, NEVER);
      assert.deepEqual(
        observation?.instances.map(({ id, owner }) => [id, owner]),
        [
          ['orders-1', undefined],
          [REPLICA, PLAN],
          ['orders-deploytime-1', undefined],
        ].sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
      );
    }
    assert.deepEqual(
      aws.calls.filter(({ action }) => action === 'ListTagsForResource'),
      [{ action: 'ListTagsForResource', input: { ResourceName: `${ARN}:db:${REPLICA}` } }],
    );
  });

  test('is asked for again where the tags were not there yet', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance(REPLICA));
    aws.script('ListTagsForResource', failing('DBInstanceNotFound', 404), { result: { TagList: [] } }, OWNED);
    const owners = [];
    for (let time = 1; time <= 3; time += 1) {
      owners.push((await target.observe(ORDERS, NEVER))?.instances[0]?.owner);
    }
    assert.deepEqual(owners, [undefined, undefined, PLAN]);
  });

  test('is asked for again where another instance has the name of one that is gone', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance(REPLICA));
    aws.script('ListTagsForResource', OWNED);
    assert.equal((await target.observe(ORDERS, NEVER))?.instances[0]?.owner, PLAN);
    show(aws, CLUSTER, instance(REPLICA, { DbiResourceId: 'db-NEW' }));
    aws.script('ListTagsForResource', { result: { TagList: [] } });
    assert.equal((await target.observe(ORDERS, NEVER))?.instances[0]?.owner, undefined);
  });
});

const CALLS: readonly [change: DocumentDbChange, action: string, input: Record<string, string>][] = [
  [{ kind: 'start-cluster' }, 'StartDBCluster', { DBClusterIdentifier: 'orders' }],
  [{ kind: 'stop-cluster' }, 'StopDBCluster', { DBClusterIdentifier: 'orders' }],
  [
    { kind: 'change-class', instance: 'orders-1', instanceClass: 'db.r6g.2xlarge' },
    'ModifyDBInstance',
    { DBInstanceIdentifier: 'orders-1', DBInstanceClass: 'db.r6g.2xlarge', ApplyImmediately: 'true' },
  ],
  [
    { kind: 'create-replica', instance: REPLICA, instanceClass: 'db.r6g.2xlarge', owner: PLAN },
    'CreateDBInstance',
    {
      DBInstanceIdentifier: REPLICA,
      DBInstanceClass: 'db.r6g.2xlarge',
      Engine: 'docdb',
      DBClusterIdentifier: 'orders',
      PromotionTier: '15',
      'Tags.Tag.1.Key': 'deploytime:plan',
      'Tags.Tag.1.Value': PLAN,
      'Tags.Tag.2.Key': 'deploytime:scaling',
      'Tags.Tag.2.Value': 'true',
    },
  ],
  [{ kind: 'delete-replica', instance: REPLICA }, 'DeleteDBInstance', { DBInstanceIdentifier: REPLICA }],
  [
    { kind: 'fail-over', instance: 'orders-2' },
    'FailoverDBCluster',
    { DBClusterIdentifier: 'orders', TargetDBInstanceIdentifier: 'orders-2' },
  ],
  [
    { kind: 'set-min-capacity', minCapacity: 4.5, maxCapacity: 16 },
    'ModifyDBCluster',
    {
      DBClusterIdentifier: 'orders',
      'ServerlessV2ScalingConfiguration.MinCapacity': '4.5',
      'ServerlessV2ScalingConfiguration.MaxCapacity': '16',
      ApplyImmediately: 'true',
    },
  ],
];
const READS = ['DescribeDBInstances', 'ListTagsForResource'];

describe('a change of a DocumentDB cluster', () => {
  /** The replica is there, and its tag says whose it is. */
  async function withReplica(context: TestContext) {
    const { aws, target } = await setUp(context);
    aws.script('DescribeDBInstances', { result: { DBInstances: [instance(REPLICA)] } });
    aws.script('ListTagsForResource', { result: { TagList: [{ Key: 'deploytime:plan', Value: PLAN }] } });
    const changes = () => aws.calls.filter(({ action }) => !READS.includes(action));
    return { aws, target, changes };
  }

  for (const [change, action, input] of CALLS) {
    test(`${change.kind} is one call of ${action}`, async (context) => {
      const { target, changes } = await withReplica(context);
      assert.equal(await target.apply(OBSERVATION, change, NEVER), 'accepted');
      assert.deepEqual(changes(), [{ action, input }]);
    });

    for (const [says, answer, message] of [
      ['broke off before the answer', 'reset', /^DocumentDB gave no answer when it was to .*ECONNRESET/],
      ['broke off within the answer', 'cut', /^DocumentDB gave no answer when it was to /],
      [
        'ended in a page of a proxy',
        { page: '<html><p>Bad gateway', status: 502 },
        /\(HTTP status 502 and nothing that can be read\)/,
      ],
      ['was throttled', failing('Throttling'), /^DocumentDB refused to .*: Throttling/],
      ['met a proxy that throttled', { page: '<p>', status: 429 }, /refused to .*: HTTP status 429/],
    ] as const) {
      test(`${change.kind} is not sent again where it ${says}`, async (context) => {
        const { aws, target, changes } = await withReplica(context);
        aws.script(action, answer);
        const refusal = await target.apply(OBSERVATION, change, NEVER);
        assert.ok(refusal !== 'accepted');
        assert.equal(refusal.kind, says.endsWith('throttled') ? 'throttling' : 'unknown');
        assert.match(refusal.message, message);
        assert.equal(changes().length, 1);
      });
    }

    test(`${change.kind} that the role may not do names the action and the tag`, async (context) => {
      const { aws, target } = await withReplica(context);
      aws.script(action, failing('AccessDenied', 403, 'no'));
      const refusal = await target.apply(OBSERVATION, change, NEVER);
      assert.ok(refusal !== 'accepted');
      assert.equal(refusal.kind, 'access');
      assert.match(
        refusal.message,
        new RegExp(
          `: AccessDenied; the role may do rds:${action} where the tag deploytime:scaling=true is on the (cluster|instance) `,
        ),
      );
    });
  }

  test('that lacks a second permission names that one', async (context) => {
    const { aws, target } = await withReplica(context);
    const said =
      'User: arn:aws:sts::111122223333:assumed-role/x is not authorized to perform: rds:AddTagsToResource on resource: arn:aws:rds:us-east-1:111122223333:db:y';
    aws.script('CreateDBInstance', failing('AccessDenied', 403, said));
    const [create] = CALLS.filter(([{ kind }]) => kind === 'create-replica').map(([change]) => change);
    assert.ok(create);
    const refusal = await target.apply(OBSERVATION, create, NEVER);
    assert.deepEqual(refusal, {
      kind: 'access',
      message: `DocumentDB refused to create the instance ${REPLICA} (db.r6g.2xlarge) in the cluster orders: AccessDenied; the role may do rds:AddTagsToResource where the tag deploytime:scaling=true is on the cluster orders (${said})`,
    });
  });

  test('is not sent where the time is up already', async (context) => {
    const { aws, target } = await withReplica(context);
    const signal = AbortSignal.abort(new Error('the time is up'));
    for (const [change] of CALLS) {
      await assert.rejects(target.apply(OBSERVATION, change, signal), /the time is up/);
    }
    assert.deepEqual(aws.calls, []);
  });

  test('whose time is up while it is under way is not known to have happened', async (context) => {
    const { aws, target } = await withReplica(context);
    const controller = new AbortController();
    aws.script('StopDBCluster', { never: true, reached: () => controller.abort() });
    const refusal = await target.apply(OBSERVATION, { kind: 'stop-cluster' }, controller.signal);
    assert.ok(refusal !== 'accepted');
    assert.equal(refusal.kind, 'unknown');
    assert.match(refusal.message, /whether it was done is not known$/);
  });
});

describe('a new replica', () => {
  const CREATE = {
    kind: 'create-replica',
    instance: REPLICA,
    instanceClass: 'db.r6g.2xlarge',
    owner: PLAN,
  } as const;
  const SETTINGS = {
    PreferredMaintenanceWindow: 'sun:03:00-sun:03:30',
    CACertificateIdentifier: 'rds-ca-rsa2048-g1',
    PerformanceInsightsEnabled: true,
    PerformanceInsightsKMSKeyId: 'arn:aws:kms:us-east-1:111122223333:key/1',
    AutoMinorVersionUpgrade: true,
    AvailabilityZone: 'us-east-1a',
  };

  async function createAfter(context: TestContext, writer: object, change: DocumentDbChange) {
    const { aws, target } = await setUp(context);
    aws.script('DescribeDBInstances', { result: { DBInstances: [writer] } });
    assert.equal(await target.apply(OBSERVATION, change, NEVER), 'accepted');
    const created = aws.calls.find(({ action }) => action === 'CreateDBInstance')?.input ?? {};
    const { AvailabilityZone, AutoMinorVersionUpgrade } = created;
    assert.deepEqual([AvailabilityZone, AutoMinorVersionUpgrade], [undefined, undefined]);
    return { aws, created };
  }

  test('takes after the writer: maintenance window, certificate authority, Performance Insights', async (context) => {
    const { aws, created } = await createAfter(context, instance('orders-1', SETTINGS), CREATE);
    assert.deepEqual(aws.calls[0], {
      action: 'DescribeDBInstances',
      input: { DBInstanceIdentifier: 'orders-1' },
    });
    assert.equal(created.PreferredMaintenanceWindow, 'sun:03:00-sun:03:30');
    assert.equal(created.CACertificateIdentifier, 'rds-ca-rsa2048-g1');
    assert.equal(created.EnablePerformanceInsights, 'true');
    assert.equal(created.PerformanceInsightsKMSKeyId, 'arn:aws:kms:us-east-1:111122223333:key/1');
  });

  test('has no Performance Insights where the writer has none, or where it is serverless', async (context) => {
    const without = { ...SETTINGS, PerformanceInsightsEnabled: false };
    const serverless = { ...CREATE, instanceClass: 'db.serverless' };
    for (const [settings, change] of [
      [without, CREATE],
      [SETTINGS, serverless],
    ] as const) {
      const { created } = await createAfter(context, instance('orders-1', settings), change);
      assert.equal(created.EnablePerformanceInsights, undefined);
      assert.equal(created.PerformanceInsightsKMSKeyId, undefined);
      assert.equal(created.PreferredMaintenanceWindow, 'sun:03:00-sun:03:30');
    }
  });

  test('is not created where the writer could not be read', async (context) => {
    const { aws, target } = await setUp(context);
    for (const [error, kind] of [
      [failing('AccessDenied', 403), 'access'],
      [failing('Throttling'), 'throttling'],
      [failing('InternalFailure', 500), 'unknown'],
      ['reset', 'unknown'],
    ] as const) {
      aws.script('DescribeDBInstances', error);
      const refusal = await target.apply(OBSERVATION, CREATE, NEVER);
      assert.ok(refusal !== 'accepted');
      assert.equal(refusal.kind, kind);
      assert.match(refusal.message, /to describe the instance orders-1/);
    }
    assert.ok(aws.calls.every(({ action }) => action === 'DescribeDBInstances'));
  });

  test('is created also where there is no writer at the moment', async (context) => {
    const { aws, target } = await setUp(context);
    const headless = { ...OBSERVATION, instances: [observed('orders-1')] };
    assert.equal(await target.apply(headless, CREATE, NEVER), 'accepted');
    assert.equal(aws.calls.length, 1);
  });
});

describe('a replica', () => {
  const DELETE = { kind: 'delete-replica', instance: REPLICA } as const;
  const tagged = (...TagList: readonly object[]) => ({ result: { TagList } });
  const owned = tagged({ Key: 'deploytime:plan', Value: PLAN });

  for (const [says, found, tags, kind, message] of [
    [
      'another cluster has it',
      [instance(REPLICA, { DBClusterIdentifier: 'users' })],
      owned,
      'access',
      /was not deleted: it is of the cluster users and not of orders$/,
    ],
    [
      'its tag is gone',
      [instance(REPLICA)],
      tagged({ Key: 'deploytime:scaling', Value: 'true' }),
      'access',
      /was not deleted: its tag deploytime:plan is not there, so it is not known to be one of this plan's$/,
    ],
    [
      'its tag names another plan',
      [instance(REPLICA)],
      tagged({ Key: 'deploytime:plan', Value: 'weekly' }),
      'access',
      /was not deleted: its tag deploytime:plan names weekly, so/,
    ],
    ['it is gone', [], owned, 'not-found', /^DocumentDB has no instance .* that could be deleted$/],
    [
      'its tags are gone',
      [instance(REPLICA)],
      failing('DBInstanceNotFound', 404),
      'not-found',
      /no instance/,
    ],
  ] as const) {
    test(`is not deleted where ${says}`, async (context) => {
      const { aws, target } = await setUp(context);
      aws.script('DescribeDBInstances', { result: { DBInstances: found } });
      aws.script('ListTagsForResource', tags);
      const refusal = await target.apply(OBSERVATION, DELETE, NEVER);
      assert.ok(refusal !== 'accepted');
      assert.equal(refusal.kind, kind);
      assert.match(refusal.message, message);
      assert.ok(aws.calls.every(({ action }) => action !== 'DeleteDBInstance'));
    });
  }

  test("is not deleted where the observation doesn't know whose it is", async (context) => {
    const { aws, target } = await setUp(context);
    aws.script('DescribeDBInstances', { result: { DBInstances: [instance(REPLICA)] } });
    aws.script('ListTagsForResource', owned);
    const refusal = await target.apply({ ...OBSERVATION, instances: [observed(REPLICA)] }, DELETE, NEVER);
    assert.ok(refusal !== 'accepted' && refusal.kind === 'access');
    assert.ok(aws.calls.every(({ action }) => action !== 'DeleteDBInstance'));
  });
});
