import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { DocumentDbChange } from '../../../../handlers/scaling/decision/change.ts';
import { instance, NEVER, OBSERVATION, observed, PLAN, REPLICA, setUp } from './documentdb-samples.ts';
import { failing } from './scripted-aws.ts';

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
      [failing('InvalidParameterValue'), 'invalid'],
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
