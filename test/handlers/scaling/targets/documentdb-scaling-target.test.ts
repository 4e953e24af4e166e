import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CLUSTER,
  instance,
  NEVER,
  OBSERVATION,
  ORDERS,
  observed,
  PLAN,
  REPLICA,
  setUp,
  show,
} from './documentdb-samples.ts';
import { failing } from './scripted-aws.ts';

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
    ['it is not shown', [], owned, 'not-found', /^DocumentDB has no instance .* that could be deleted$/],
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

  test('is not deleted where it is gone', async (context) => {
    const { aws, target } = await setUp(context);
    aws.script('DescribeDBInstances', failing('DBInstanceNotFound', 404));
    const refusal = await target.apply(OBSERVATION, DELETE, NEVER);
    assert.ok(refusal !== 'accepted' && refusal.kind === 'not-found');
    assert.equal(aws.calls.length, 1);
  });

  test('is not deleted where the time is up while its tag is read', async (context) => {
    const { aws, target } = await setUp(context);
    const controller = new AbortController();
    const reached = () => controller.abort(new Error('the time is up'));
    aws.script('DescribeDBInstances', { never: true, reached });
    await assert.rejects(target.apply(OBSERVATION, DELETE, controller.signal), /^Error: the time is up$/);
    assert.equal(aws.calls.length, 1);
  });

  test("is not deleted where the observation doesn't know whose it is", async (context) => {
    const { aws, target } = await setUp(context);
    aws.script('DescribeDBInstances', { result: { DBInstances: [instance(REPLICA)] } });
    aws.script('ListTagsForResource', owned);
    const refusal = await target.apply({ ...OBSERVATION, instances: [observed(REPLICA)] }, DELETE, NEVER);
    assert.ok(refusal !== 'accepted' && refusal.kind === 'access');
    assert.ok(aws.calls.every(({ action }) => action !== 'DeleteDBInstance'));
  });

  test('that another took over is shown as not ours, once its deletion was refused', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance(REPLICA));
    aws.script('ListTagsForResource', owned, tagged());
    const owner = async () => (await target.observe(ORDERS, NEVER))?.instances[0]?.owner;
    assert.equal(await owner(), PLAN);
    assert.equal(await owner(), PLAN);
    const refusal = await target.apply(OBSERVATION, DELETE, NEVER);
    assert.ok(refusal !== 'accepted' && refusal.kind === 'access');
    assert.equal(await owner(), undefined);
  });
});
